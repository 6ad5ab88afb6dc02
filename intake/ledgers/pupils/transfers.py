"""学籍异动登记册: who came, went, paused, is taught at home or elsewhere, or died, by the register of each school.

On a sheet of its own stand those who are on no list any more and of whom nobody has said why.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from intake import fields
from intake.children import register
from intake.children.children import children_of_ids
from intake.children.facts.fact import believed, facts_of_children
from intake.children.register import RegisterEntry, entry_of_row
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds.base import CITIZEN, Report
from intake.kinds.filled import HANDLERS
from intake.language.identity import DIGITS
from intake.ledgers.columns import HOUSE_KNOWS
from intake.ledgers.ledger import ROW_KEY, Line, View, declare_ledger
from intake.ledgers.pupils.pupil_rows import PupilRow, pupil_rows
from intake.ledgers.subjects import ENTRY, Subject, SubjectLedger, subject_ref
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope, narrow
from intake.store.db import Cell, Database

PAGE = 400
_COLUMNS = {"town": "e.town", "school": "e.school"}
_ASKED = Report.answers()
_LIVE = "e.undone_at = ''"


def _text(label: str, width: float, longest: int = 60) -> fields.Text:
    return fields.Text(longest, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


def _school(label: str) -> fields.School:
    return fields.School(metadata=asked(label, privacy=Privacy.OPEN, width=6.6, source=HOUSE))


def _day(label: str) -> fields.Day:
    return fields.Day(metadata=asked(label, privacy=Privacy.OPEN, source=HOUSE))


def within_registers(scope: Scope) -> tuple[str, list[Cell]]:
    """Give the condition (SQL over `register_entries e`, arguments) of the registers of a scope."""
    sql, args = narrow(replace(scope, kinds=None, restricted=True), _COLUMNS)
    return sql, list(args)


class EntryLedger(SubjectLedger):
    """A ledger whose rows are entries of the register; 办结日期 and 备注 come back."""

    sort = ENTRY
    sorts: ClassVar[Sequence[str]] = register.OFFICIAL
    of_days: ClassVar[bool] = True
    """Whether its rows are of the days that are asked for; otherwise of all that is open."""
    paged = True

    def subjects(self, db: Database, by: Person, ids: Sequence[str]) -> Iterable[Subject]:
        """Give the entries of some ids that somebody may see."""
        within, args = within_registers(accounts.scope_of(db, by))
        marks = ", ".join("?" * len(ids))
        sql = f"SELECT e.* FROM register_entries e WHERE e.id IN ({marks}) AND {_LIVE} AND {within}"  # noqa: S608
        entries = [entry_of_row(db, row) for row in db.all(sql, [*ids, *args])]
        names = children_of_ids(db, [one.child for one in entries])
        return [
            Subject(one.id, names[one.child].name if one.child in names else "", one.town, _filled(one))
            for one in entries
        ]

    def write(self, db: Database, by: Person, one: Subject, changes: Mapping[str, Any]) -> None:
        """Write 办结日期 and 备注 into the register."""
        entry = register.entry_by_id(db, one.id)
        if entry is None:
            return
        day = changes.get("finished_on", entry.finished_on) or ""
        remark = changes.get("remark", entry.remark) or ""
        register.finish_entry(db, entry, date.fromisoformat(day) if day else None, by.actor, remark)

    def refusals(self, db: Database, one: Subject, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Refuse a 办结日期 before the day of the entry."""
        entry, day = register.entry_by_id(db, one.id), values.get("finished_on")
        if entry and day and day < entry.day:
            return {"finished_on": f"办结日期早于登记的日期（{entry.day}），请核对。"}
        return {}

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the entries in the order of school and day."""
        yield from self._lines(db, view, self._ids(db, view))

    def page_of_rows(self, db: Database, view: View, skip: int, size: int) -> tuple[list[Line], int]:
        """Give some of the rows and how many there are of all."""
        ids = self._ids(db, view)
        return list(self._lines(db, view, ids[skip : skip + size])), len(ids)

    def lines_of(self, db: Database, view: View, ids: Sequence[str]) -> Iterator[Line]:
        """Yield the rows of some entries as they would go out now."""
        yield from self._lines(db, view, ids)

    def _ids(self, db: Database, view: View) -> list[str]:
        within, args = within_registers(view.scope)
        marks = ", ".join("?" * len(self.sorts))
        when = "e.day >= ? AND e.day <= ?" if self.of_days else "e.day <= ? AND e.finished_on = ''"
        last = view.period.last.isoformat()
        days: list[Cell] = [view.period.first.isoformat(), last] if self.of_days else [last]
        sql = f"SELECT e.id FROM register_entries e WHERE {_LIVE} AND e.sort IN ({marks}) AND {when} AND {within}"  # noqa: S608
        rows = db.all(f"{sql} ORDER BY e.town, e.school, e.day, e.id", [*self.sorts, *days, *args])
        return [row["id"] for row in rows]

    def _lines(self, db: Database, view: View, ids: Sequence[str]) -> Iterator[Line]:
        for at in range(0, len(ids), PAGE):
            some: list[Cell] = list(ids[at : at + PAGE])
            sql = f"SELECT e.* FROM register_entries e WHERE e.id IN ({', '.join('?' * len(some))})"  # noqa: S608
            entries = {row["id"]: entry_of_row(db, row) for row in db.all(sql, some)}
            children = list(dict.fromkeys(one.child for one in entries.values()))
            rows = {one.child.id: one for one in pupil_rows(db, children, ("",))}
            facts = facts_of_children(db, children, ["ethnic"])
            classes = _classes(db, entries.values())
            for one in (entries[str(key)] for key in some if key in entries):
                ethnic = believed(facts.get(one.child, ()), "ethnic")
                yield self._line(
                    db, view, one, rows.get(one.child), classes, ethnic.get("ethnic") if ethnic else None
                )

    def _line(
        self, db: Database, view: View, entry: RegisterEntry, row: PupilRow | None,
        classes: Mapping[str, tuple[str, str]], ethnic: Any,
    ) -> Line:  # fmt: skip
        known = dict(row.values) if row else {}
        left = classes.get(str((entry.did or {}).get("before") or ""))
        if left and not (row and row.child.class_id):
            known["grade"], known["class_name"] = left
        number = known.get("id_number")
        filled = _filled(entry)
        values = {
            **known, "school": entry.school or None, "school_code": entry.school or None, "ethnic": ethnic,
            "id_type": CITIZEN if number and len(number) == DIGITS else None, "sort": entry.sort,
            "reason": entry.reason or None, "day": entry.day, "from_school": entry.from_school or None,
            "to_school": entry.to_school or None, "review_on": entry.review_on or None, **filled,
            ROW_KEY: self.key_of(db, Subject(entry.id, "", entry.town, filled)),
        }  # fmt: skip
        shown = {key: one for key, one in values.items() if key in self.fields}
        clear = frozenset(self.fields) if view.full else frozenset()
        unopened = frozenset(row.unopened) if row else frozenset()
        return Line(subject_ref(self.sort, entry.id), entry.town[:9], shown, unopened, clear)


_A = {
    key: _ASKED[key]
    for key in ("school", "grade", "class_name", "child_name", "sex", "birth_date", "id_type", "id_number")
}
_COMMON: Mapping[str, fields.Answer] = {
    "school": _A["school"], "school_code": HOUSE_KNOWS["school_code"], "grade": _A["grade"],
    "class_name": _A["class_name"], "child_name": _A["child_name"], "sex": _A["sex"],
    "ethnic": fields.Choice("ethnic", metadata=asked("民族", privacy=Privacy.OPEN)), "birth_date": _A["birth_date"],
    "id_type": _A["id_type"], "id_number": _A["id_number"], "student_number": HOUSE_KNOWS["student_number"],
    "sort": _text("类别", 4.0), "reason": fields.Text(100, metadata=asked("原因", privacy=Privacy.PERSONAL, source=HOUSE)),
    "day": _day("日期"),
}  # fmt: skip
_LAST: Mapping[str, fields.Answer] = {
    "finished_on": fields.Day("past", metadata=asked("办结日期", privacy=Privacy.OPEN, filled_by=HANDLERS)),
    "remark": fields.StaffText(200, metadata=asked("备注", privacy=Privacy.PERSONAL, filled_by=HANDLERS)),
    "row_key": fields.Text(60, metadata=asked("行码（请勿改动）", privacy=Privacy.OPEN, width=14.0, source=HOUSE)),
}  # fmt: skip

UNEXPLAINED = declare_ledger(
    EntryLedger, "unexplained", "不在名单待说明的孩子",
    {**_COMMON, "review_on": _day("说明期限"), **_LAST},
    sorts=(register.UNTOLD,), of_days=False, counted="名单里没有了、还没有说明去向的孩子，一个计一条；",
)  # fmt: skip
_WAYS: Mapping[str, fields.Answer] = {
    "from_school": _school("转出校"), "to_school": _school("转入校"), "review_on": _day("复核日期"),
}  # fmt: skip
WAITING = declare_ledger(
    EntryLedger, "transfers-open", "没有办结的异动", {**_COMMON, **_WAYS, **_LAST},
    sorts=(register.IN, register.PAUSED, register.AT_HOME), of_days=False,
    counted="没有办结的转入、还在休学和送教上门的，一条计一条；",
)  # fmt: skip
TRANSFERS = declare_ledger(
    EntryLedger, "transfers", "学籍异动登记册", {**_COMMON, **_WAYS, **_LAST},
    sheets=(WAITING, UNEXPLAINED), counted="这些日子里登记的学籍异动，每所学校的登记册一条计一条；",
    guide="办结了的填办结日期；转入 10 天内办结。",
)  # fmt: skip


def _filled(entry: RegisterEntry) -> dict[str, Any]:
    """Give what the fillable columns hold."""
    return {"finished_on": entry.finished_on or None, "remark": entry.remark or None}


def _classes(db: Database, entries: Iterable[RegisterEntry]) -> dict[str, tuple[str, str]]:
    """Give grade and name of the classes that entries took children out of."""
    ids = sorted({str((one.did or {}).get("before") or "") for one in entries} - {""})
    if not ids:
        return {}
    sql = f"SELECT id, grade, class_name FROM classes WHERE id IN ({', '.join('?' * len(ids))})"  # noqa: S608
    return {row["id"]: (row["grade"], row["class_name"]) for row in db.all(sql, ids)}
