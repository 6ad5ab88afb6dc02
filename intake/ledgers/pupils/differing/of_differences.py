"""Ledgers whose rows are differences between lists; what is filled in says what came of them, and closes them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from intake import fields
from intake.calendar import clock
from intake.calendar.deadlines import OVERDUE
from intake.errors import Missing
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.kinds.filled import HANDLERS, REMARK
from intake.ledgers.ledger import ROW_KEY, Line, View, declare_ledger
from intake.ledgers.pupils.differing.sides import Sides, differing
from intake.ledgers.pupils.pupil_rows import PupilRow, pupil_rows
from intake.ledgers.subjects import DIFFERENCE, Subject, SubjectLedger, subject_ref
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.school.differences.answering import answer_difference, refuse_answer
from intake.school.differences.difference import ADVICE, GONE, Difference, differences_within
from intake.store.db import Cell, Database
from intake.store.keys import UNOPENED

PAGE = 400
FILLED: Mapping[str, str] = {
    "advice": "advice", "evidence": "evidence", "settled": "conclusion", "handler": "handled_by",
    "finished_on": "finished_on", "remark": "remark",
}  # fmt: skip
"""The columns that are filled in, and what they are of a difference."""
_OPEN: Mapping[str, Any] = {"privacy": Privacy.OPEN, "filled_by": HANDLERS}
_ASKED = Report.answers()


def _told(label: str, width: float, longest: int = 60) -> fields.Text:
    return fields.Text(longest, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


def _side(label: str) -> Sides:
    return Sides(400, metadata=asked(label, privacy=Privacy.PERSONAL, source=HOUSE, width=12.0))


COLUMNS: Mapping[str, fields.Answer] = {
    **{key: _ASKED[key] for key in ("town", "school", "grade", "class_name", "child_name", "sex", "birth_date")},
    "village": fields.Village(metadata=asked("村(社区)", privacy=Privacy.OPEN)),
    "school_code": _told("学校标识码", 5.6, 20),
    "ethnic": fields.Choice("ethnic", metadata=asked("民族", privacy=Privacy.OPEN)),
    "id_type": fields.Choice("id_type", metadata=asked("身份证件类型", privacy=Privacy.OPEN)),
    "id_number": fields.IdNumber(metadata=asked("身份证件号", privacy=Privacy.SENSITIVE)),
    "student_number": fields.IdNumber(metadata=asked("全国学籍号", privacy=Privacy.SENSITIVE, source=HOUSE)),
    "head": fields.Name(metadata=asked("户主", privacy=Privacy.PERSONAL)),
    "present": fields.Choice(("常住", "空挂"), metadata=asked("常住/空挂", privacy=Privacy.OPEN)),
    "poor_number": fields.Text(40, metadata=asked("脱贫户编号", privacy=Privacy.SENSITIVE, source=HOUSE)),
    "poor_head": fields.Name(metadata=asked("脱贫户户主", privacy=Privacy.PERSONAL)),
    "problem": _told("问题类型", 5.0),
    "standing": _told("在籍不在校情形", 5.0),
    "schooling_now": _told("就学状态", 4.4),
    "items": _told("不一致的项目", 5.6),
    "here": _side("名单上的"),
    "there": _side("另一方的"),
    "advice": fields.Choice(ADVICE, metadata=asked("建议处理", **_OPEN)),
    "evidence": fields.StaffText(200, metadata=asked("佐证材料", privacy=Privacy.PERSONAL, filled_by=HANDLERS)),
    "settled": fields.StaffText(200, metadata=asked("处理结论", privacy=Privacy.PERSONAL, filled_by=HANDLERS)),
    "handler": fields.StaffName(metadata=asked("处理人", **_OPEN)),
    "finished_on": fields.Day("past", metadata=asked("办结日期", **_OPEN)),
    "remark": REMARK,
    "owner": _told("责任人", 3.6),
    "opened_on": fields.Day(metadata=asked("发现日期", privacy=Privacy.OPEN, source=HOUSE)),
    "due_on": fields.Day(metadata=asked("期限", privacy=Privacy.OPEN, source=HOUSE)),
    "state": _told("处理状态", 4.0),
    "row_key": fields.Text(60, metadata=asked("行码（请勿改动）", privacy=Privacy.OPEN, width=14.0, source=HOUSE)),
}  # fmt: skip
"""Of what such ledgers are made, by key."""
ANSWERED = (*FILLED, "owner", "opened_on", "due_on", "state", "row_key")
"""The last columns of each of them: what came of it, and whose it is."""
PUPIL = ("school", "school_code", "grade", "class_name", "child_name", "sex", "ethnic", "birth_date", "id_type", "id_number",
         "student_number")  # fmt: skip
"""The common columns of a pupil, as the bureau's sheets have them."""


