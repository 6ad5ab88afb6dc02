"""适龄儿童台账: every child of school age by village, where it learns, and whether somebody went to see."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intake import fields
from intake.children.children import Child
from intake.children.facts.fact import believed, facts_of, facts_of_children
from intake.children.facts.fact_kinds import FACT_KINDS, SCHOOLINGS
from intake.children.facts.filling import FactColumn
from intake.children.listed import HUJI, XUEJI
from intake.children.school_age import born_for_school
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.kinds.filled import HANDLERS
from intake.ledgers.ledger import ROW_KEY, Line, View
from intake.ledgers.pupils.differing.silent_lists import ELIGIBLE_SILENT
from intake.ledgers.pupils.eligible_sums import EligibleVillages
from intake.ledgers.pupils.found_children import drop_found_child, file_of_found_child, read_found_child
from intake.ledgers.pupils.of_facts import FactLedger
from intake.ledgers.pupils.pupil_rows import PupilRow, homes_within, pupil_ids, pupil_rows
from intake.ledgers.subjects import Subject, subject_ref
from intake.people.accounts import Person
from intake.school.schooling import Schooling, schoolings_of
from intake.store.db import Cell, Database

FILLERS = (*HANDLERS, "village")
"""Who says what they found: whoever handles reports, and the cadre of the village."""
FILLED_AS: Mapping[str, FactColumn] = {
    "present": FactColumn("checked", "present"),
    "schooling": FactColumn("schooling", "schooling"),
    "note": FactColumn("checked", "note"),
    "checked_by": FactColumn("checked", "checked_by"),
    "checked_on": FactColumn("checked", "checked_on"),
}
_ORDER = "coalesce(h.town, c.town), coalesce(nullif(h.village, ''), c.village), c.child_name, c.id"
_CHECKED, _ASKED = FACT_KINDS["checked"].answers(), Report.answers()
_FILLED: Mapping[str, Any] = {"privacy": Privacy.OPEN, "filled_by": FILLERS}
PAGE = 400


class Eligible(FactLedger):
    """The children of school age whose home is in a place; those of a school where it is one."""

    key = "eligible"
    title = "适龄儿童台账"
    counted = "一个适龄儿童计一条，按户籍所在的村，没有户籍名单的按学校名单；"
    guide = "就学状态不对的直接改；核实过的写核查人和核查日期；表里没有的孩子写在最后一行下面，写姓名、出生日期、村。"
    filled_as = FILLED_AS
    paged = True
    takes_new = True
    sheets = (EligibleVillages, ELIGIBLE_SILENT)
    passing = frozenset({"matches", "school", "grade", "student_number"})
    folded = frozenset({"id_number", "student_number"})

    town, village = _ASKED["town"], fields.Village(metadata=asked("村(社区)", privacy=Privacy.OPEN))
    head = fields.Name(metadata=asked("户主", privacy=Privacy.PERSONAL))
    child_name, sex, birth_date = _ASKED["child_name"], _ASKED["sex"], _ASKED["birth_date"]
    id_number = fields.IdNumber(metadata=asked("证件号", privacy=Privacy.SENSITIVE))
    present = fields.Choice(("常住", "空挂"), metadata=asked("常住/空挂", **_FILLED))
    schooling = fields.Choice(SCHOOLINGS, metadata=asked("就学状态", **_FILLED))
    school = fields.School(metadata=asked("就读学校", privacy=Privacy.OPEN))
    grade = _ASKED["grade"]
    student_number = fields.IdNumber(metadata=asked("学籍号", privacy=Privacy.SENSITIVE, source=HOUSE))
    matches = fields.Text(10, metadata=asked("人籍是否相符", privacy=Privacy.OPEN, width=3.8, source=HOUSE))
    note = fields.StaffText(200, metadata=asked("异常说明", privacy=Privacy.PERSONAL, filled_by=FILLERS))
    checked_by = fields.StaffName(metadata=asked("核查人", **_FILLED))
    checked_on = fields.Day("past", metadata=asked("核查日期", **_FILLED))
    row_key = fields.Text(
        60, metadata=asked("行码（请勿改动）", privacy=Privacy.OPEN, width=14.0, source=HOUSE)
    )

    def condition(self, db: Database, view: View) -> tuple[str, list[Cell]]:
        """Give the condition of the children who are of school age on the last of the days."""
        within, args = homes_within(view.scope)
        first, last = born_for_school(db.settings, view.period.last)
        return f"{within} AND c.birth_date >= ? AND c.birth_date <= ?", [*args, first, last]

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the children by village."""
        where, args = self.condition(db, view)
        yield from self._lines(db, view, pupil_ids(db, where, args, _ORDER))

    def page_of_rows(self, db: Database, view: View, skip: int, size: int) -> tuple[list[Line], int]:
        """Give some of the rows and how many there are of all; what is not shown is not read."""
        where, args = self.condition(db, view)
        ids = pupil_ids(db, where, args, _ORDER)
        return list(self._lines(db, view, ids[skip : skip + size])), len(ids)

    def lines_of(self, db: Database, view: View, ids: Sequence[str]) -> Iterator[Line]:
        """Yield the rows of some children as they would go out now."""
        yield from self._lines(db, view, ids)

    def filled_of(self, db: Database, every: Sequence[Child]) -> dict[str, dict[str, Any]]:
        """Give what the fillable columns hold now, derived where nobody filled them in."""
        known = {one.child.id: one for one in pupil_rows(db, [one.id for one in every], (HUJI,))}
        return _filled(db, [known[one.id] for one in every if one.id in known], schoolings_of(db, every))

    def accept_new(self, db: Database, by: Person, said: Mapping[str, str]) -> Mapping[str, Any]:
        """Read what is said of a child that was found."""
        return read_found_child(db, by, self, said)

    def begin(self, db: Database, by: Person, answers: Mapping[str, Any], chosen: str) -> Subject:
        """Make the file of a child that was found, or give the chosen one."""
        child = file_of_found_child(db, by, answers, chosen)
        return Subject(child.id, child.name, child.town, self.filled_of(db, [child])[child.id])

    def drop(self, db: Database, by: Person, one: Subject) -> None:
        """Take back the file of a child that was found."""
        drop_found_child(db, by, one.id)

    def restore(self, db: Database, by: Person, one: Subject, key: str, before: Any) -> None:
        """Take a column back; what nobody had filled in is derived again."""
        said = believed(facts_of_children(db, [one.id], ["schooling"]).get(one.id, ()), "schooling")
        derived = key == "schooling" and said is not None and not _was_said(db, one.id, before)
        super().restore(db, by, one, key, None if derived else before)

    def _lines(self, db: Database, view: View, ids: Sequence[str]) -> Iterator[Line]:
        for at in range(0, len(ids), PAGE):
            page = list(pupil_rows(db, ids[at : at + PAGE], (HUJI, XUEJI)))
            where = schoolings_of(db, [one.child for one in page])
            filled_in, wrong = _filled(db, page, where), _with_differences(db, [one.child.id for one in page])
            for one in page:
                yield self._line(db, view, one, where[one.child.id], filled_in[one.child.id], wrong)

    def _line(
        self, db: Database, view: View, row: PupilRow, where: Schooling, filled_in: Mapping[str, Any],
        wrong: frozenset[str],
    ) -> Line:  # fmt: skip
        child = row.child
        values = {
            **row.values, "head": row.said(HUJI, "head"), "school": where.school or None, **filled_in,
            "matches": "否" if child.id in wrong else "是" if _is_registered(row) else None,
            ROW_KEY: self.key_of(db, Subject(child.id, child.name, row.town, filled_in)),
        }  # fmt: skip
        shown = {key: one for key, one in values.items() if key in self.fields}
        clear = frozenset(self.fields) if view.full else frozenset()
        return Line(
            subject_ref(self.sort, child.id),
            row.town[:9],
            shown,
            frozenset(row.unopened),
            clear,
            child=child.id,
        )


