"""寄宿与上下学需求: a bed, a bus, a lunch."""

from collections.abc import Mapping
from typing import ClassVar

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds import filled
from intake.kinds.away import Away
from intake.language import spoken


class Boarding(Away):
    """Ask for a boarding place, a way to school, or lunch."""

    kind = "boarding"
    title = "寄宿与上下学需求"
    about = "想住校、坐校车，中午吃饭"
    ledger = "寄宿需求台账"
    filled_by_staff: ClassVar[Mapping[str, fields.Answer]] = {
        "result": filled.RESULT,
        "bed": fields.Text(20, metadata=asked("床位", privacy=Privacy.OPEN, filled_by=filled.HANDLERS)),
        "remark": filled.REMARK,
    }
    promise = "{who}会在 5 个工作日内答复您有没有床位或车辆。"
    handlers = "学校或教育局"

    needs = fields.Choices(
        "boarding_need",
        required=True,
        metadata=asked(
            "需求", called="需要什么", privacy=Privacy.OPEN, prompt="需要什么？", hint="可以选几样"
        ),
    )
    reason = fields.Choice(
        "boarding_reason",
        required=True,
        metadata=asked("原因", privacy=Privacy.OPEN, prompt="主要因为什么？"),
    )
    distance_km = fields.Number(
        0,
        200,
        read=spoken.distance_km,
        unit="公里",
        metadata=asked("离校距离", called="家离学校多远", privacy=Privacy.OPEN,
                       prompt="家离学校大约多远？", hint="写公里数，或几里地",
                       chat=True),
    )  # fmt: skip
    travel = fields.Choice(
        "travel",
        metadata=asked(
            "目前上学方式", called="现在怎么上学", privacy=Privacy.OPEN, prompt="现在怎么上学？", chat=True
        ),
    )
    from_date = fields.Day(
        "future",
        metadata=asked(
            "希望开始日期", called="想从哪天开始", privacy=Privacy.OPEN, prompt="希望从哪天开始？", chat=True
        ),
    )
    pickup = fields.Text(
        60, metadata=asked("接送人", called="谁接送孩子", privacy=Privacy.PERSONAL, prompt="平时谁接送孩子？")
    )
    health_note = fields.Text(
        200,
        metadata=asked("饮食与健康注意", called="饮食和身体要注意的", privacy=Privacy.SENSITIVE,
                       prompt="饮食和身体上有什么要注意的？",
                       hint="例如：对花生过敏；没有可以不填"),
    )  # fmt: skip
    description = fields.Text(
        500, metadata=asked("说明", privacy=Privacy.PERSONAL, prompt="还有什么要说的？", hint="可以不填")
    )
