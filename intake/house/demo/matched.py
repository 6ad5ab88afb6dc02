"""The demonstration's reports of whom nobody knows for certain whose they are, and two files that were made one."""

from dataclasses import replace

from intake.children.children import enter_child
from intake.children.facts.sources import HUJI
from intake.house.demo import families
from intake.house.demo.families import PRIMARY
from intake.house.demo.narrator import Narrator
from intake.house.demo.stories import DAY, SCHOOL_NAME
from intake.reports.whose import merging, working
from intake.store.ids import new_id

BUREAU = "demo-bureau"


def tell_matches(tell: Narrator) -> None:
    """Tell of children by names that are not quite theirs, let the worker look, and make one of two files."""
    day = tell.today - 2 * DAY
    for name, grade, phone in (
        (families.MISHEARD, "一年级", "13800007311"),
        (families.NAMESAKE, "四年级", "13800007312"),
    ):
        tell.report("boarding", None, day, child_name=name, town="石人镇", school=SCHOOL_NAME, grade=grade, phone=phone,
                    needs=["午餐"], reason="其他", relation="邻居/其他")  # fmt: skip
    working.match_reports(tell.db)
    _merge(tell)


def _merge(tell: Narrator) -> None:
    """Enter a child once more, as a list that writes its name alone would, and let an officer see that it is one."""
    kept = tell.named(families.DOUBLE, PRIMARY)
    second = replace(
        kept, id=new_id(), class_id="", school="", grade="", class_name="", number_hash="", village=""
    )
    enter_child(tell.db, second, "", actor="demo", source=HUJI)
    merging.merge_children(tell.db, kept, second, tell.person(BUREAU))