def _is_registered(row: PupilRow) -> bool:
    """Tell whether a child is registered where it sits."""
    said = row.listed.get(XUEJI)
    return said is not None and bool(row.child.school) and said.school == row.child.school


def _filled(
    db: Database, page: Sequence[PupilRow], where: Mapping[str, Schooling]
) -> dict[str, dict[str, Any]]:
    facts = facts_of_children(db, [one.child.id for one in page], ["checked"])
    found: dict[str, dict[str, Any]] = {}
    for row in page:
        checked = believed(facts.get(row.child.id, ()), "checked")
        said = {key: (checked.get(key) if checked else None) for key in _CHECKED}
        said["present"] = said["present"] or row.said(HUJI, "present")
        said["schooling"] = where[row.child.id].state
        found[row.child.id] = {key: said[key] or None for key in FILLED_AS}
    return found


def _was_said(db: Database, child: str, state: Any) -> bool:
    """Tell whether a fact, also one of before, says so of a child."""
    return any(
        one.kind == "schooling" and one.get("schooling") == state for one in facts_of(db, child, former=True)
    )


def _with_differences(db: Database, ids: Sequence[str]) -> frozenset[str]:
    """Give those of some children of whom the lists say different things."""
    if not ids:
        return frozenset()
    rows = db.all(
        f"SELECT DISTINCT child FROM differences WHERE child IN ({', '.join('?' * len(ids))}) AND closed_at IS NULL",  # noqa: S608
        list(ids),
    )
    return frozenset(row["child"] for row in rows)
