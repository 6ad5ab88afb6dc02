"""应发实发对照: what lists say was to be paid to each child and was paid, by semester, beside what reports say of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from intake import fields
from intake.children.facts.fact import ChildFact
from intake.children.facts.held import FactHistory
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.columns import CHILD
from intake.ledgers.ledger import Line, View
from intake.ledgers.of_cases import case_ledger
from intake.ledgers.schooling.of_children import ChildLedger, ChildWithCases
from intake.store.db import Database

NO_PROOF = "没有登记"


class _AidPaid(ChildLedger):
    """Its rows: a child may have several."""

    counted = "名单上一个孩子一个学期一个项目计一条；"
    kinds = frozenset({"subsidy"})
    tells = "1 = 0"
    telling = ("aid",)
    asking = frozenset({"hardship"})

    def belongs(self, db: Database, file: ChildWithCases) -> bool:
        """Tell whether something was paid, or was to be."""
        return bool(file.said.standing("aid"))

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield a row for each child, semester and program, the newest semester first."""
        for file in self.files(db, view):
            base = self.line(db, file, view)
            told = _told(file)
            for paid in sorted(file.said.standing("aid"), key=_order, reverse=True):
                yield replace(
                    base, values={**base.values, **_of_aid(paid), **told.get(paid.get("program"), {})}
                )

    def known(self, db: Database, file: Any) -> Mapping[str, Any]:
        """Give on what the aid rests: the hardship, and whether its proof holds on the day."""
        said = file.said
        return {
            "case_number": None,
            "hardship": said.words("hardship", "hardship") or None,
            "proof": proofs_of(said),
        }


def proofs_of(said: FactHistory) -> str | None:
    """Say whether there is a proof of a child's hardships, and whether it has expired; None where there is no hardship."""
    return "、".join(dict.fromkeys(_proof(one, said.day) for one in said.standing("hardship"))) or None


def _proof(one: ChildFact, day: date) -> str:
    until = one.get("until") or ""
    if until and until < day.isoformat():
        return f"{until} 已过期"
    return f"有效到 {until}" if until else one.get("proof") or NO_PROOF


def _order(paid: ChildFact) -> tuple[str, str]:
    return str(paid.get("semester") or ""), str(paid.get("program") or "")


def short_of(paid: ChildFact) -> float | None:
    """Give how much less was paid than was to be; None where it was not, or nobody said how much was paid."""
    due, given = paid.get("amount_due"), paid.get("amount_paid")
    return round(due - given, 2) if due is not None and given is not None and given < due else None


def _of_aid(paid: ChildFact) -> dict[str, Any]:
    keys = ("semester", "program", "amount_due", "amount_paid", "paid_on")
    return {**{key: paid.get(key) for key in keys}, "short": short_of(paid), "note": paid.get("remark")}


def _told(file: ChildWithCases) -> dict[str, dict[str, Any]]:
    """Give the newest case on each program, with what was reported to have been paid."""
    found: dict[str, dict[str, Any]] = {}
    for one in file.files:
        if one.case.kind == "subsidy" and (program := one.answer("program")):
            found[program] = {"case_number": one.case.number, "told_paid": one.answer("amount_paid")}
    return found


def _money(label: str) -> fields.Money:
    return fields.Money(0, 100_000, metadata=asked(label, privacy=Privacy.OPEN, source=HOUSE))


AID_PAID = case_ledger(
    "aid-paid",
    "资助应发实发对照",
    (*CHILD, "hardship", "proof", "semester", "program", "amount_due", "amount_paid", "short", "paid_on", "told_paid",
     "case_number", "note"),
    base=_AidPaid,
    tab="应发实发",
    own={
        "proof": fields.Text(60, metadata=asked("依据有效期", privacy=Privacy.OPEN, width=6.0, source=HOUSE)),
        "amount_due": _money("应发"),
        "amount_paid": _money("实发"),
        "short": _money("少发"),
        "paid_on": fields.Day(metadata=asked("发放日期", privacy=Privacy.OPEN, source=HOUSE)),
        "told_paid": _money("报告说实发"),
        "note": fields.Text(100, metadata=asked("说明", privacy=Privacy.PERSONAL, source=HOUSE)),
    },
    kinds=_AidPaid.kinds,
)  # fmt: skip
"""A further sheet of 资助台账."""
