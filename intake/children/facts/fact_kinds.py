"""The kinds of fact that a child's file holds: one declaration for the page, the form, the lists and the masks.

A kind is a set of fields of `intake.fields`, as a report is. Parents' employers, posts and incomes are no fact of ours:
enrolment must not ask them (教基厅函〔2024〕15号), and lists that hold them leave them at the door.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.form import Form
from intake.places.world import World

LODGINGS = ("走读", "住校", "借宿", "其他")
"""就读方式, as school rolls number them."""
SCHOOLINGS = (
    "在读",
    "休学",
    "延缓入学",
    "送教上门",
    "特教学校",
    "专门学校",
    "外地就读",
    "毕业",
    "死亡",
    "未入学",
    "不明",
)
"""就学状态: where a child of school age is."""
HELPERS = ("结对教师", "结对学生", "城乡结对", "包保干部", "儿童主任", "爱心人士")
"""Who stands by a child: 师生, 生生, 城乡结对 and those of the village."""
TRANSFERS = ("未转接", "正在转接", "已转接", "不用转接")
PROOFS = ("有证明", "没有证明", "在办")


class FactKind(Form):
    """A kind of fact: its fields, and whether a child has several of it.

    `items` are the fields that make one of several the same when it is said anew.
    """

    several: ClassVar[bool] = False
    items: ClassVar[tuple[str, ...]] = ()
    group: ClassVar[str] = "情况"
    plain: ClassVar[frozenset[str]] = frozenset()
    """Fields that are more than open, and that whoever may open the file must read to do anything: whether parents are away."""
    identity: ClassVar[bool] = False
    """Whether its current value stands in the child's own row; then only what was before, or is said otherwise, is a fact."""


def _name(label: str, *, adult: bool = True, required: bool = True) -> fields.Name:
    return fields.Name(adult=adult, required=required, metadata=asked(label, privacy=Privacy.PERSONAL))


def _phone(label: str = "电话") -> fields.Phone:
    return fields.Phone(metadata=asked(label, privacy=Privacy.PERSONAL))


def _relation() -> fields.Choice:
    return fields.Choice("relation", metadata=asked("与学生关系", privacy=Privacy.OPEN))


def _address(label: str, *, required: bool = False) -> fields.Address:
    return fields.Address(200, required=required, metadata=asked(label, privacy=Privacy.PERSONAL))


def _text(label: str, longest: int = 60, privacy: Privacy = Privacy.PERSONAL) -> fields.Text:
    return fields.Text(longest, metadata=asked(label, privacy=privacy))


def _choice(label: str, of: Any, privacy: Privacy = Privacy.OPEN, *, required: bool = True) -> fields.Choice:
    return fields.Choice(of, required=required, metadata=asked(label, privacy=privacy))


def _day(
    label: str, privacy: Privacy = Privacy.OPEN, lean: str = "next", required: bool = False
) -> fields.Day:
    return fields.Day(lean, required=required, metadata=asked(label, privacy=privacy))


class _Named(FactKind):
    kind, title, group, identity = "name", "姓名", "身份", True
    name = _name("姓名", adult=False)


class _Numbered(FactKind):
    kind, title, group, identity = "id_number", "证件号", "身份", True
    id_number = fields.IdNumber(required=True, metadata=asked("身份证件号", privacy=Privacy.SENSITIVE))


class _PupilNumbered(FactKind):
    kind, title, group, identity = "pupil_number", "学籍号", "身份", True
    pupil_number = fields.IdNumber(required=True, metadata=asked("全国学籍号", privacy=Privacy.SENSITIVE))


class _Born(FactKind):
    kind, title, group, identity = "birth_date", "出生日期", "身份", True
    birth_date = fields.Birth(required=True, metadata=asked("出生日期", privacy=Privacy.PERSONAL))


class _Sexed(FactKind):
    kind, title, group, identity = "sex", "性别", "身份", True
    sex = _choice("性别", "sex")


