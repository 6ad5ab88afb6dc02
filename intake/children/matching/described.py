"""What somebody said of a child, read for finding it: out of a report, a row of a list, a line of another system."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from intake import fields
from intake.children.children import Child, number_of_child
from intake.children.facts.fact import facts_of_children
from intake.children.links import STRANGERS
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.form import Form
from intake.language import identity
from intake.language.patterns import regex
from intake.places import gazetteer
from intake.places.world import World
from intake.store.db import Database

KEYS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "child_name", "student_name", "pupil_name", "full_name", "姓名", "学生姓名", "孩子姓名", "名字"),
    "birth_date": ("birth_date", "born", "birthday", "date_of_birth", "dob", "birth", "出生日期", "出生年月日", "生日"),
    "sex": ("sex", "gender", "性别"),
    "id_number": ("id_number", "id_card", "id_card_number", "id_no", "identity_number", "identity_card", "身份证件号",
                  "身份证号", "身份证号码", "身份证", "证件号", "证件号码", "公民身份号码"),
    "pupil_number": ("pupil_number", "student_number", "xueji_number", "学籍号", "全国学籍号", "学籍号码"),
    "phones": ("phones", "phone", "phone_number", "guardian_phone", "parent_phone", "telephone", "tel", "mobile",
               "guardian_mobile", "father_phone", "mother_phone", "联系电话", "电话", "手机", "手机号", "监护人电话",
               "监护人联系电话", "家长电话", "父亲电话", "母亲电话",
               "guardians", "guardian", "parents", "father", "mother", "监护人"),
    "guardian_names": ("guardian_names", "guardian_name", "parent_name", "guardian", "guardians", "parents", "father_name",
                       "mother_name", "father", "mother", "监护人", "监护人姓名", "家长姓名", "父亲姓名", "母亲姓名"),
    "school": ("school", "school_code", "school_name", "学校", "学校名称", "学校标识码", "就读学校"),
    "grade": ("grade", "年级"),
    "class_name": ("class_name", "class", "班级"),
    "town": ("town", "镇街"),
    "village": ("village", "村(社区)", "村"),
}  # fmt: skip
"""By what names each thing is told by others: the first is ours. How a name is cased and set apart does not matter."""
_CHILD = ("child", "student", "pupil", "孩子", "学生")
"""What holds the rest of it, where others wrap it."""
_OF_WHO_TELLS = frozenset(
    {"phones", "phone", "phone_number", "telephone", "tel", "mobile", "联系电话", "电话", "手机", "手机号"}
)
_GRADE = "年级"
SEVERAL = frozenset({"phones", "guardian_names"})
_FAMILY = ("guardian", "father", "mother", "phone")
_FIRST = regex("[，,、;；/|]")


@dataclass(frozen=True, slots=True)
class Described:
    """A child as somebody told of it, each in canonical form; an empty text is what nobody said.

    `school` and `town` are codes; `school_said` is the name of a school that the district does not have.
    """

    name: str = ""
    birth_date: str = ""
    sex: str = ""
    id_number: str = ""
    pupil_number: str = ""
    phones: tuple[str, ...] = ()
    guardian_names: tuple[str, ...] = ()
    school: str = ""
    school_said: str = ""
    grade: str = ""
    class_name: str = ""
    town: str = ""
    village: str = ""

    def __repr__(self) -> str:
        return "Described()"  # what stands in a traceback tells nothing about the child


class _Told(Form):
    """How each of it is read."""

    name = fields.Name(metadata=asked("姓名", privacy=Privacy.PERSONAL))
    birth_date = fields.Birth(metadata=asked("出生日期", privacy=Privacy.PERSONAL))
    sex = fields.Choice("sex", metadata=asked("性别", privacy=Privacy.OPEN))
    id_number = fields.IdNumber(metadata=asked("证件号", privacy=Privacy.SENSITIVE))
    pupil_number = fields.IdNumber(metadata=asked("学籍号", privacy=Privacy.SENSITIVE))
    phones = fields.Phone(metadata=asked("电话", privacy=Privacy.PERSONAL))
    guardian_names = fields.Name(adult=True, metadata=asked("监护人", privacy=Privacy.PERSONAL))
    school = fields.School(metadata=asked("学校", privacy=Privacy.OPEN))
    grade = fields.Grade(metadata=asked("年级", privacy=Privacy.OPEN))
    class_name = fields.ClassName(metadata=asked("班级", privacy=Privacy.OPEN))
    town = fields.Town(metadata=asked("镇街", privacy=Privacy.OPEN))
    village = fields.Village(metadata=asked("村", privacy=Privacy.PERSONAL))


def described_of(db: Database, said: Mapping[str, Any]) -> Described:
    """Read what another system, or a list, says of a child: keys by any of `KEYS`, values as people write them.

    What cannot be read counts as not said.
    """
    world, said = gazetteer.world(db), _known_keys(said)
    form, found = _form(world), dict[str, Any]()
    for key in KEYS:
        read = _read(form, key, said)
        if read:
            found[key] = tuple(dict.fromkeys(read)) if key in SEVERAL else read[0]
    return _settled(world, found)


def described_report(db: Database, answers: Mapping[str, Any], *, confidential: bool = False) -> Described:
    """Give what a report tells of its child, for its answers as they were taken.

    The telephone is the family's only where family reports; of a confidential one it would tell who reported.
    """
    family = not confidential and answers.get("relation") not in {None, *STRANGERS}
    phone = answers.get("phone") if family else None
    guardian = "" if confidential else answers.get("guardian_name")
    school = str(answers.get("school") or "")
    there = bool(school) and gazetteer.world(db).places.get(school) is not None
    return Described(
        name=str(answers.get("child_name") or ""), birth_date=str(answers.get("birth_date") or ""),
        sex=str(answers.get("sex") or ""), id_number=str(answers.get("id_number") or ""),
        phones=(str(phone),) if phone else (), guardian_names=(str(guardian),) if guardian else (),
        school=school if there else "", school_said="" if there else school, grade=str(answers.get("grade") or ""),
        class_name=str(answers.get("class_name") or ""), town=str(answers.get("town") or ""),
        village=str(answers.get("village") or ""),
    )  # fmt: skip


def described_child(db: Database, child: Child) -> Described:
    """Give what is known of a child as if somebody had told it: its numbers, its family's names and telephones."""
    facts = facts_of_children(db, [child.id], _FAMILY).get(child.id, [])
    names = [one.get("guardian_name") or one.get("name") for one in facts]
    phones = [one.get("phone") for one in facts]
    return Described(
        name=child.name, birth_date=child.birth_date, sex=child.sex,
        id_number=number_of_child(db, child) if child.number_hash else "",
        pupil_number=number_of_child(db, child, "pupil_number") if child.pupil_hash else "",
        phones=tuple(dict.fromkeys(map(str, filter(None, phones)))),
        guardian_names=tuple(dict.fromkeys(map(str, filter(None, names)))), school=child.school, grade=child.grade,
        class_name=child.class_name, town=child.town, village=child.village,
    )  # fmt: skip


