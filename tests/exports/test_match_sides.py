"""Two sides of a match: masked at the same letters, compared as far as both are told."""

import pytest

from exports.desk.children.sides import OTHER, SAME, UNKNOWN, SideLine, sides_of
from intake.children.matching.described import Described
from intake.store.db import Database
from tests.hands.classroom import OTHER_TOWN, TOWN, VILLAGE


def lines(db: Database, left: Described, right: Described) -> dict[str, SideLine]:
    return {one.title: one for one in sides_of(db, left, right)}


@pytest.mark.parametrize(
    ("left", "right", "shown", "verdict"),
    [
        ("王小明", "王小明", ("王*明", "王*明"), SAME),
        ("王小明", "王明小", ("王**", "王**"), OTHER),
        ("王小明", "王晓明", ("王**", "王**"), OTHER),
        ("王明", "王小明", ("王**", "王**"), OTHER),
        ("阿依古丽·买买提", "阿依古丽买买提", ("阿**", "阿**"), SAME),
        ("", "王小明", (UNKNOWN, "王*明"), ""),
    ],
)
def test_no_name_fills_in_what_the_other_hides(
    db: Database, left: str, right: str, shown: tuple[str, str], verdict: str
) -> None:
    found = lines(db, Described(name=left), Described(name=right))["姓名"]
    assert ((found.left, found.right), found.verdict) == (shown, verdict)


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (Described(village=VILLAGE), Described(town=TOWN), SAME),
        (Described(village=VILLAGE), Described(town=OTHER_TOWN), OTHER),
        (Described(village=VILLAGE), Described(village=f"{TOWN}201"), OTHER),
        (Described(village=VILLAGE), Described(), ""),
    ],
)
def test_a_home_is_compared_as_far_as_both_tell_it(
    db: Database, left: Described, right: Described, verdict: str
) -> None:
    assert lines(db, left, right)["家在"].verdict == verdict


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (Described(grade="四年级"), Described(grade="四年级", class_name="1班"), SAME),
        (Described(grade="四年级", class_name="2班"), Described(grade="四年级", class_name="1班"), OTHER),
        (Described(grade="三年级"), Described(grade="四年级", class_name="1班"), OTHER),
    ],
)
def test_a_class_is_compared_as_far_as_both_tell_it(
    db: Database, left: Described, right: Described, verdict: str
) -> None:
    assert lines(db, left, right)["年级班"].verdict == verdict


def test_one_telephone_in_common_is_the_same_and_none_is_shown(db: Database) -> None:
    left, right = Described(phones=("13812345607",)), Described(phones=("13899990000", "13812345607"))
    found = lines(db, left, right)["电话"]
    assert (found.left, found.right, found.verdict) == ("138********", "138********", SAME)


def test_what_neither_tells_is_no_line(db: Database) -> None:
    assert lines(db, Described(name="王小明"), Described(sex="女")).keys() == {"姓名", "性别"}
