"""汇总: how many cases there are by town and kind; each number is that of the rows of its sheet."""

from collections.abc import Iterator

from intake import fields
from intake.cases.rulebook import states
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.day.counted import APART, COUNTS, numbers_by
from intake.ledgers.ledger import Ledger, Line, View, declare_ledger
from intake.places import gazetteer
from intake.store.db import Database

UNKNOWN_TOWN = "未注明镇街"
"""What cases are under whose child's home nobody knows."""
_KINDS = list(states.KINDS)


class _Summary(Ledger):
    """Numbers by town and kind; what does not occur has no row."""

    counted = f"一个镇街的一类计一条，各数与明细表的行数一致；{APART}"

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield towns in the order of the list, kinds in theirs."""
        found = {sort: numbers_by(db, view, sort, ("town", "kind")) for sort in COUNTS}
        names = towns_by_code(db)
        order = list(names)
        keys = {key for one in found.values() for key in one}
        for town, kind in sorted(keys, key=lambda one: (order.index(one[0]) if one[0] in names else len(order), one[0],
                                                        _KINDS.index(one[1]))):  # fmt: skip
            values = {
                "town_of": names.get(town, UNKNOWN_TOWN), "kind": states.KINDS[kind],
                **{sort: one.get((town, kind), 0) for sort, one in found.items()},
            }  # fmt: skip
            yield Line("", town[:9], values)


def towns_by_code(db: Database) -> dict[str, str]:
    """Give the names of the towns by code, in the order of the list."""
    return {one.code: one.name for one in gazetteer.world(db).places.towns()}


def _count(label: str) -> fields.Count:
    return fields.Count(0, 10**7, metadata=asked(label, privacy=Privacy.OPEN, width=7.0, source=HOUSE))


SUMMARY = declare_ledger(
    _Summary,
    "work-summary",
    "分镇街汇总",
    {
        "town_of": fields.Text(20, metadata=asked("镇街", privacy=Privacy.OPEN, width=10.0, source=HOUSE)),
        "kind": fields.Text(10, metadata=asked("类别", privacy=Privacy.OPEN, width=6.0, source=HOUSE)),
        "open": _count("未办结"),
        "overdue": _count("其中逾期"),
        "new": _count("新增"),
        "ended": _count("办结"),
        "withdrawn": _count("撤回"),
    },
    tab="汇总",
)
"""汇总: how many."""
