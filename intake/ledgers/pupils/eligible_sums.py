"""How many children of school age each village has, and where they learn; a village that said nothing is 未上报, not 0."""

from collections.abc import Iterator
from typing import Any

from intake import fields
from intake.fields import Cell
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.ledgers.ledger import Ledger, Line, View
from intake.ledgers.pupils.differing.silent_lists import SILENT
from intake.ledgers.pupils.villages import VillageToday, villages_today
from intake.school.schooling import ELSEWHERE, GROUPS, NOT_IN, READING, UNKNOWN
from intake.store.db import Database

_KEYS = ("reading", "elsewhere", "not_in", "nobody_knows")


class HeadsOrSilence(fields.Count):
    """A number, or the word for what nobody said."""

    def cell(self, value: Any) -> Cell:
        """Keep the word."""
        return value if isinstance(value, str) else super().cell(value)

    def show(self, value: Any) -> str:
        """Show the word as it is."""
        return value if isinstance(value, str) else super().show(value)


def _count(label: str) -> HeadsOrSilence:
    return HeadsOrSilence(0, 10**7, metadata=asked(label, privacy=Privacy.OPEN, width=4.4, source=HOUSE))


class EligibleVillages(Ledger):
    """A row for each village of a scope, and for the children of a town whose village nobody knows."""

    key = "eligible-villages"
    title = "适龄儿童按村汇总"
    tab = "按村汇总"
    counted = "一个村(社区)计一条，没有交户籍名单的写未上报；"

    town = Report.answers()["town"]
    place = fields.Text(40, metadata=asked("村(社区)", privacy=Privacy.OPEN, width=9.0, source=HOUSE))
    total = _count("适龄儿童")
    reading = _count(READING)
    elsewhere = _count(ELSEWHERE)
    not_in = _count(NOT_IN)
    nobody_knows = _count(UNKNOWN)
    brought = fields.Text(20, metadata=asked("户籍名单", privacy=Privacy.OPEN, width=4.0, source=HOUSE))

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield them by town."""
        if view.scope.school or view.scope.classes is not None:
            return  # a school knows of no village's children but its own
        for one in villages_today(db, view.scope):
            yield Line(one.code or one.town, one.town[:9], _values(one))


def _values(one: VillageToday) -> dict[str, Any]:
    counts = [one.counts[group] for group in GROUPS]
    numbers: list[Any] = [SILENT] * 5 if one.silent and not one.number else [one.number, *counts]
    return {
        "town": one.town[:9] or None, "place": one.name, "brought": SILENT if one.silent else "已上报",
        **dict(zip(("total", *_KEYS), numbers, strict=True)),
    }  # fmt: skip