class _Ethnic(FactKind):
    kind, title, group = "ethnic", "民族", "身份"
    ethnic = _choice("民族", "ethnic")


class _Household(FactKind):
    """The place of the household register: 随迁 is derived from it."""

    kind, title, group = "household", "户籍", "家"
    household_place = _address("户籍地址", required=True)
    household_type = _choice("户口性质", "household_type", required=False)
    head = _name("户主", required=False)
    household_number = _text("户号", 20)
    village_group = _text("村民组", 20)
    present = _choice("常住或空挂", ("常住", "空挂"), required=False)


class _Residence(FactKind):
    kind, title, group = "residence", "现住址", "家"
    residence = _address("现住址", required=True)
    village_group = _text("村民组", 20)


class _Guardian(FactKind):
    kind, title, group = "guardian", "监护人", "家"
    several, items = True, ("guardian_name",)
    guardian_name = _name("姓名")
    relation = _relation()
    phone = _phone()


class _Contact(FactKind):
    """A telephone under which the family was reached; whose it is may be unknown."""

    kind, title, group = "phone", "联系电话", "家"
    several, items = True, ("phone",)
    phone = fields.Phone(required=True, metadata=asked("电话", privacy=Privacy.PERSONAL))
    relation = _relation()


class _ParentFact(FactKind):
    group, person, plain = "家", True, frozenset({"away", "since"})
    away = _choice("是否外出", "yes_no", Privacy.PERSONAL)
    since = fields.Month(metadata=asked("外出起始年月", privacy=Privacy.PERSONAL))
    place = _address("务工地")
    name = _name("姓名", required=False)
    phone = _phone()
    unable = _choice("是否无监护能力", "yes_no", Privacy.SENSITIVE, required=False)


class _Father(_ParentFact):
    kind, title = "father", "父亲"


class _Mother(_ParentFact):
    kind, title = "mother", "母亲"


class _Carer(FactKind):
    """Who has the child in care while its parents are away (未成年人保护法 §22: 委托照护)."""

    kind, title, group, person = "carer", "委托照护人", "家", True
    name = _name("姓名")
    relation = _relation()
    phone = _phone()
    residence = _address("住址")


class _Hardship(FactKind):
    kind, title = "hardship", "困难类型"
    several, items = True, ("hardship",)
    hardship = _choice("困难类型", "hardship", Privacy.SENSITIVE)
    proof = _choice("证明", PROOFS, Privacy.SENSITIVE, required=False)
    number = _text("证号", 40, Privacy.SENSITIVE)
    until = _day("有效期到", Privacy.SENSITIVE)


class _Disability(FactKind):
    kind, title = "disability", "残疾"
    sort = _text("残疾类别", 20, Privacy.SENSITIVE)
    level = _text("等级", 10, Privacy.SENSITIVE)
    number = _text("残疾证号", 40, Privacy.SENSITIVE)
    until = _day("有效期到", Privacy.SENSITIVE)


class _Group(FactKind):
    """A group that a list or somebody says a child is of, without a proof: 孤儿, 事实无人抚养, 困境."""

    kind, title = "group", "特殊群体"
    several, items = True, ("group_name",)
    group_name = _choice("类别", "special_group", Privacy.SENSITIVE)


class _Leave(FactKind):
    """A leave of some length; that of a day is the roll's."""

    kind, title, group = "leave", "请长假", "上学"
    several, items = True, ("first_day",)
    first_day = _day("从哪天起", lean="past", required=True)
    until = _day("到哪天")
    reason = _text("原因", 60)


class _Boarding(FactKind):
    kind, title, group = "boarding", "就读方式", "上学"
    lodging = _choice("就读方式", LODGINGS)
    room = _text("宿舍、床位", 40, Privacy.OPEN)


class _Travel(FactKind):
    kind, title, group = "travel", "上下学", "上学"
    travel = _choice("上下学方式", "travel", required=False)
    distance_km = fields.Number(0, 500, metadata=asked("离校距离（公里）", privacy=Privacy.OPEN))


