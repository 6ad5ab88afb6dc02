"""资助台账: who is to be given what, and what became of it. And 公示: who was given something, and no word more."""

from intake.cases.case import CaseEvent
from intake.cases.rulebook import states
from intake.ledgers.columns import CHILD
from intake.ledgers.known.aid_paid import AID_PAID
from intake.ledgers.ledger import View
from intake.ledgers.of_cases import case_ledger
from intake.ledgers.schooling.of_children import BY_PLACE, LASTING, ChildLedger, ChildWithCases
from intake.store.db import Cell, Database

AID = case_ledger(
    "aid",
    "资助台账",
    (*CHILD, "household_type", "lodging", "hardship", "evidence", "semester", "program", "problem", "amount_due",
     "amount_paid", "paid_on", "result", "handled_by", "remark", "row_key"),
    kind="subsidy",
    which=LASTING,
    order=BY_PLACE,
    beside=True,
    sheets=(AID_PAID,),
)  # fmt: skip
_SETTLED = f"c.state IN ('{states.SOLVED}', '{states.SHUT}')"
_ANSWERS = ("resolved", "unresolved", "reopened")


class _Publicity(ChildLedger):
    """The children whose aid was settled in the period: what may hang at the gate (未成年人保护法; 公示只列四项)."""

    counted = "办结期间内的资助个案，一个孩子计一条；"
    events = True
    every_kind = False
    portrait = True

    def condition(self, view: View) -> tuple[str, list[Cell]]:
        """Leave only cases that were settled in the period, and none that few may see."""
        sql, args = super().condition(view)
        last = "(SELECT max(e.at) FROM case_events e WHERE e.case_id = c.id AND e.event = 'resolved')"
        return (
            f"{sql} AND c.restricted = 0 AND {_SETTLED} AND {last} >= ? AND {last} < ?",
            [*args, *view.period.bounds()],
        )

    def belongs(self, db: Database, file: ChildWithCases) -> bool:
        """Tell whether the last word on one of its cases is that it was settled, and still holds."""
        return any(_settled(one.done) for one in file.files)


def _settled(done: list[CaseEvent]) -> bool:
    last = next((one.key for one in reversed(done) if one.key in _ANSWERS), "")
    return last == "resolved"


PUBLICITY = case_ledger(
    "publicity",
    "资助公示名单",
    ("school", "child_name", "grade", "class_name"),
    kind="subsidy",
    base=_Publicity,
)
