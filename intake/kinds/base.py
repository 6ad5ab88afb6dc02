"""What every kind of report asks: who the child is, and whom to call."""

from typing import Any, cast

from marshmallow import ValidationError, post_load, pre_load, validates_schema

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.form import Answers, Form
from intake.language import identity

TEACHERS = ("teacher", "proxy")
CITIZEN = "居民身份证"


class Report(Form):
    """The base of all kinds: the child and the contact, and what the answers about them say of each other."""

    child_name = fields.Name(
        required=True,
        metadata=asked("姓名", privacy=Privacy.PERSONAL, group="孩子", prompt="孩子叫什么名字？",
                       pairs={"town": "孩子叫什么名字，住在哪个镇或街道？（例如：王小明，石人镇）",
                              "school": "孩子叫什么名字，在哪个学校几年几班？（例如：王小明，实验小学三年二班）"}),
    )  # fmt: skip
    id_type = fields.Choice(
        "id_type",
        metadata=asked("身份证件类型", called="证件种类", privacy=Privacy.OPEN, group="孩子", prompt="用的是哪种证件？",
                       hint="不填就是居民身份证"),
    )  # fmt: skip
    id_number = fields.IdNumber(
        metadata=asked("身份证件号", called="身份证号", privacy=Privacy.SENSITIVE, group="孩子", prompt="孩子的身份证号是多少？",
                       hint="户口本上有"),
    )  # fmt: skip
    sex = fields.Choice(
        "sex",
        metadata=asked("性别", privacy=Privacy.OPEN, group="孩子", prompt="孩子是男孩还是女孩？"),
    )
    birth_date = fields.Birth(
        metadata=asked("出生日期", privacy=Privacy.PERSONAL, group="孩子", prompt="孩子是哪年哪月哪天出生的？",
                       hint="例如：2015年3月8日"),
    )  # fmt: skip
    school = fields.School(
        metadata=asked("学校", privacy=Privacy.OPEN, group="孩子", prompt="孩子在哪个学校？", chat=True,
                       hint="写学校名称", required_from=TEACHERS, heading="学校名称"),
    )  # fmt: skip
    grade = fields.Grade(
        metadata=asked("年级", privacy=Privacy.OPEN, group="孩子", prompt="孩子上几年级？", chat=True,
                       hint="例如：三年级、初一",
                       pairs={"class_name": "孩子在几年级几班？（例如：三年级2班；不知道就说不知道）"}),
    )  # fmt: skip
    class_name = fields.ClassName(
        metadata=asked("班级", privacy=Privacy.OPEN, group="孩子", prompt="在几班？", hint="例如：2班"),
    )
    town = fields.Town(
        required=True,
        metadata=asked("镇街", privacy=Privacy.OPEN, group="孩子", prompt="孩子住在哪个镇或街道？",
                       hint="村名也可以一起写"),
    )  # fmt: skip
    village = fields.Village(
        metadata=asked("村(社区)", privacy=Privacy.PERSONAL, group="孩子", prompt="是哪个村或社区？"),
    )
    guardian_name = fields.Name(
        adult=True,
        metadata=asked("监护人", called="照管孩子的大人", privacy=Privacy.PERSONAL, group="联系人",
                       prompt="平时照管孩子的大人叫什么名字？",
                       hint="爸妈不在家，就写爷爷奶奶这样的亲人"),
    )  # fmt: skip
    relation = fields.Choice(
        "relation",
        required=True,
        metadata=asked("报告人与学生关系", called="您是孩子的谁", privacy=Privacy.OPEN, group="联系人",
                       prompt="您是孩子的什么人？",
                       heading="与学生关系"),
    )  # fmt: skip
    phone = fields.Phone(
        required=True,
        metadata=asked("联系电话", privacy=Privacy.PERSONAL, group="联系人", prompt="您的电话号码是多少？",
                       hint="手机，或带区号的座机"),
    )  # fmt: skip

    @pre_load
    def one_address(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Hear the village in 石人镇大石棚村 said where the town was asked, and the town in a village."""
        places, told = self.world.places, {key: str(said[key]) for key in ("town", "village") if key in said}
        town = places.town(told["town"]).place if "town" in told else None
        words = told.get("village") or (told["town"] if town and len(told["town"]) > len(town.name) else "")
        village = places.village(words, town.code if town else None).place if words else None
        if village is None or (town is None and "town" in said):
            return said
        return {**said, "village": village.code, "town": said.get("town", village.town)}

    @pre_load
    def second_phone(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Keep a second number of one answer among the words, where the kind has any."""
        words = self.answers().get("description")
        phone, before = said.get("phone"), said.get("description", "")
        if words is None or not isinstance(phone, str) or not isinstance(before, str):
            return said
        others = cast(fields.Phone, self.field("phone")).others(phone)
        told = "\n".join(f"另一个电话：{one}" for one in others if one not in before)
        whole = f"{before}\n{told}".strip()
        return {**said, "description": whole} if told and len(whole) <= words.longest else said

    @validates_schema(skip_on_field_errors=False)
    def agree(self, answers: Answers, **_: Any) -> None:
        """Check what several answers say together: number and document, birth date, sex; town and village."""
        errors: dict[str, list[str]] = {}
        try:
            told = self.told_by_number(answers)
        except ValueError as error:
            told, errors["id_number"] = {}, [str(error)]
        for key in ("birth_date", "sex"):
            if key in told and answers.get(key, told[key]) != told[key]:
                label = self.field(key).asked.label
                errors.setdefault("id_number", []).append(f"身份证号和填写的{label}对不上，请核对。")
                errors[key] = [f"{label}和身份证号对不上，请核对。"]
        village, town = answers.get("village"), answers.get("town")
        if village and town and not village.startswith(town):
            place = self.world.places.full_name(village)
            errors["village"] = [f"{place}不在您选的镇街，请核对。"]
        if errors:
            raise ValidationError(cast(Any, errors))

    @post_load
    def derive(self, answers: Answers, **_: Any) -> Answers:
        """Take document, sex and birth date from a citizen number."""
        return {**self.told_by_number(answers), **answers}

    def is_known_by(self, answers: Answers, child_name: str, last_four: str) -> bool:
        """Tell whether somebody knows the child's name and how the phone ends, in whatever way they write them."""
        name, phone = self.field("child_name"), cast(fields.Phone, self.field("phone"))
        known = answers.get("child_name", ""), answers.get("phone", "")
        return name.same(child_name, known[0]) and phone.ends(last_four, known[1])

    def told_by_number(self, answers: Answers) -> Answers:
        """Give what a citizen number tells; nothing without one. Raises ValueError on a wrong one."""
        number = answers.get("id_number")
        if not number or answers.get("id_type", CITIZEN) != CITIZEN:
            return {}
        holder = identity.citizen(number, self.world.now().date())
        return {"id_type": CITIZEN, "sex": holder.sex, "birth_date": holder.birth_date.isoformat()}