class _Schooling(FactKind):
    """Where a child of school age is, where the rolls of the district do not tell."""

    kind, title, group = "schooling", "就学状态", "上学"
    schooling = _choice("就学状态", SCHOOLINGS)
    place = _text("在哪里", 60)
    since = _day("从哪天起", lean="past")
    until = _day("到哪天")


class _Checked(FactKind):
    """What somebody of the village or the school found who looked whether a child of school age is where the lists say."""

    kind, title, group = "checked", "人籍核查", "上学"
    present = _choice("常住或空挂", ("常住", "空挂"), required=False)
    note = fields.StaffText(200, metadata=asked("异常说明", privacy=Privacy.PERSONAL))
    checked_by = fields.StaffName(metadata=asked("核查人", privacy=Privacy.OPEN))
    checked_on = _day("核查日期", lean="past")


class _Aid(FactKind):
    kind, title, group = "aid", "资助", "资助"
    several, items = True, ("program", "semester")
    program = _choice("资助项目", "program")
    semester = _text("学期", 12, Privacy.OPEN)
    amount_due = fields.Money(0, 100_000, metadata=asked("应发", privacy=Privacy.OPEN))
    amount_paid = fields.Money(0, 100_000, metadata=asked("实发", privacy=Privacy.OPEN))
    paid_on = _day("发放日期", lean="past")
    remark = _text("说明", 100)


class _Permit(FactKind):
    """随迁 papers: no more than may be asked (居住证; no proof of income, work or insurance)."""

    kind, title, group = "permit", "居住证", "家"
    permit_number = fields.PermitNumber(required=True, metadata=asked("居住证号", privacy=Privacy.SENSITIVE))
    until = _day("有效期到")


class _TransferState(FactKind):
    kind, title, group = "transfer_state", "学籍转接", "上学"
    transfer_state = _choice("学籍转接状态", TRANSFERS)


class _Helper(FactKind):
    kind, title, group = "helper", "结对帮扶", "帮扶"
    several, items = True, ("sort", "name")
    sort = _choice("怎么结对", HELPERS)
    name = fields.StaffName(required=True, metadata=asked("姓名", privacy=Privacy.OPEN))


class _Visit(FactKind):
    kind, title, group = "visit", "走访", "帮扶"
    several, items = True, ("day", "visitors")
    day = fields.Day("past", required=True, metadata=asked("哪天", privacy=Privacy.OPEN, prompt="哪天去的？"))
    visitors = fields.Text(60, metadata=asked("谁去的", privacy=Privacy.OPEN, prompt="谁去的？"))
    result = fields.StaffText(
        300, metadata=asked("情况", privacy=Privacy.PERSONAL, prompt="孩子怎么样？家里怎么样？")
    )


class _Police(FactKind):
    kind, title, group = "police", "派出所备案", "帮扶"
    day = fields.Day("past", required=True, metadata=asked("备案日期", privacy=Privacy.OPEN))


class _Remark(FactKind):
    """What staff write beside a child in one of the bureau's lists."""

    kind, title, group = "remark", "台账备注", "帮扶"
    several, items = True, ("sheet",)
    sheet = _text("台账", 20, Privacy.OPEN)
    remark = fields.StaffText(200, metadata=asked("备注", privacy=Privacy.PERSONAL))


FACT_KINDS: Mapping[str, type[FactKind]] = {
    one.kind: one
    for one in (
        _Named, _Numbered, _PupilNumbered, _Born, _Sexed, _Ethnic,
        _Household, _Residence, _Guardian, _Contact, _Father, _Mother, _Carer, _Permit,
        _Hardship, _Disability, _Group,
        _Leave, _Boarding, _Travel, _Schooling, _Checked, _TransferState, _Aid, _Helper, _Visit, _Police, _Remark,
    )
}  # fmt: skip
"""The kinds by key, in the order of a child's file."""


def fact_kind(kind: str, world: World) -> FactKind:
    """Give the declaration of a kind, bound to today's places. Raises KeyError on an unknown one."""
    return FACT_KINDS[kind](world)
