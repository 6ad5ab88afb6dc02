"""派出所备案表: left-behind children as reports tell of them, for the police station: four columns and no more."""

from collections.abc import Iterator

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.kinds.tables import name
from intake.ledgers.casefile import CaseFile, case_files
from intake.ledgers.day.counted import within
from intake.ledgers.ledger import Ledger, Line, View, declare_ledger
from intake.ledgers.library import value_of
from intake.places import gazetteer
from intake.store.db import Database

AWAY = ("boarding", "enrollment")
"""The kinds of report that ask which parents are away."""
LEFT_BEHIND = "留守"
_YES = "是"
_MAY_BE = " OR ".join(
    ["c.kind = 'absence'"]
    + [
        f"EXISTS (SELECT 1 FROM case_reports k JOIN {name(kind)} a ON a.report_id = k.report"  # noqa: S608
        f" WHERE k.case_id = c.id AND (a.father_away = '{_YES}' OR a.mother_away = '{_YES}'))"
        for kind in AWAY
    ]
)


class _Police(Ledger):
    """Each child once, whatever was reported of it and how often."""

    counted = "报告里说父母外出或者留守的孩子，一人计一条，到截止日为止；"

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the children of whom a report says that a parent is away, by home."""
        sql, args = within(view, self.kinds)
        sql = f"{sql} AND c.opened_at < ? AND ({_MAY_BE})"
        args.append(view.period.bounds()[1])
        seen: set[object] = set()
        for file in case_files(
            db, view.scope, sql, args, order="c.town, c.village, c.opened_at DESC, c.id", events=False
        ):
            if is_left_behind(file) and (who := _who(file)) not in seen:
                seen.add(who)
                yield self._line(db, file, view)

    def _line(self, db: Database, file: CaseFile, view: View) -> Line:
        values = {key: value_of(file, key) for key in ("child_name", "guardian_name", "phone")}
        values["home"] = _home(db, file)
        clear = frozenset(self.fields) if view.full else frozenset()
        return Line(
            file.receipt, file.case.town[:9], values, frozenset(file.unopened & set(self.fields)), clear
        )


def is_left_behind(file: CaseFile) -> bool:
    """Tell whether a report of a case says that a parent works elsewhere, or that the child is left behind."""
    away = (file.answer("father_away"), file.answer("mother_away"))
    return _YES in away or LEFT_BEHIND in (file.answer("special_group") or ())


def _who(file: CaseFile) -> object:
    """Give by what two reports are of one child: the roll, a number; else name, home and telephone together."""
    if file.child:
        return file.child.id
    if number := file.answer("id_number"):
        return number
    return value_of(file, "child_name"), file.case.town, file.case.village, file.answer("phone")


def _home(db: Database, file: CaseFile) -> str | None:
    """Give the address as it was told, else the village, else the town."""
    if told := file.answer("residence"):
        return str(told)
    places = gazetteer.world(db).places
    village, town = str(value_of(file, "village") or ""), value_of(file, "town")
    return places.full_name(village) if village else places.name(town) if town else None


POLICE = declare_ledger(
    _Police,
    "police",
    "派出所备案表",
    {
        "child_name": Report.answers()["child_name"],
        "home": fields.Address(100, metadata=asked("住址", privacy=Privacy.PERSONAL, width=9.0)),
        "guardian_name": Report.answers()["guardian_name"],
        "phone": fields.Phone(metadata=asked("电话", privacy=Privacy.PERSONAL)),
    },
    kinds=frozenset({"absence", *AWAY}),
)
"""派出所备案表."""
