"""What would go over if a school became a part of another: looked at before it is done, and nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.children.children import children_of_class
from intake.errors import Refused
from intake.language import spoken
from intake.people import bindings
from intake.people.bindings import Class
from intake.places import gazetteer
from intake.places.places import Place
from intake.places.stages import has_grade, stage_of_school
from intake.store.db import Database

SAME = "两所学校是同一所，请另选一所。"
TAKEN = "{}已经有{}了，请另写一个班名。"
UNFIT = (
    "{}是{}，没有{}。并过去以后，这些年级的学生名单会导不进来。请先核对是不是选错了学校；"
    "没有选错的，请先在学校名单里把它的学段改成一贯制。"
)


@dataclass(frozen=True, slots=True)
class MovingClass:
    """A class that goes over: what it is called there, and whether its own name is taken."""

    id: str
    title: str
    grade: str
    name: str
    children: int
    taken: bool


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What would go over from one school to another; `mark` is the same as long as nothing has changed."""

    gone: Place
    kept: Place
    classes: Sequence[MovingClass]
    cases: Sequence[str]
    ended: int
    people: Sequence[str]
    slots: int
    reports: int
    stage: str = ""
    """That of the school which the other becomes a part of."""

    @property
    def unfit(self) -> str:
        """Say which grades go over that the other school does not have by its stage; nothing where it has them all."""
        grades = dict.fromkeys(one.grade for one in self.classes if not has_grade(self.stage, one.grade))
        return UNFIT.format(self.kept.name, self.stage, "、".join(grades)) if grades else ""

    @property
    def children(self) -> int:
        """Count the children."""
        return sum(one.children for one in self.classes)

    @property
    def mark(self) -> str:
        """Give by what it is seen whether something has changed since it was looked at."""
        parts = [self.gone.code, self.kept.code, *self.cases, str(self.ended), *self.people, str(self.slots)]
        return "|".join([*parts, *(f"{one.id}{one.children}" for one in self.classes)])


def plan_merge(db: Database, gone: str, kept: str, names: Mapping[str, str] | None = None) -> MergePlan:
    """Find out what would go over; `names` says by id what classes are called there. Raises Refused at `into` or a class."""
    places = gazetteer.world(db).places
    old, new = (places.get(one) for one in (gone, kept))
    if not old or not new or old.level != "school" or new.level != "school":
        raise Refused("请选名单里的学校。", "into")
    if old.code == new.code or gone != old.code:
        raise Refused(SAME, "into")
    counted = db.one("SELECT count(*) AS n FROM slots WHERE place = ?", (gone,))
    reports = db.one("SELECT count(*) AS n FROM reports WHERE school = ?", (gone,))
    cases = db.all("SELECT number, open FROM cases WHERE school = ? ORDER BY number", (gone,))
    people = db.all("SELECT name FROM staff WHERE school = ? ORDER BY name, id", (gone,))
    return MergePlan(
        old, new, list(_classes(db, old, new, names or {})), [row["number"] for row in cases if row["open"]],
        sum(not row["open"] for row in cases), [row["name"] for row in people], counted["n"] if counted else 0,
        reports["n"] if reports else 0, stage_of_school(db, new.code),
    )  # fmt: skip


def _classes(db: Database, old: Place, new: Place, names: Mapping[str, str]) -> Iterator[MovingClass]:
    """Yield the classes that go over, each with a name that is free there. Raises Refused at a class."""
    taken = {(one.grade, one.class_name) for one in bindings.classes_of(db, new.code)}
    mine = bindings.classes_of(db, old.code)
    own = {(one.grade, one.class_name) for one in mine}
    for one in mine:
        collides = (one.grade, one.class_name) in taken
        name = _named(one, names.get(one.id, ""), new, taken) if names.get(one.id) else ""
        name = name or (_free(one.grade, taken | own) if collides else one.class_name)
        taken.add((one.grade, name))
        yield MovingClass(one.id, one.title, one.grade, name, len(children_of_class(db, one.id)), collides)


def _named(one: Class, said: str, new: Place, taken: set[tuple[str, str]]) -> str:
    name = spoken.class_name(said)
    if not name:
        raise Refused("班名没有看懂，请写成“4班”。", f"class-{one.id}")
    if (one.grade, name) in taken:
        raise Refused(TAKEN.format(new.name, f"{one.grade}{name}"), f"class-{one.id}")
    return name


def _free(grade: str, taken: set[tuple[str, str]]) -> str:
    number = 1
    while (grade, f"{number}班") in taken:
        number += 1
    return f"{number}班"
