"""孩子未到校: a child is missing school. Days absent are counted from `last_seen`, never typed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds import filled
from intake.kinds.base import Report
from intake.kinds.statuses import CLUE, ON_LEAVE, Status

_ON_LEAVE = frozenset({"town", "relation", "phone"})
"""What need not be asked of a child on leave."""


class Absence(Report):
    """Tell that a child does not come to school (教基厅函〔2024〕15号: every clue is followed)."""

    kind = "absence"
    title = "孩子未到校"
    about = "孩子没来上学、请假、不想念了"
    ledger = "孩子未到校登记"
    filled_by_staff: ClassVar[Mapping[str, fields.Answer]] = {
        "result": filled.RESULT,
        "disability_kind": fields.Text(
            60, metadata=asked("残疾类别", privacy=Privacy.SENSITIVE, filled_by=filled.HANDLERS)
        ),
        "teacher": fields.Name(metadata=asked("责任教师", privacy=Privacy.OPEN, filled_by=filled.HANDLERS)),
        "remark": filled.REMARK,
    }
    opening = CLUE
    promise = "{who}会尽快与您联系，最晚下一个上课日。"
    handlers = "工作人员"
    confides = True
    insists = ("school",)
    when_unknown: ClassVar[Mapping[str, str]] = {"on_leave": "否"}

    last_seen = fields.Day(
        "past",
        rough=True,
        required=True,
        metadata=asked("最后到校日期", called="最后一天上学", privacy=Privacy.OPEN, prompt="孩子最后一天去学校是哪天？",
                       hint="例如：昨天、上周一、9月1日；记不清就说个大概"),
    )  # fmt: skip
    last_seen_rough = fields.Choice(
        "yes_no",
        metadata=asked("最后到校日期是大约的", privacy=Privacy.OPEN, heading="日期是大约的", silent=True),
    )
    on_leave = fields.Choice(
        "yes_no",
        required=True,
        metadata=asked("是否已请假", called="请假了吗", privacy=Privacy.OPEN, prompt="跟学校请过假了吗？"),
    )
    leave_until = fields.Day(
        "future",
        metadata=asked("请假到哪天", privacy=Privacy.OPEN, prompt="请假到哪天？", hint="不填就是当天",
                       when={"on_leave": ("是",)}),
    )  # fmt: skip
    reason = fields.Choice(
        "absence_reason",
        metadata=asked("原因", privacy=Privacy.OPEN, prompt="是什么原因？", hint="不清楚可以不填", chat=True),
    )
    whereabouts = fields.Text(
        100,
        metadata=asked("目前去向", called="孩子现在在哪里", privacy=Privacy.PERSONAL, prompt="孩子现在在哪里？", chat=True,
                       hint="例如：在家、在外地亲戚家", when={"on_leave": ("否",)}),
    )  # fmt: skip
    contacted = fields.Choice(
        "yes_no",
        metadata=asked("是否已联系", privacy=Privacy.OPEN, prompt="已经联系过家长了吗？", teachers=True),
    )
    contact_result = fields.Text(
        200,
        metadata=asked("联系结果", privacy=Privacy.PERSONAL, prompt="联系的结果怎样？", teachers=True,
                       when={"contacted": ("是",)}),
    )  # fmt: skip
    special_group = fields.Choices(
        "special_group",
        metadata=asked("特殊群体类别", privacy=Privacy.SENSITIVE, prompt="孩子属于哪类特殊群体？", teachers=True,
                       hint="可以选几样，没有就不填"),
    )  # fmt: skip
    description = fields.Text(
        500, metadata=asked("说明", privacy=Privacy.PERSONAL, prompt="还有什么要说的？", hint="可以不填")
    )

    def excused(self, channel: str, said: Mapping[str, Any]) -> set[str]:
        """Ask somebody who tells of leave in the chat only for the child and the class."""
        told = super().excused(channel, said)
        if channel == "wechat" and "是" in self.words_of("on_leave", said.get("on_leave", "否")):
            told |= _ON_LEAVE
        return told

    def unverified(self, answers: Mapping[str, Any]) -> list[str]:
        """Leave out what nobody is asked of a child on leave."""
        told = super().unverified(answers)
        return [key for key in told if key not in _ON_LEAVE] if answers.get("on_leave") == "是" else told

    def status(self, answers: Mapping[str, Any]) -> Status:
        """Begin as a clue; a child on leave is recorded and raises no case."""
        return ON_LEAVE if answers.get("on_leave") == "是" else self.opening