class DifferenceLedger(SubjectLedger):
    """A ledger whose rows are differences; made by `difference_ledger`."""

    sort = DIFFERENCE
    guide = "查清以后写处理结论或者佐证材料，再写办结日期；没有佐证材料也没有结论的不能办结。"
    which: ClassVar[str] = "d.sheet = ''"
    """The condition over `differences d`, `children c` (SQL without arguments) of those that belong to it."""
    passing = frozenset({"state", "due_on", "owner", "problem", "items", "here", "there", "schooling_now", "school", "grade",
                         "class_name", "school_code"})  # fmt: skip

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield those that were open on one of the days."""
        first, end = view.period.bounds()
        found = differences_within(
            db,
            view.scope,
            f"({self.which}) AND d.opened_at < ? AND (d.closed_at IS NULL OR d.closed_at >= ?)",
            [end, first],
        )
        yield from self._lines(db, view, found)

    def lines_of(self, db: Database, view: View, ids: Sequence[str]) -> Iterator[Line]:
        """Yield some of them as they would go out now."""
        yield from self._lines(db, view, self._of_ids(db, view.scope, ids))

    def subjects(self, db: Database, by: Person, ids: Sequence[str]) -> Iterable[Subject]:
        """Give those of some ids that somebody may see; one that vanished is answered no more."""
        scope = accounts.scope_of(db, by)
        found = self._of_ids(db, scope, ids)
        names = {one.child.id: one.child.name for one in pupil_rows(db, [one.child for one in found], ())}
        return [
            Subject(
                one.id,
                names.get(one.child, ""),
                one.town,
                filled_of(one),
                one.how != GONE or not one.closed_at,
            )
            for one in found
        ]

    def write(self, db: Database, by: Person, one: Subject, changes: Mapping[str, Any]) -> None:
        """Write what came of it."""
        found = self._one(db, one.id)
        answer_difference(db, found, {FILLED[key]: value for key, value in changes.items()}, by)

    def refusals(self, db: Database, one: Subject, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Say why it cannot end like this."""
        said = {FILLED[key]: value for key, value in values.items() if key in FILLED}
        wrong, keys = refuse_answer(self._one(db, one.id), said), {word: key for key, word in FILLED.items()}
        return {keys[column]: sentence for column, sentence in wrong.items()}

    def known(self, one: Difference, row: PupilRow) -> Mapping[str, Any]:
        """Give the values of this ledger's own columns; a ledger that has some says how they come about."""
        return {}

    def _one(self, db: Database, key: str) -> Difference:
        row = db.one("SELECT * FROM differences WHERE id = ?", (key,))
        if row is None:
            raise Missing
        return Difference.of(db, row)

    def _of_ids(self, db: Database, scope: Scope, ids: Sequence[str]) -> list[Difference]:
        found: list[Difference] = []
        for at in range(0, len(ids), PAGE):
            some: list[Cell] = list(ids[at : at + PAGE])
            where = f"({self.which}) AND d.id IN ({', '.join('?' * len(some))})"
            found += differences_within(db, scope, where, some)
        return found

    def _lines(self, db: Database, view: View, every: Sequence[Difference]) -> Iterator[Line]:
        today, names = db.today().isoformat(), dict[str, str]()
        for at in range(0, len(every), PAGE):
            some = every[at : at + PAGE]
            pupils = {
                one.child.id: one for one in pupil_rows(db, list(dict.fromkeys(one.child for one in some)))
            }
            for one in some:
                if one.owner and one.owner not in names:
                    found = accounts.person_by_id(db, one.owner)
                    names[one.owner] = found.name if found else ""
                if one.child in pupils:
                    yield self._line(
                        db, view, one, pupils[one.child], (names.get(one.owner, ""), one.state(today))
                    )

    def _line(self, db: Database, view: View, one: Difference, row: PupilRow, owed: tuple[str, str]) -> Line:
        filled = filled_of(one)
        said = {
            **row.values, "school": one.school or row.child.school or None, "school_code": one.school or row.child.school or None,
            "town": one.town[:9], "village": one.village or row.village or None,
            "ethnic": row.said("xueji", "ethnic") or row.said("huji", "ethnic"), "id_type": None,
            "head": row.said("huji", "head"), "present": row.said("huji", "present"),
            "poor_number": row.said("poor", "household_number"), "poor_head": row.said("poor", "head"),
            "problem": one.problem, "standing": one.problem, "schooling_now": one.there.get("schooling"),
            "items": "、".join(differing(one.here, one.there)) or None, "here": one.here or None, "there": one.there or None,
            **filled, "owner": owed[0] or ("" if not one.due else "无人负责"), "opened_on": _day(one.opened_at),
            "due_on": one.due or None, "state": owed[1],
            ROW_KEY: self.key_of(db, Subject(one.id, row.child.name, one.town, filled)),
        }  # fmt: skip
        if not row.child.class_id:  # who sits nowhere is looked for where the register has it
            said |= {key: one.here.get(key) for key in ("grade", "class_name")}
        said |= self.known(one, row)
        values = {key: value or None for key, value in said.items() if key in self.fields}
        closed = set(row.unopened) | {key for key, word in FILLED.items() if getattr(one, word) == UNOPENED}
        closed |= {side for side in ("here", "there") if "" in getattr(one, side)}
        clear = frozenset(self.fields) if view.full else frozenset()
        owner = one.owner if one.sheet == self.key and not one.closed_at else ""
        return Line(
            subject_ref(self.sort, one.id), one.town[:9], values, frozenset(closed & self.fields.keys()), clear, owner=owner,
            late=owed[1] == OVERDUE, child=one.child,
        )  # fmt: skip


def difference_ledger(
    key: str, title: str, which: str, columns: Sequence[str], **more: Any
) -> type[DifferenceLedger]:
    """Declare a ledger of differences by the keys of COLUMNS; those of ANSWERED come last."""
    base = more.pop("base", DifferenceLedger)
    return declare_ledger(
        base,
        key,
        title,
        {one: COLUMNS[one] for one in (*columns, *ANSWERED)},
        **{"tab": "", "which": which, **more},
    )


def filled_of(one: Difference) -> dict[str, Any]:
    """Give what the fillable columns of a difference hold."""
    said = {key: getattr(one, word) or None for key, word in FILLED.items()}
    return {key: None if value == UNOPENED else value for key, value in said.items()}


def _day(stamp: str) -> str:
    return clock.local(stamp).date().isoformat()
