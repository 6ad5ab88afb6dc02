"""What is written down with an entry of the register: one declaration for the page, the rules and the ledger.

Days on which 休学 and 复学 must be asked for: *ask* the bureau. Transfers in Jilin (2014) have four online steps of at most
10 days each, and none may make a new 大班额.
"""

from collections.abc import Mapping

from intake import fields
from intake.children import register
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.form import Form

STEP_DAYS = 10
"""Days within which a transfer is 办结 (吉林省中小学生学籍管理, 2014)."""
SURE = ("仍然登记",)


class EntryKind(Form):
    """What is written down of a sort, its `kind`; `about` says what the entry does."""


def _day(label: str, *, required: bool = True, lean: str = "past") -> fields.Day:
    return fields.Day(lean, required=required, metadata=asked(label, privacy=Privacy.OPEN))


def _text(label: str, longest: int = 100, *, required: bool = False, hint: str = "") -> fields.StaffText:
    return fields.StaffText(
        longest, required=required, metadata=asked(label, privacy=Privacy.PERSONAL, hint=hint)
    )


def _school(label: str, *, required: bool = False) -> fields.School:
    return fields.School(required=required, metadata=asked(label, privacy=Privacy.OPEN))


def _grade(*, required: bool = False) -> fields.Grade:
    return fields.Grade(required=required, metadata=asked("年级", privacy=Privacy.OPEN))


def _class(*, required: bool = False) -> fields.ClassName:
    return fields.ClassName(required=required, metadata=asked("班级", privacy=Privacy.OPEN))


def _sure() -> fields.Choice:
    return fields.Choice(SURE, metadata=asked("超过班额也要登记", privacy=Privacy.OPEN))


class _CameIn(EntryKind):
    kind = register.IN
    title, about = "转入", "孩子进到写的班级里。10 天内办结，过期会提醒。"
    day = _day("哪天来的")
    from_school = _school("原来在哪所学校", required=True)
    to_school = _school("转到哪所学校", required=True)
    grade, class_name = _grade(required=True), _class(required=True)
    paper = _text("转学材料", hint="写材料名称或文号，例如：转学申请表")
    remark = _text("备注", 200)
    sure = _sure()


class _WentOut(EntryKind):
    kind = register.OUT
    title = "转出"
    about = "孩子移出现在的班。转到本区学校、又写了班级的，直接进到那个班。"
    day = _day("哪天走的")
    to_school = _school("转到哪所学校", required=True)
    grade, class_name = _grade(), _class()
    reason = _text("原因", required=True)
    paper = _text("证明材料", required=True, hint="例如：接收学校的在读证明")
    remark = _text("备注", 200)
    sure = _sure()


class _Pauses(EntryKind):
    kind = register.PAUSED
    title, about = "休学", "孩子移出现在的班，到复核那天提醒校长。"
    day = _day("从哪天起")
    reason = _text("原因", required=True)
    paper = _text("批准的决定", required=True, hint="谁批准的，文号是什么")
    review_on = _day("哪天复核", lean="next")
    remark = _text("备注", 200)


class _IsBack(EntryKind):
    kind = register.BACK
    title, about = "复学", "孩子回到写的班级里，休学、送教上门到这一天为止。"
    day = _day("哪天复学")
    to_school = _school("回到哪所学校", required=True)
    grade, class_name = _grade(required=True), _class(required=True)
    paper = _text("材料")
    remark = _text("备注", 200)
    sure = _sure()


class _AtHome(EntryKind):
    kind = register.AT_HOME
    title, about = "送教上门", "学籍留在学校，老师到家里上课，孩子不在班级点名里。"
    day = _day("从哪天起")
    reason = _text("原因", required=True)
    paper = _text("批准的决定", required=True, hint="谁批准的，文号是什么")
    review_on = _day("哪天复核", lean="next")
    remark = _text("备注", 200)


class _Died(EntryKind):
    kind = register.DIED
    title, about = "死亡", "孩子移出班级，没办完的“未到校”个案一起办结。"
    day = _day("哪天")
    paper = _text("证明材料", required=True, hint="例如：死亡医学证明、户口注销证明")
    remark = _text("备注", 200)


class _Borrows(EntryKind):
    kind = register.BORROWED
    title, about = "借读", "人在一所学校，学籍在另一所：对名单时不算有籍无人，也不算有人无籍。"
    day = _day("从哪天起")
    to_school = _school("人在哪所学校上课", required=True)
    from_school = _school("学籍在哪所学校", required=True)
    paper = _text("材料")
    review_on = _day("借读到哪天", required=False, lean="next")
    remark = _text("备注", 200)


ENTRY_KINDS: Mapping[str, type[EntryKind]] = {
    one.kind: one for one in (_CameIn, _WentOut, _Pauses, _IsBack, _AtHome, _Died, _Borrows)
}
"""By sort, in the order of the page."""