def _known_keys(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was said by our spelling of the keys: idNumber and ID-Number are id_number; what wraps a child is opened."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        if key in _CHILD and isinstance(value, Mapping):
            found = _known_keys(value) | found
        else:
            found[_SPELLINGS.get(_spelling(str(key)), str(key))] = value
    return found


def _spelling(key: str) -> str:
    return "".join(filter(str.isalnum, key)).lower()


_SPELLINGS = {_spelling(name): name for names in (*KEYS.values(), ("relation",)) for name in names}


def _read(form: "_Told", key: str, said: Mapping[str, Any]) -> list[Any]:
    """Give what can be read of one thing; a telephone of who is no family is left out, a grade may stand with the class."""
    names = KEYS[key]
    if key == "phones" and said.get("relation") in STRANGERS:
        names = tuple(one for one in names if one not in _OF_WHO_TELLS)
    values = [one for name in names for one in _listed(said.get(name), key)]
    found = [value for one in values if (value := form.field(key).value_of(one))]
    if key == "grade" and not found:  # 三年级2班
        titles = [
            one.partition(_GRADE) for name in KEYS["class_name"] for one in _listed(said.get(name), key)
        ]
        return [value for one in titles if one[1] and (value := form.field(key).value_of(one[0] + _GRADE))]
    return found


def _settled(world: World, found: dict[str, Any]) -> Described:
    """Let a number of identity tell what was not said, and keep apart the schools that the district has."""
    number = str(found.get("id_number") or "")
    bare = str(found.get("pupil_number") or "")
    if len(bare) == len("110101199003074477") and bare[:-1].isdecimal():  # a 学籍号 whose letter was left out
        found["pupil_number"] = f"G{bare}"
        number = number or bare
    try:
        citizen = identity.citizen(number, world.now().date()) if number else None
    except ValueError:
        citizen = None
    if citizen:
        found.setdefault("id_number", number)
        found.setdefault("birth_date", citizen.birth_date.isoformat())
        found.setdefault("sex", citizen.sex)
    if found.get("school") and world.places.get(found["school"]) is None:
        found["school_said"] = found.pop("school")
    return Described(**found)


@lru_cache(maxsize=4)
def _form(world: World) -> _Told:
    return _Told(world)


def _listed(value: Any, key: str) -> Iterable[str]:
    """Give what is to be read, one by one: numbers are text, several stand in a list or behind commas."""
    if isinstance(value, Mapping):
        value = value.get("phone" if key == "phones" else "name")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [text for one in value for text in _listed(one, key)]
    if value is None or isinstance(value, bool):
        return []
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return [one for one in (_FIRST.split(text) if key in SEVERAL else [text]) if one.strip()]
