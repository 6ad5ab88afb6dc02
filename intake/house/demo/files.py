"""What the demonstration knows of its children: where they learn, what was said of them, by whom, and what contradicts."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from intake.calendar import schooldays
from intake.children import register, stays
from intake.children.children import Child, children_in_classes, children_of_class
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin, facts_of
from intake.children.facts.sources import REPORT, ROSTER, STAFF, VISIT
from intake.house.demo import families
from intake.house.demo.families import FAR, PRIMARY
from intake.house.demo.narrator import Narrator
from intake.house.demo.stories import CADRE, DAY, OFFICER, PRINCIPAL, TEACHER
from intake.school import roll
from intake.school.register import entering

GRANDMOTHER = "wechat:demo-grandmother"
_FAMILY = {"guardian_name": "何建军", "relation": "父", "phone": "13800007301"}
_TWINS = {"guardian_name": "林大伟", "relation": "父", "phone": "13800007302"}


def enter_stays(tell: Narrator) -> None:
    """Let everybody be in the class since the term began."""
    day = tell.term_began()
    with tell.db.write():
        for child in children_in_classes(tell.db):
            stays.enter_class(tell.db, child, stays.LISTED, ROSTER, "demo", day)


def tell_files(tell: Narrator) -> None:
    """Tell all of it."""
    for story in STORIES:
        story(tell)


def _note(tell: Narrator, child: Child, kind: str, said: FactOrigin, **value: Any) -> str:
    """Note a fact as its declaration reads it."""
    return noting.note_fact(tell.db, child.id, kind, noting.accept(tell.db, kind, value), said)


def _origin(tell: Narrator, source: str, login: str, on: date) -> FactOrigin:
    actor = tell.person(login).actor
    return FactOrigin(source, actor, on, "desk", confirmed_by=actor)


def _list(source: str, on: date) -> FactOrigin:
    return FactOrigin(source, "demo", on)


def _twins(tell: Narrator) -> None:
    for name in (families.TWIN, families.OTHER_TWIN):
        child = tell.named(name, PRIMARY)
        _note(tell, child, "guardian", _list(ROSTER, tell.term_began()), **_TWINS)
        _note(tell, child, "residence", _list(ROSTER, tell.term_began()), residence="石人镇演示路8号（演示）")


def _comer(tell: Narrator) -> None:
    """Let a child change to a school of another town, with an entry in the register of each."""
    child, day = tell.named(families.COMER, FAR), tell.school_day(30)
    said = {"day": day.isoformat(), "from_school": FAR, "to_school": PRIMARY, "grade": child.grade,
            "class_name": child.class_name, "paper": "演示：转学申请表", "remark": "演示：随父母搬到石人镇。"}  # fmt: skip
    officer = tell.person(OFFICER)
    entry = entering.enter(tell.db, child, register.IN, said, officer)
    entering.finish(tell.db, entry, {"finished_on": (day + 6 * DAY).isoformat()}, officer, entry.version)


def _left_behind(tell: Narrator) -> None:
    """Let a visit and a grandmother tell of a child whose parents are away; what its school's register tells contradicts."""
    child = tell.named(families.LEFT, PRIMARY)
    visited, wrote = tell.today - 60 * DAY, tell.today - 30 * DAY
    visit = _origin(tell, VISIT, PRINCIPAL, visited)
    _note(tell, child, "visit", visit, day=visited.isoformat(), visitors="演示校长、演示村干部",
          result="演示：跟奶奶住，作业按时交。")  # fmt: skip
    _note(
        tell, child, "mother", visit, away="是", since=f"{tell.today - 240 * DAY:%Y-%m}", place="辽宁省大连市"
    )
    _note(tell, child, "residence", visit, residence="石人镇演示村2组（奶奶家，演示）")
    said = FactOrigin(REPORT, GRANDMOTHER, wrote, "wechat")
    _note(
        tell, child, "father", said, away="是", since=f"{tell.today - 420 * DAY:%Y-%m}", place="辽宁省大连市"
    )
    _note(tell, child, "carer", said, name="孙桂兰", relation="祖母", phone="13800007303")
    for fact in facts_of(tell.db, child.id):
        if fact.actor == GRANDMOTHER:
            noting.confirm_fact(tell.db, fact, tell.person(TEACHER).actor)


def _unvisited(tell: Narrator) -> None:
    """Let the parents of a child of the cadre's village be away, and nobody have been there yet."""
    village = tell.person(CADRE).area
    child = next(
        one
        for one in children_in_classes(tell.db)
        if one.village == village and one.name not in families.NAMES
    )
    said = _origin(tell, STAFF, TEACHER, tell.today - 20 * DAY)
    for parent in ("father", "mother"):
        _note(
            tell, child, parent, said, away="是", since=f"{tell.today - 90 * DAY:%Y-%m}", place="吉林省长春市"
        )


def _household(tell: Narrator) -> None:
    """Let two children of one family be missing, and aid of one of them be paid short."""
    for name in (families.SISTER, families.BROTHER):
        child = tell.named(name, PRIMARY)
        _note(tell, child, "guardian", _list(ROSTER, tell.term_began()), **_FAMILY)
        _note(
            tell, child, "residence", _list(ROSTER, tell.term_began()), residence="石人镇演示路16号（演示）"
        )
        tell.missing(
            child,
            tell.school_day(3),
            tell.school_day(2),
            "邻居/其他",
            description="演示：两个孩子都没去上学。",
        )
    sister, paid = tell.named(families.SISTER, PRIMARY), _origin(tell, STAFF, OFFICER, tell.today - 15 * DAY)
    _note(tell, sister, "aid", paid, program="寄宿生生活补助", semester=f"{tell.today.year}年秋季", amount_due=625,
          amount_paid=500, paid_on=(tell.today - 20 * DAY).isoformat(), remark="演示：少发 125 元。")  # fmt: skip


def _rolls(tell: Narrator) -> None:
    """Let the principal have called the roll of two classes of late, in which the two are missing; the others said nothing."""
    principal, terms = tell.person(PRINCIPAL), tell.db.settings.terms
    days = [tell.school_day(back) for back in (3, 2, 1)]
    for name in (families.SISTER, families.BROTHER):
        child = tell.named(name, PRIMARY)
        ill = next(
            one for one in children_of_class(tell.db, child.class_id) if one.name not in families.NAMES
        )
        for day in [*days, *([tell.today] if schooldays.is_school_day(terms, tell.today) else [])]:
            absent = {child.id: roll.UNEXPLAINED, **({ill.id: roll.SICK} if day == tell.today else {})}
            roll.mark(tell.db, child.class_id, day, absent, principal, roll.Told(phone="13800009009"))


STORIES: Sequence[Callable[[Narrator], None]] = (_twins, _comer, _left_behind, _unvisited, _household, _rolls)
"""In the order in which they are told."""
