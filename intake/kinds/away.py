"""Whether the parents work elsewhere: facts from which each definition of 留守 is derived."""

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report

AWAY = {"father_away": ("是",), "mother_away": ("是",)}


class Away(Report):
    """The base of kinds that keep which parents are away (江源政办发〔2017〕148号: one file per left-behind child)."""

    father_away = fields.Choice(
        "yes_no",
        metadata=asked(
            "父亲是否外出",
            called="爸爸在外地打工吗",
            privacy=Privacy.PERSONAL,
            group="父母",
            prompt="孩子父亲在外地打工吗？",
        ),
    )
    mother_away = fields.Choice(
        "yes_no",
        metadata=asked(
            "母亲是否外出",
            called="妈妈在外地打工吗",
            privacy=Privacy.PERSONAL,
            group="父母",
            prompt="孩子母亲在外地打工吗？",
        ),
    )
    away_since = fields.Month(
        metadata=asked("外出起始年月", called="从哪年哪月出去的", privacy=Privacy.PERSONAL, group="父母",
                       prompt="从哪年哪月出去的？",
                       hint="例如：2024年3月", when=AWAY),
    )  # fmt: skip
    away_place = fields.Text(
        60,
        metadata=asked("务工地", called="在哪里打工", privacy=Privacy.PERSONAL, group="父母", prompt="在哪里打工？",
                       hint="例如：辽宁省大连市", when=AWAY),
    )  # fmt: skip
