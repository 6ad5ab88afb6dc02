"""Where a fact is from, and which of two that say otherwise is believed."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactSource:
    """A source: how people call it, and its weight; of two facts the lighter one never closes the heavier."""

    title: str
    weight: int


STAFF, REPORT, ROSTER, XUEJI, HUJI, POOR, PERMITS, AID, RETURNED, VISIT, OLD = (
    "staff", "report", "roster", "xueji", "huji", "poor", "juzhuzheng", "aid", "returned", "visit", "old",
)  # fmt: skip
SOURCES: Mapping[str, FactSource] = {
    STAFF: FactSource("工作人员填写", 3),
    VISIT: FactSource("走访、通话", 3),
    RETURNED: FactSource("收回的表", 3),
    XUEJI: FactSource("学籍名单", 2),
    HUJI: FactSource("户籍名单", 2),
    POOR: FactSource("脱贫户名单", 2),
    PERMITS: FactSource("居住证名单", 2),
    AID: FactSource("发放名单", 2),
    ROSTER: FactSource("学生名单", 2),
    REPORT: FactSource("报告", 1),
    OLD: FactSource("以前的名单", 1),
}
"""By the key that a fact carries. A report weighs least: anybody may send one, until somebody confirmed it."""
CONFIRMED = 3
"""What a fact weighs at least that somebody of the staff confirmed."""
