"""An .xlsx as its parts: which sheets there are, their texts and formats; `grid` reads the cells."""

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any
from xml.parsers import expat

from exports.lists import grid, shown
from exports.lists.grid import Book, Budget, Grid, Hostile, TooLarge

SHEETS = 200


class TooManySheets(Exception):
    """More sheets than anybody looks at: none is left out in silence."""


class NoWorkbook(Exception):
    """An archive whose parts do not make a workbook."""


def read_xlsx(data: bytes) -> list[dict[str, Any]]:
    """Give every sheet: name, hidden, far, from_1904, lines as [number, hidden, cells, marks].

    Raises Hostile, TooLarge, TooManySheets, NoWorkbook, zipfile.BadZipFile, expat.ExpatError.
    """
    with zipfile.ZipFile(BytesIO(data)) as opened:
        parts = {name.replace("\\", "/").lstrip("/").lower(): name for name in opened.namelist()}
        package = _Package(opened, parts)
        sheets, from_1904 = package.sheets()
        if len(sheets) > SHEETS:
            raise TooManySheets
        book, budget = Book(package.strings(), dict(package.kinds()), from_1904), Budget()
        return [_sheet(package, one, book, budget) for one in sheets]


def _sheet(package: "_Package", given: dict[str, str], book: Book, budget: Budget) -> dict[str, Any]:
    made = Grid(book, budget)
    with package.part(given["part"]) as part:
        made.read(part)
    lines = [
        [one.number, one.hidden, _row(one.cells), {str(at): mark for at, mark in one.marks.items()}]
        for _, one in sorted(made.lines.items())
    ]
    hidden = given["state"] in ("hidden", "veryHidden")
    return {
        "name": given["name"],
        "hidden": hidden,
        "far": made.far,
        "from_1904": book.from_1904,
        "lines": lines,
    }


def _row(cells: dict[int, str]) -> list[str]:
    return [cells.get(at, "") for at in range(max(cells, default=-1) + 1)]


class _Package:
    def __init__(self, opened: zipfile.ZipFile, parts: dict[str, str]) -> None:
        self._opened, self._parts = opened, parts
        self._targets: dict[str, tuple[str, str]] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """Open a part, whatever way its name is written. Raises NoWorkbook."""
        found = self._parts.get(name.lstrip("/").lower())
        if found is None:
            raise NoWorkbook
        with self._opened.open(found) as part:
            yield part

    def sheets(self) -> tuple[list[dict[str, str]], bool]:
        """Give name, state and part of every sheet of cells, and whether dates count from 1904."""
        found: list[dict[str, str]] = []
        self._relations()
        from_1904 = False

        def start(name: str, given: dict[str, str]) -> None:
            nonlocal from_1904
            local = name.rpartition(":")[2]
            if local == "workbookPr":
                from_1904 = given.get("date1904", "0") in ("1", "true", "on")
            elif local == "sheet":
                key = next((given[one] for one in given if one.endswith(":id")), "")
                kind, target = self._targets.get(key, ("", ""))
                if kind == "worksheet":
                    found.append(
                        {"name": given.get("name", ""), "state": given.get("state", ""), "part": target}
                    )

        self._parse("xl/workbook.xml", start)
        if not found:
            raise NoWorkbook
        return found, from_1904

    def strings(self) -> list[str]:
        """Give the texts that cells point to. Raises TooLarge."""
        found: list[str] = []
        said: list[str] = []
        size, within = 0, ""

        def start(name: str, _: dict[str, str]) -> None:
            nonlocal within
            local = name.rpartition(":")[2]
            if local == "t":
                within = "" if within == "rPh" else "t"
            elif local == "rPh":
                within = local
            elif local == "si":
                said.clear()

        def end(name: str) -> None:
            nonlocal within, size
            local = name.rpartition(":")[2]
            if local == "si":
                found.append(shown.plain(shown.written("".join(said))))
                size += len(found[-1])
                if size > grid.SIGNS or len(found) > grid.CELLS:
                    raise TooLarge
            elif local in ("t", "rPh"):
                within = ""

        def text(what: str) -> None:
            if within == "t":
                said.append(what)

        self._parse(self._shared("sharedStrings", "xl/sharedstrings.xml"), start, end, text)
        return found

    def kinds(self) -> list[tuple[str, str]]:
        """Give each cell format's number and what it makes of a number: see shown.kind_of_format."""
        codes: dict[str, str] = {}
        found: list[tuple[str, str]] = []
        within = False

        def start(name: str, given: dict[str, str]) -> None:
            nonlocal within
            local = name.rpartition(":")[2]
            if local == "numFmt":
                codes[given.get("numFmtId", "")] = given.get("formatCode", "")
            elif local == "cellXfs":
                within = True
            elif local == "xf" and within:
                number = given.get("numFmtId", "0")
                kind = shown.kind_of_format(int(number) if number.isdecimal() else 0, codes.get(number, ""))
                found.append((str(len(found)), kind))

        def end(name: str) -> None:
            nonlocal within
            within = within and name.rpartition(":")[2] != "cellXfs"

        self._parse(self._shared("styles", "xl/styles.xml"), start, end)
        return found

    def _relations(self) -> None:
        def start(_: str, given: dict[str, str]) -> None:
            if "Id" in given and "Target" in given:
                kind, target = given.get("Type", "").rpartition("/")[2], given["Target"].replace("\\", "/")
                at = target if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
                self._targets[given["Id"]] = kind, at

        self._parse("xl/_rels/workbook.xml.rels", start)

    def _shared(self, kind: str, usual: str) -> str:
        return next((target for of, target in self._targets.values() if of == kind), usual)

    def _parse(self, name: str, start: Any, end: Any = None, text: Any = None) -> None:
        """Read a part that may be missing."""
        if name.lstrip("/").lower() not in self._parts:
            return
        reader = grid.parser()
        reader.StartElementHandler, reader.EndElementHandler, reader.CharacterDataHandler = start, end, text
        with self.part(name) as part:
            reader.ParseFile(part)


__all__ = ["Hostile", "NoWorkbook", "TooLarge", "TooManySheets", "expat", "read_xlsx"]
