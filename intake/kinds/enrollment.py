"""入学登记: a child starts school, or comes from another one. Never asked: 职务, 收入, 单位."""

from collections.abc import Mapping
from typing import Any, ClassVar

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds import filled
from intake.kinds.away import Away


class Enrollment(Away):
    """Register a child for the first or the seventh grade, or for a transfer."""

    kind = "enrollment"
    title = "入学登记"
    about = "上小学、上初中、从外地转来"
    ledger = "新生入学登记表"
    insists = ("id_number",)
    filled_by_staff: ClassVar[Mapping[str, fields.Answer]] = {
        "assigned_school": fields.School(
            metadata=asked("分派学校", privacy=Privacy.OPEN, filled_by=filled.BUREAU)
        ),
        "arrival": fields.Text(
            20, metadata=asked("报到状态", privacy=Privacy.OPEN, filled_by=filled.HANDLERS)
        ),
        "result": filled.RESULT,
        "remark": filled.REMARK,
    }
    promise = "{who}核对材料后会与您联系，一般不超过 5 个工作日。"
    handlers = "学校和教育局"

    id_number = fields.IdNumber(
        required=True,
        metadata=asked("身份证件号", called="身份证号", privacy=Privacy.SENSITIVE, group="孩子", prompt="孩子的身份证号是多少？",
                       hint="户口本上有"),
    )  # fmt: skip
    entry = fields.Choice(
        "entry",
        required=True,
        metadata=asked("入学类型", called="怎么入学", privacy=Privacy.OPEN, prompt="孩子是哪种情况？"),
    )
    from_school = fields.School(
        metadata=asked("原就读学校", called="以前的学校", privacy=Privacy.OPEN, prompt="以前在哪个学校上学？", chat=True,
                       when={"entry": ("转入", "初中一年级新生")}),
    )  # fmt: skip
    ethnic = fields.Choice("ethnic", metadata=asked("民族", privacy=Privacy.OPEN, prompt="孩子是什么民族？"))
    household_place = fields.Address(
        100,
        required=True,
        metadata=asked("户籍地址", called="户口地址", privacy=Privacy.PERSONAL, prompt="户口在哪里？",
                       hint="照户口本写，例如：吉林省白山市江源区石人镇大石棚村"),
    )  # fmt: skip
    household_type = fields.Choice(
        "household_type",
        metadata=asked("户口性质", called="户口是哪一种", privacy=Privacy.OPEN, prompt="户口是哪一种？"),
    )
    residence = fields.Address(
        100,
        required=True,
        metadata=asked(
            "现住址",
            called="现在的住址",
            privacy=Privacy.PERSONAL,
            prompt="现在住在哪里？",
            hint="写到村或小区",
        ),
    )
    basis = fields.Choice(
        "basis",
        required=True,
        metadata=asked(
            "入学依据",
            called="凭什么入学",
            privacy=Privacy.OPEN,
            prompt="凭什么在这里入学？",
            hint="手里有哪种材料就选哪种",
        ),
    )
    permit_number = fields.PermitNumber(
        metadata=asked(
            "居住证号", privacy=Privacy.SENSITIVE, prompt="居住证号是多少？", when={"basis": ("居住证",)}
        ),
    )
    boards = fields.Choice(
        "yes_no",
        required=True,
        metadata=asked("是否申请寄宿", called="想住校吗", privacy=Privacy.OPEN, prompt="想让孩子住校吗？"),
    )
    disability_review = fields.Choice(
        "yes_no",
        metadata=asked("是否需要残疾评估", called="要不要评估入学能力", privacy=Privacy.SENSITIVE,
                       prompt="孩子需要做入学能力评估吗？",
                       hint="有残疾或发育迟缓的孩子可以申请，可以不填"),
    )  # fmt: skip

    def excused(self, channel: str, said: Mapping[str, Any]) -> set[str]:
        """Let a parent in the chat whose papers are elsewhere leave the number out; the school asks for it."""
        return super().excused(channel, said) | ({"id_number"} if channel == "wechat" else set())
