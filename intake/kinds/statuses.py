"""Every status of a report: how it is kept, its word, what a parent hears, whether it is an end, whether it can be taken back.

A report is received, on leave or withdrawn. What staff do about it is no status of the report.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Status:
    """One status: `key` is what is kept, `word` what staff read, `plain` what a parent hears."""

    key: str
    word: str
    plain: str
    ended: bool = False
    """Whether nothing is added to the report any more."""
    retractable: bool = False
    """Whether its reporter may still correct it and take it back."""


RECEIVED = Status("received", "待处理", "已经收到，等待处理", retractable=True)
CLUE = replace(RECEIVED, word="线索", plain="已经收到，等待核实")
"""How an absence is received."""
ALARM = replace(RECEIVED, retractable=False)
"""How danger is received: somebody is on the way, so that nobody takes it back by a click."""
ON_LEAVE = Status("on_leave", "已请假", "已经记下请假", retractable=True)
WITHDRAWN = Status("withdrawn", "已撤回", "已经按您的要求撤回", ended=True)
STATUSES: Mapping[str, Status] = {one.key: one for one in (RECEIVED, ON_LEAVE, WITHDRAWN)}

_UNKNOWN = Status("", "处理中", "正在处理")


def status_of(key: str, opening: Status) -> Status:
    """Give the status that is kept as `key`; `opening` is how reports of its kind are received.

    One that this version does not know is staff's business: nothing ends it, and nobody takes it back.
    """
    if key == opening.key:
        return opening
    return STATUSES.get(key) or replace(_UNKNOWN, key=key)
