"""Marked personal values, and where they are looked for: what browsers are told that others read, and what lies on a disk."""

import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, unquote_plus

from werkzeug.test import TestResponse

from tests.hands.samples import FEMALE, citizen_id

NAMES = {one: f"欧阳{sign}" for one, sign in zip(
    ("chat", "page", "api", "list", "pupil", "guardian"), ("翀", "翾", "骉", "犇", "猋", "燚"), strict=True)}  # fmt: skip
"""A child of each face, and somebody's guardian: a database holds names readable (docs/security.md), nothing else does."""
PHONES = {
    one: f"1390000{number}" for one, number in zip(("chat", "page", "api"), (7301, 7402, 7503), strict=True)
}
IDS = {one: citizen_id(date(2017, 5, day), FEMALE, order=day * 7)
       for one, day in zip(("chat", "page", "api", "list"), (3, 9, 17, 26), strict=True)}  # fmt: skip
SIGNS = "彧淼垚晶磊鑫焱森矗聂轰品众仨俩厹叒"
WORDS = {one: f"暗记{sign}{sign}之言" for one, sign in zip((
    "chat", "chat_where", "talk", "page", "where", "place", "corrected", "draft", "api", "call", "visit",
    "persuasion", "cell", "file_name", "exif", "reason", "looked"), SIGNS, strict=True)}  # fmt: skip
"""What somebody writes freely, or calls a file, at each face."""
MARKS = {**{f"name {k}": v for k, v in NAMES.items()}, **{f"phone {k}": v for k, v in PHONES.items()},
         **{f"id {k}": v for k, v in IDS.items()}, **{f"words {k}": v for k, v in WORDS.items()}}  # fmt: skip
AWAY = re.compile(r"^(?:tel|mailto|weixin|data):")
"""A link that goes to no server: it lets a phone call."""


@dataclass
class Heard:
    """What browsers were told that others read as well: addresses, titles, names of files."""

    addresses: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def note(heard: Heard, answer: TestResponse) -> None:
    """Note the addresses, the title and the name of the file of an answer."""
    heard.addresses += [value for key, value in answer.headers if key in ("Location", "Refresh", "Link")]
    heard.files += [value for key, value in answer.headers if key == "Content-Disposition"]
    if answer.mimetype == "text/html":
        html = answer.get_data(as_text=True)
        heard.titles += re.findall(r"<title>(.*?)</title>", html, re.DOTALL)
        found = re.findall(r'\s(?:href|src|action|formaction|content|data-[\w-]*)="([^"]*)"', html)
        heard.addresses += [one for one in found if not AWAY.match(one) and ("/" in one or "?" in one)]


def spelt(mark: str) -> Iterator[bytes]:
    """Yield the ways in which a mark may lie in bytes."""
    for text in {mark, quote(mark), mark.encode("unicode_escape").decode(), repr(mark.encode())[2:-1]}:
        yield text.encode()
    for code in ("utf-16-le", "gb18030"):
        yield mark.encode(code)


def found_in(text: str) -> list[str]:
    """Name the marks that a text holds, however it is written."""
    said = text + unquote_plus(text)
    return [name for name, mark in MARKS.items() if any(one.decode("latin-1") in said for one in
            spelt(mark)) or mark in said]  # fmt: skip


def unpacked(data: bytes) -> bytes:
    """Give bytes, and where they are an archive, as each workbook is one, what is packed in it."""
    if not zipfile.is_zipfile(BytesIO(data)):
        return data
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return b"\n".join([data, *(archive.read(one) for one in archive.namelist())])


def found_on_disk(folder: Path, readable: str) -> list[str]:
    """Name the marks in the names of files and in their bytes; in those that begin with `readable` names may stand."""
    found = []
    for path in sorted(folder.rglob("*")):
        where = str(path.relative_to(folder))
        found += [f"{where} is called by {one}" for one in found_in(where)]
        data = unpacked(path.read_bytes()) if path.is_file() else b""
        free: Collection[str] = NAMES.values() if path.name.startswith(readable) else ()
        found += [
            f"{where} holds {name}"
            for name, mark in MARKS.items()
            if mark not in free and any(one in data for one in spelt(mark))
        ]
    return found
