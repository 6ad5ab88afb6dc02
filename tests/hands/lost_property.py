"""A throw-away sixth kind: one module and one line in the registry are all that a new kind takes."""

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds import Report


class LostProperty(Report):
    """Tell of something left at school."""

    kind = "lost_property"
    title = "失物登记"
    about = "孩子的东西落在学校了"

    insists = ("colour",)

    thing = fields.Choice(
        ("书包", "水杯", "衣服"),
        required=True,
        metadata=asked("物品", privacy=Privacy.OPEN, prompt="丢了什么？"),
    )
    colour = fields.Text(
        20,
        metadata=asked(
            "颜色", privacy=Privacy.OPEN, prompt="什么颜色？", when={"thing": ("书包", "衣服")}, chat=True
        ),
    )
    lost_on = fields.Day(required=True, metadata=asked("丢失日期", privacy=Privacy.OPEN, prompt="哪天丢的？"))
    secret_mark = fields.Text(40, metadata=asked("暗记", privacy=Privacy.SENSITIVE, prompt="有什么记号？"))


SAMPLE = {
    "child_name": "王小明",
    "town": "石人镇",
    "relation": "母",
    "phone": "13800001234",
    "thing": "书包",
    "colour": "蓝色",
    "lost_on": "2026-11-20",
    "secret_mark": "里面绣着小鱼",
}
