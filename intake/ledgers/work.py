"""工作单: what is open and by when, the most pressing first; what staff fill into it is done on the case."""

from collections.abc import Mapping, Sequence
from typing import Any

from intake import fields
from intake.cases.rulebook import records
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds import Answers, filled
from intake.ledgers.day.changed import CHANGED
from intake.ledgers.day.counted import APART
from intake.ledgers.day.of_work import NEW, OVERDUE, WITHDRAWN, WorkLedger
from intake.ledgers.day.silent import SILENT
from intake.ledgers.day.summary import SUMMARY
from intake.ledgers.of_cases import case_ledger

_HOME = "家里"
"""Whom somebody spoke to, where a sheet has no column for it."""
DEEDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "电话联系上了": ("contact", {"way": "电话", "whom": _HOME, "result": records.REACHED}),
    "电话没联系上": ("contact", {"way": "电话", "whom": _HOME, "result": records.NOT_REACHED}),
    "家访见到了": ("contact", {"way": "家访", "whom": _HOME, "result": records.REACHED}),
    "家访没见到": ("contact", {"way": "家访", "whom": _HOME, "result": records.NOT_REACHED}),
    "孩子已到校": ("returned", {}),
    "误报或请假": ("false_alarm", {}),
    "开始办理": ("handled", {}),
    "已解决": ("resolved", {}),
    "无法解决": ("unresolved", {}),
    "关闭": ("closed", {}),
}
"""What may be written as 办理结果: the transition that it is, and what is known of it without being asked."""
_SAID_AS: Mapping[str, str] = {
    "contact": "words", "false_alarm": "reason", "resolved": "result", "unresolved": "reason", "note": "words",
}  # fmt: skip
"""Under which key a transition takes what was written as 办理说明; `words` where it asks for none."""


class _Deed(fields.Choice):
    """What is done on a case; only that is offered which somebody who fills it in may do."""

    def options(self) -> Sequence[str]:
        """Leave out what is others' alone: that a child is back, a teacher says on the roll."""
        hands = set(filled.HANDLERS)
        return tuple(word for word in DEEDS if TRANSITIONS[DEEDS[word][0]].who & hands)


_OWN: Mapping[str, fields.Answer] = {
    "deed": _Deed(
        tuple(DEEDS), metadata=asked("办理结果", privacy=Privacy.OPEN, filled_by=filled.HANDLERS, width=6.0)
    ),
    "deed_on": fields.Day(
        "past", metadata=asked("办理日期", privacy=Privacy.OPEN, filled_by=filled.HANDLERS, width=5.6)
    ),
    "deed_words": fields.Text(
        500, metadata=asked("办理说明", privacy=Privacy.PERSONAL, filled_by=filled.HANDLERS, width=13.0)
    ),
}


class _Work(WorkLedger):
    """The rows of 工作单."""

    counted = (
        f"工作单一个没办完的个案计一条，以前的日子列当时没办完的，状态和期限都是现在的；{APART}"
        "变更一步计一条，从前一个上课日起；未上报一个班计一条；"
    )
    guide = (
        "办理结果不选，只写办理说明，就是记一笔备注。误报或请假、已解决、无法解决要写办理说明。"
        "劝返、告知、文书、去向、复学、销号，请打开个案办，不在这张表里填。"
    )

    def deed(self, said: Answers) -> tuple[str, dict[str, Any]] | None:
        """Make of result, day and words the transition that they tell of; words alone are a note."""
        words, chosen = said.get("deed_words"), said.get("deed")
        if chosen is None:
            return ("note", {"words": words}) if words else None
        key, known = DEEDS[chosen]
        raw = {**known, "day": said.get("deed_on") or self.world.now().date().isoformat()}
        if words:
            raw[_SAID_AS.get(key, "words")] = words
        return key, raw


WORK = case_ledger(
    "work",
    "工作单",
    ("class_of", "child_name", "phone", "matter", "last_step", "wanted", "due_on", "deed", "deed_on", "deed_words",
     "row_key"),
    base=_Work,
    own=_OWN,
    deeds=frozenset({"deed", "deed_on", "deed_words"}),
    sheets=(NEW, CHANGED, OVERDUE, SILENT, SUMMARY, WITHDRAWN),
)  # fmt: skip
"""What is open, one row a case, to be worked from and sent back."""
