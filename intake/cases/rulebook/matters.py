"""What is written down of a matter that is none of the kinds of report, and when it turns out to be one of them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, validates_schema

from intake import fields
from intake.cases.rulebook import states
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.form import Answers, Form
from intake.kinds.safety import names_staff

LONGEST = 1000
"""Characters of what was told."""
CONDUCT = "师德"
YES = "是"
TO: Mapping[str, str] = {states.KINDS[one]: one for one in ("absence", "safety")}
"""What a matter may turn out to be: the kind of each word."""
ABSENT, DANGER = TO


class MatterTold(Form):
    """Tell of a matter that is none of the kinds of report."""

    kind: ClassVar[str] = states.MATTER
    title: ClassVar[str] = states.KINDS[states.MATTER]

    sort = fields.Choice(
        "matter_sort", required=True, metadata=asked("类别", privacy=Privacy.OPEN, prompt="是哪一类？")
    )
    against = fields.Choice(
        "yes_no", required=True,
        metadata=asked("是不是投诉学校或老师", privacy=Privacy.OPEN, prompt="是不是投诉学校或老师？",
                       hint="投诉只有教育局安全专员能看"),
    )  # fmt: skip
    words = fields.Text(
        LONGEST, required=True, metadata=asked("说了什么", privacy=Privacy.SENSITIVE, prompt="说了什么？")
    )
    school = fields.School(metadata=asked("学校", privacy=Privacy.OPEN, hint="知道就写"))
    town = fields.Town(metadata=asked("镇街", privacy=Privacy.OPEN))
    child_name = fields.Name(
        metadata=asked("孩子姓名", privacy=Privacy.PERSONAL, hint="说的是哪个孩子，没有可以不填")
    )
    teller = fields.Text(30, metadata=asked("谁说的", privacy=Privacy.PERSONAL, group="联系人"))
    phone = fields.Phone(metadata=asked("联系电话", privacy=Privacy.PERSONAL, group="联系人"))


def restricted(answers: Mapping[str, Any]) -> bool:
    """Tell whether a matter is for few eyes: a complaint about a school or those who work there."""
    accused = answers.get("against") == YES or names_staff(str(answers.get("words") or ""))
    return accused or answers.get("sort") == CONDUCT


class Turned(Form):
    """Say what a matter has turned out to be."""

    to_kind = fields.Choice(tuple(TO), required=True, metadata=asked("转为", privacy=Privacy.OPEN))
    last_seen = fields.Day(
        "past",
        metadata=asked(
            "最后到校日期", privacy=Privacy.OPEN, when={"to_kind": (ABSENT,)}, hint="转为未到校时填"
        ),
    )
    # Readable, as in the events of reports: what is owed follows from it.
    what = fields.Choice("danger", metadata=asked("情形", privacy=Privacy.OPEN, when={"to_kind": (DANGER,)}))
    reason = fields.Text(300, required=True, metadata=asked("原因", privacy=Privacy.SENSITIVE))

    @validates_schema(skip_on_field_errors=False)
    def counted(self, answers: Answers, **_: Any) -> None:
        """Ask for that from which the clocks of the new kind count."""
        to, errors = answers.get("to_kind"), {}
        if to == ABSENT and not answers.get("last_seen"):
            errors["last_seen"] = ["请选孩子最后到校的日期。"]
        if to == DANGER and not answers.get("what"):
            errors["what"] = ["请选是哪种情形。"]
        if errors:
            raise ValidationError(errors)
