"""Rows that a number, or a name with a day of birth, would bring to the wrong child: a column that slipped, a namesake."""

from collections.abc import Iterable

from intake.children.children import Child
from intake.children.matching.alike import OTHER, name_alike
from intake.children.matching.described import described_child
from intake.errors import Refused
from intake.fields.privacy import mask_name
from intake.importing.pupil import ListedPupil
from intake.language.naming.names import name_key
from intake.store.db import Database

OUTSIDE = "这所学校不归您管，这一行没有导入。请让那所学校或者教育局来导入。"
ELSEWHERE = "这个孩子在{}的名单里，那所学校不归您管。确实转来了，请让教育局来导入。"
SEVERAL = "名单里已经有几个同名的孩子，分不清是哪一个，请写身份证号或出生日期。"
NOBODYS = "这个孩子在别的学校的名单里，那所学校不归您管。确实转来了，请让教育局来导入。"
"""The same where a list asks for more children than anybody looks up in a day: no list goes through a district."""
NAMED = 20
TWO = "学籍号是另一个孩子的，请核对身份证号和学籍号。"
MIXED_UP = "证件号是另一个孩子的，名字是班里{}的，请核对这两个孩子的证件号。"


def refuse_mixed_up(holder: Child, pupil: ListedPupil, class_id: str, named: Iterable[Child]) -> None:
    """Refuse the number of one child beside the name of another of the class, as a column that slipped has them.

    `named` are the children of that name. A name that was only written otherwise is the holder's own. Raises Refused.
    """
    if name_alike(pupil.name, holder.name) != OTHER:
        return
    classes = {class_id, holder.class_id} - {""}
    if any(one.class_id in classes and one.id != holder.id for one in named):
        raise Refused(MIXED_UP.format(mask_name(pupil.name)), "id_number")


def is_namesake(db: Database, found: Child, pupil: ListedPupil) -> bool:
    """Tell whether a child of another school, alike in name and day of birth alone, has another family altogether.

    It would vanish from its class: two files are left, and whether they are of one child is asked at 待核对.
    """
    if not found.class_id or found.school == pupil.school.code or pupil.id_number or pupil.pupil_number:
        return False
    known = described_child(db, found)
    names = (value.get("guardian_name") or value.get("name") for _, value in pupil.told)
    pairs = (
        ({str(value["phone"]) for _, value in pupil.told if value.get("phone")}, set(known.phones)),
        ({name_key(str(one)) for one in names if one}, set(map(name_key, known.guardian_names))),
    )
    return all(mine and theirs and not mine & theirs for mine, theirs in pairs)


def contradicts(child: Child, pupil: ListedPupil, digest: str, number: str) -> bool:
    """Tell whether something that both know is not the same."""
    pairs = (
        (child.number_hash, digest), (child.birth_date, pupil.birth_date), (child.pupil_hash, number),
    )  # fmt: skip
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)
