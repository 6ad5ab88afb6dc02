"""安全报告: a child in danger. In the chat only what saves time is insisted on (未成年人保护法 §11)."""

import re
from collections.abc import Mapping
from typing import Any

from intake import codes, fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.kinds.statuses import ALARM
from intake.language.patterns import regex

OPEN = "不清楚"
"""What a child's safety is until somebody plainly says yes or no."""
LONGEST = 500
"""Characters of the description."""
_DOUBTS = re.compile(r"[?？…“”\"‘’'「」『』吗嘛]|\.{2,}|(?<![什怎])么")


def doubts(words: str) -> bool:
    """Tell whether words ask, hesitate or quote: 安全？, 是…, “安全”."""
    return bool(_DOUBTS.search(words))


GRAVE = frozenset({"受侵害", "自伤风险"})
"""What the bureau's officer of safety alone may see (未成年人保护法 §11)."""
_STAFF = regex(r"(?:老师|教师|班主任|班任|校长|主任|教练|保安|宿管|食堂师傅|司机)[^，。；！？]{0,8}"
               r"(?:打|骂|踢|踹|扇|掐|摸|亲|抱|体罚|侮辱|欺负|猥亵|侵犯|骚扰|罚|推|拽|伤)")  # fmt: skip
_BY_STAFF = regex(r"(?:被|让|叫|给)[^，。；！？]{0,6}(?:老师|教师|班主任|班任|校长|主任|教练|保安|宿管|司机)")


def names_staff(words: str) -> bool:
    """Tell whether words accuse somebody who works at a school."""
    return bool(_STAFF.search(words) or _BY_STAFF.search(words))


class Safety(Report):
    """Tell of danger to a child."""

    kind = "safety"
    title = "安全报告"
    about = "受伤、走失、被欺负、有危险"
    ledger = "安全报告登记"
    promise = "会有专人马上打电话联系您，请保持电话畅通。"
    essential = ("what", "safe_now", "phone")
    urgent = "如果孩子正有危险，请马上打 110；受伤或突发疾病打 120；心里难受可以打 12355。"
    opening = ALARM
    photos = 3

    what = fields.Choice(
        "danger", required=True, metadata=asked("情形", privacy=Privacy.SENSITIVE, prompt="发生了什么事？")
    )
    safe_now = fields.Choice(
        "yes_no_unknown",
        required=True,
        metadata=asked("目前是否安全", privacy=Privacy.OPEN, prompt="孩子现在安全吗？"),
    )
    happened_at = fields.Moment(
        required=True,
        metadata=asked(
            "时间", privacy=Privacy.OPEN, prompt="什么时候发生的？", hint="例如：刚才、昨天下午三点"
        ),
    )
    place = fields.Address(
        100, required=True, metadata=asked("地点", privacy=Privacy.PERSONAL, prompt="在什么地方发生的？")
    )
    told_guardian = fields.Choice(
        "yes_no", metadata=asked("是否已告知监护人", privacy=Privacy.OPEN, prompt="告诉孩子的监护人了吗？")
    )
    told_parents_away = fields.Choice(
        "yes_no",
        metadata=asked("是否已告知外出务工的父母", privacy=Privacy.OPEN, prompt="告诉在外打工的父母了吗？"),
    )
    reported_to = fields.Choices(
        "authority", metadata=asked("已报告部门", privacy=Privacy.OPEN, prompt="已经告诉哪些部门了？")
    )
    description = fields.Text(
        LONGEST, metadata=asked("说明", privacy=Privacy.SENSITIVE, prompt="请简单说说经过。", chat=True)
    )

    def restricts(self, answers: Mapping[str, Any]) -> bool:
        """Keep abuse, thoughts of suicide, and what names a school's staff, from whoever may be part of it."""
        return answers.get("what") in GRAVE or names_staff(str(answers.get("description") or ""))

    def settled(self, said: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
        """Leave open whether the child is safe where the words do not plainly say so, and keep the words."""
        words = said.get("safe_now")
        if not isinstance(words, str) or (codes.find("yes_no_unknown", words) and not doubts(words)):
            return said
        told = said.get("description", before.get("description", ""))
        kept = f"{told}\n{words}".strip() if isinstance(told, str) else words
        if len(kept) > LONGEST:  # words of danger are not cut off: whoever sends them is told
            return said
        return {**said, "safe_now": OPEN, "description": kept}
