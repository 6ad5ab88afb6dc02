"""Two sides of a match beside each other: masked at the same letters, and of each line whether both say the same."""

from collections.abc import Callable
from dataclasses import dataclass

from intake.children.matching.described import Described
from intake.fields.privacy import mask_identity, mask_name, mask_phone
from intake.language.naming.names import name_key
from intake.people.accounts import TOWN_DIGITS
from intake.places import gazetteer
from intake.places.places import Places
from intake.store.db import Database

SAME, OTHER, UNKNOWN = "一样", "不一样", "还不知道"
COVERED = "已填"


@dataclass(frozen=True, slots=True)
class SideLine:
    """A line: what it is about, what one side says and what the other, and whether that is the same; empty is unknown."""

    title: str
    left: str
    right: str
    verdict: str


def sides_of(db: Database, left: Described, right: Described) -> list[SideLine]:
    """Put both sides beside each other; what neither tells is left out."""
    places = gazetteer.world(db).places
    lines = [
        _line("姓名", left.name, right.name, _masks_of_names(left.name, right.name), name_key),
        _line("性别", left.sex, right.sex, str),
        _line("出生日期", left.birth_date, right.birth_date, lambda said: f"{said[:4]}年"),
        _line("证件号", left.id_number, right.id_number, _number),
        _line("学籍号", left.pupil_number, right.pupil_number, _number),
        _several("监护人", left.guardian_names, right.guardian_names, mask_name),
        _several("电话", left.phones, right.phones, mask_phone),
        _line("学校", _school(places, left), _school(places, right), str),
        _line(
            "年级班",
            f"{left.grade}{left.class_name}",
            f"{right.grade}{right.class_name}",
            str,
            _class_key(left, right),
        ),
        SideLine("家在", _home(places, left), _home(places, right), _same_home(left, right)),
    ]
    return [one for one in lines if one.left != UNKNOWN or one.right != UNKNOWN]


def _line(
    title: str, left: str, right: str, shown: Callable[[str], str], key: Callable[[str], str] = str
) -> SideLine:
    verdict = (SAME if key(left) == key(right) else OTHER) if left and right else ""
    return SideLine(title, shown(left) if left else UNKNOWN, shown(right) if right else UNKNOWN, verdict)


def _several(
    title: str, left: tuple[str, ...], right: tuple[str, ...], shown: Callable[[str], str]
) -> SideLine:
    """Compare what there may be several of: one in common is the same."""
    verdict = (SAME if set(left) & set(right) else OTHER) if left and right else ""
    here, there = ("、".join(dict.fromkeys(map(shown, one))) or UNKNOWN for one in (left, right))
    return SideLine(title, here, there, verdict)


def _masks_of_names(left: str, right: str) -> Callable[[str], str]:
    """Mask both names at the same letters; of two that differ no more than the first is shown: each would fill in the other."""
    return mask_name if not left or not right or left == right else lambda said: said[:1] + "**"


def _class_key(left: Described, right: Described) -> Callable[[str], str]:
    """Compare classes as far as both are told: the grade alone where one names no class."""
    both = left.class_name and right.class_name
    return str if both else lambda said: said.partition("年级")[0]


def _number(said: str) -> str:
    return mask_identity(said) or COVERED


def _school(places: Places, said: Described) -> str:
    return places.name(said.school) or said.school_said


def _home(places: Places, said: Described) -> str:
    return places.name(said.village) or places.name(said.town) or UNKNOWN


def _same_home(left: Described, right: Described) -> str:
    """Compare homes as far as both are told: a town that one names holds the village that the other does."""
    if left.village and right.village:
        return SAME if left.village == right.village else OTHER
    towns = [one.village[:TOWN_DIGITS] or one.town for one in (left, right)]
    return (SAME if towns[0] == towns[1] else OTHER) if all(towns) else ""
