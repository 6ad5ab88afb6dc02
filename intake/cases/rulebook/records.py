"""What is written down with an event: declared like a report, with the same field types and the same sentences.

Open answers (days, codes, ids) are what a case's state is derived from; all else is encrypted.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError, validates_schema

from intake import fields
from intake.cases.rulebook import states
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.form import Answers, Form
from intake.places.world import World

LONG = 1000
OTHER_WAY = "其他"
WAYS = ("电话", "家访", "当面", "微信", OTHER_WAY)
REACHED, NOT_REACHED = "联系上了", "没联系上"
AGREED, NOT_AGREED, NOT_MET = "答应回校", "没有答应", "没见到人"
LETTERS = ("书面报告", "限期复学通知书", "劝返情况记录", "因病残等缓学休学记录", "派出所登记单", "民政登记单")
ORDER = "限期复学通知书"
REPORT = "书面报告"
PLACES_TOLD = ("派出所", "镇街", "民政", "残联", "医院", "法院", "其他")
SERVED = ("签收", "拒签", "留置")
GUARDIAN, PARENTS_AWAY, POLICE, BULLYING = "告知监护人", "告知外出父母", "报告公安", "学校欺凌调查"
SAFETY_DUTIES = (GUARDIAN, PARENTS_AWAY, POLICE, BULLYING)
YES, NO = "做了", "不需要做"
HERE, LEAVE, MISSING = "在校", "请假", "真没来"


def _day(label: str = "日期", lean: str = "past", *, needed: bool = True, **more: Any) -> fields.Day:
    return fields.Day(lean, required=needed, metadata=asked(label, privacy=Privacy.OPEN, **more))


def _text(label: str, longest: int = LONG, *, needed: bool = True, **more: Any) -> fields.Text:
    return fields.Text(longest, required=needed, metadata=asked(label, privacy=Privacy.SENSITIVE, **more))


def _choice(label: str, of: tuple[str, ...] | str, *, needed: bool = True, **more: Any) -> fields.Choice:
    return fields.Choice(of, required=needed, metadata=asked(label, privacy=Privacy.OPEN, **more))


def _code(label: str, **more: Any) -> fields.Text:
    """Ask for an id of the house, chosen from a list."""
    return fields.Text(60, required=True, metadata=asked(label, privacy=Privacy.OPEN, **more))


class Note(Form):
    """Say something that others on the case should know."""

    words = _text("备注", prompt="要记什么？")


class Contact(Form):
    """Tell of a call, a visit, any contact, a vain one too: any real one clears what is owed."""

    day = _day(prompt="哪天的事？")
    way = _choice("方式", WAYS, prompt="怎么联系的？")
    people = _text(
        "谁去的", 100, needed=False, prompt="谁去的？", when={"way": ("家访",)}, hint="几个人去的都写上"
    )
    whom = _text("跟谁谈", 60, prompt="找的谁？", hint="例如：奶奶、爸爸、孩子本人")
    result = _choice("结果", (REACHED, NOT_REACHED), prompt="联系上了吗？")
    words = _text("说了什么", needed=False, prompt="孩子和家里怎么说？", hint="一两句就行")
    next_step = _text("下一步", 200, needed=False, prompt="接下来怎么办？")


class Persuasion(Form):
    """Tell of a 劝返, each its own record (教基厅函〔2024〕15号)."""

    day = _day(prompt="哪天谈的？")
    way = _choice("方式", WAYS, prompt="怎么谈的？")
    people = _text("谁去的", 100, prompt="谁去谈的？", hint="姓名，几个人去的都写上")
    whom = _text("跟谁谈", 60, prompt="跟谁谈的？")
    words = _text("谈了什么", prompt="谈了什么？")
    measure = fields.Choices("measure", metadata=asked("措施", prompt="用了什么办法？", privacy=Privacy.OPEN))
    result = _choice("结果", (AGREED, NOT_AGREED, NOT_MET), prompt="答应回校了吗？")
    back_by = _day(
        "答应哪天回校", "future", needed=False, prompt="答应哪天回校？", when={"result": (AGREED,)}
    )
    next_on = _day(
        "下次哪天再谈",
        "future",
        needed=False,
        prompt="下次哪天再谈？",
        when={"result": (NOT_AGREED, NOT_MET)},
    )

    @validates_schema(skip_on_field_errors=False)
    def later(self, answers: Answers, **_: Any) -> None:
        """Refuse a next time that has passed."""
        for key in ("back_by", "next_on"):
            if answers.get(key, "9") < self.world.now().date().isoformat():
                raise ValidationError({key: ["这一天已经过去，请选今天以后的日子。"]})


class Identified(Form):
    """Say which child of the roll it is, or at least of which school."""

    child = fields.Text(60, metadata=asked("名单上的孩子", privacy=Privacy.OPEN))
    school = fields.School(metadata=asked("学校", privacy=Privacy.OPEN))


class Assigned(Form):
    """Give a case to somebody."""

    owner = _code("责任人", prompt="请选责任人。")
    words = _text("附一句话", 200, needed=False)


class Returned(Form):
    """Say since when a child is at school."""

    day = _day("哪天到校的", prompt="哪天到校的？")


class Reason(Form):
    """Say why."""

    reason = _text("原因", 300, prompt="为什么？")


class Whereabouts(Form):
    """Say where a child is instead of at school, and what shows it."""

    to = _choice("去向", states.AWAY)
    day = _day("从哪天起")
    evidence = _text("证明材料", 300, hint="写材料名称，例如：接收学校的在读证明")
    decision = _text(
        "批准的决定", 200, needed=False,
        when={"to": ("休学", "延缓入学", "专门学校")}, hint="谁批准的，文号是什么",
    )  # fmt: skip
    review_on = _day("哪天复核", "future", needed=False, when={"to": states.PAUSED})

    @validates_schema(skip_on_field_errors=False)
    def decided(self, answers: Answers, **_: Any) -> None:
        """Ask for the decision where the law wants one (义务教育法 §11; 预防未成年人犯罪法 §43 §44)."""
        to, errors = answers.get("to"), {}
        if to in (*states.PAUSED, "专门学校") and not answers.get("decision"):
            errors["decision"] = [f"{to}要有批准的决定，请写谁批准的、文号是什么。"]
        if to in states.PAUSED and not answers.get("review_on"):
            errors["review_on"] = ["请选哪天复核。"]
        if errors:
            raise ValidationError(errors)


class Lost(Form):
    """Say when the police were told that nobody finds the child."""

    day = _day("哪天报告公安的")
    police = _text("哪个派出所", 60)
    words = _text("说明", 300, needed=False)


class Decided(Form):
    """Decide; words are welcome."""

    words = _text("意见", 300, needed=False)


class Back(Form):
    """Say since when and where a child is back."""

    day = _day("复学日期", prompt="哪天复学的？")
    school = fields.School(required=True, metadata=asked("复学学校", privacy=Privacy.OPEN))
    grade = fields.Grade(required=True, metadata=asked("年级", privacy=Privacy.OPEN))
    class_name = fields.ClassName(metadata=asked("班级", privacy=Privacy.OPEN))


class BackChanged(Back):
    """Correct the day on which a child came back, with the reason."""

    reason = _text("为什么改", 300, prompt="为什么改？")


class Observed(Form):
    """Say on one of the days of observation that the child is there."""

    which = _choice("第几天", ("7", "15", "30"), prompt="第几天的回访？")
    day = _day("哪天看的", prompt="哪天看的？")
    words = _text("情况", 300, needed=False, prompt="孩子怎么样？")


class Submitted(Form):
    """Ask for the end of a case, with what it rests on."""

    basis = _text("销号依据", 300, hint="例如：复学后连续到校 30 天，班主任三次观察都在校")
    evidence = _text("证明材料", 300, hint="写材料名称，例如：考勤表、在校照片")


class Evidence(Form):
    """Add what shows something."""

    what = _text("材料名称", 100)
    file = fields.Text(60, metadata=asked("文件", privacy=Privacy.OPEN))


class Referral(Form):
    """Tell another office, with the least that it needs."""

    to = _choice("转给", PLACES_TOLD)
    day = _day("送出日期")
    words = _text("说明", 300, needed=False)


class Replied(Form):
    """Write down what another office answered."""

    referral = _code("哪一次转送")
    day = _day("收到日期", prompt="哪天收到的？")
    words = _text("回音", 500, prompt="对方怎么说？")


class Letter(Form):
    """Issue a numbered document."""

    document = _choice("文书", LETTERS)
    words = _text("内容补充", 500, needed=False)


class Served(Form):
    """Write down that a document reached somebody, or was refused (送达回证)."""

    letter = _code("哪份文书")
    day = _day("送达日期", prompt="哪天送到的？")
    people = _text("送达人", 60, prompt="谁送的？")
    witness = _text("见证人", 60, needed=False, prompt="谁在场？")
    how = _choice("怎样送达的", SERVED, prompt="怎样送到的？")


class OnLeave(Form):
    """Say until when a child is on leave."""

    until = _day("请假到哪天", "future", prompt="请假到哪天？")
    words = _text("原因", 200, needed=False, prompt="为什么请假？")


class Answered(Form):
    """Answer what a report asks of the roll."""

    question = _code("哪个问题")
    answer = _choice("孩子在哪", (HERE, LEAVE, MISSING), prompt="孩子在哪？")


class Informed(Form):
    """Write down one of the duties of a safety case, or why it is none here."""

    duty = _choice("哪一项", SAFETY_DUTIES, prompt="是哪一项？")
    done = _choice("做了没有", (YES, NO), prompt="做了没有？")
    day = _day(prompt="哪天的事？")
    words = _text("情况或原因", 300, prompt="怎么做的，或者为什么不用做？")


class Solved(Form):
    """Say what came out in the end."""

    result = _text("处理结果", 500, prompt="结果怎么样？")


class Shared(Form):
    """Let somebody read a case by name."""

    staff = _code("给谁看")
    reason = _text("原因", 200)


@lru_cache(maxsize=64)
def bind(form: type[Form], world: World) -> Form:
    """Give a declaration bound to a world, built once."""
    return form(world)


def parted(form: Form, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part answers into those that stay readable and those that are encrypted."""
    plain = {key: one for key, one in answers.items() if form.field(key).asked.privacy is Privacy.OPEN}
    return plain, {key: one for key, one in answers.items() if key not in plain}
