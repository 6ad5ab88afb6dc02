"""资助困难: aid that is due and did not come, or that nobody knows how to ask for. Never asked: bank accounts."""

from collections.abc import Mapping
from typing import ClassVar

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds import filled
from intake.kinds.base import Report


class Subsidy(Report):
    """Tell of a difficulty with aid."""

    kind = "subsidy"
    title = "资助困难"
    about = "补助没有发、不知道怎么申请"
    ledger = "资助台账"
    filled_by_staff: ClassVar[Mapping[str, fields.Answer]] = {
        "evidence": fields.Text(
            60, metadata=asked("依据/证号", privacy=Privacy.SENSITIVE, filled_by=filled.HANDLERS)
        ),
        "paid_on": fields.Day(metadata=asked("发放日期", privacy=Privacy.OPEN, filled_by=filled.HANDLERS)),
        "result": filled.RESULT,
        "handled_by": filled.HANDLED_BY,
        "remark": filled.REMARK,
    }
    promise = "{who}会在 5 个工作日内核实并答复您。"
    handlers = "资助工作人员"
    confides = True
    photos = 3

    hardship = fields.Choices(
        "hardship",
        required=True,
        metadata=asked("困难类型", called="家里的情况", privacy=Privacy.SENSITIVE, prompt="家里属于哪种情况？",
                       hint="可以选几样；说不准就选“不清楚”"),
    )  # fmt: skip
    program = fields.Choice(
        "program",
        required=True,
        metadata=asked(
            "资助项目",
            called="哪一项补助",
            privacy=Privacy.OPEN,
            prompt="是哪一项资助？",
            hint="说不准就选“不清楚”",
        ),
    )
    problem = fields.Choice(
        "problem",
        required=True,
        metadata=asked("遇到的问题", privacy=Privacy.OPEN, prompt="遇到了什么问题？"),
    )
    semester = fields.Text(
        20, metadata=asked("学期", privacy=Privacy.OPEN, prompt="是哪个学期的？", hint="例如：2026年秋季")
    )
    amount_due = fields.Money(
        0,
        100000,
        metadata=asked("应发", called="应该发多少", privacy=Privacy.OPEN, prompt="应该发多少元？", hint="元"),
    )
    amount_paid = fields.Money(
        0,
        100000,
        metadata=asked(
            "实发", called="实际发了多少", privacy=Privacy.OPEN, prompt="实际发了多少元？", hint="元"
        ),
    )
    description = fields.Text(
        500,
        metadata=asked("说明", privacy=Privacy.PERSONAL, prompt="还有什么要说的？", chat=True,
                       hint="不要写银行卡号"),
    )  # fmt: skip
