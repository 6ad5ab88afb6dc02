"""Who looks for a child finds it by name in any spelling, first letters, a number; and nobody beyond what they may see."""

from dataclasses import replace
from datetime import date

import pytest

from intake.children import finding
from intake.children.children import Child, children_of_ids, enter_child, number_hash, pupil_hash
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin, facts_of
from intake.children.finding import ChildFilter
from intake.people.scope import Scope
from intake.store.db import Database
from intake.store.ids import new_id
from tests.hands.classroom import OTHER_TOWN, SCHOOL, TOWN, VILLAGE, Classroom, classroom
from tests.hands.watching import plan, statements

NUMBER, OTHER = "220605201703080079", "22060520170309001X"
DISTRICT = Scope("220605")


def enter(db: Database, name: str, number: str = "", pupil: str = "", **more: str) -> Child:
    """Enter a child of no class as a list does."""
    made = Child(new_id(), name, "女", "2017-03-08", more.get("town", TOWN), "", "", "", "", "", number_hash(db, number),
                 pupil_hash(db, pupil))  # fmt: skip
    enter_child(db, made, number, actor="command", pupil_number=pupil, source="xueji")
    return made


def names(db: Database, said: str, scope: Scope = DISTRICT) -> list[str]:
    """Search as the page does; count what it lists."""
    wanted = ChildFilter(said)
    found = [one.name for one in finding.listed_children(db, scope, wanted)]
    assert finding.number_of_children(db, scope, wanted) == len(found)
    return found


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽．买买提"),
        ("阿依古丽·买买提", "阿依古丽 买买提"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽·买买提", "阿依古丽"),
        ("阿依古丽·买买提", "阿依"),
        ("阿依古丽买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("欧阳安然", "欧阳"),
        ("欧阳安然", "oyar"),
        ("欧阳安然", "OYA"),
        ("王Amy", "王amy"),
        ("王Amy", "王ＡＭＹ"),
        ("张𬱖", "张𬱖"),
        ("张𬱖", "张"),
        ("龘靐", "龘"),
    ],
)
def test_a_name_is_found_from_its_beginning_in_any_spelling(db: Database, kept: str, said: str) -> None:
    enter(db, kept)
    enter(db, "钱多多")
    assert names(db, said) == [kept]


@pytest.mark.parametrize(
    ("kept", "said", "there"),
    [
        ("张晓明", "张小明", True), ("吴诗涵", "吴思含", True), ("张晓明", "张晓", False), ("张晓明", "张小", False),
        ("张晓明", "zxm", False), ("张晓明", "李小明", False), ("阿依古丽·买买提", "阿衣古丽·买买提", True),
    ],
)  # fmt: skip
def test_a_name_is_found_by_its_sound_where_that_is_asked_for(
    db: Database, kept: str, said: str, there: bool
) -> None:
    one, away = enter(db, kept), enter(db, kept, town=OTHER_TOWN)
    wanted = ChildFilter(said, sound="1")
    found = {child.id for child in finding.listed_children(db, DISTRICT, wanted)}
    assert found == ({one.id, away.id} if there else set())
    assert {child.id for child in finding.listed_children(db, Scope(TOWN), wanted)} == found - {away.id}


@pytest.mark.parametrize("said", ["明", "小明", "%", "_", "王_明", "' OR 1=1", "*", "", "  ", "12", "12345"])
def test_what_is_no_beginning_of_a_name_finds_nobody(db: Database, room: Classroom, said: str) -> None:
    assert finding.found_by(db, said)[0] != ""
    assert finding.listed_children(db, DISTRICT, ChildFilter(said or "　")) == []


@pytest.mark.parametrize(
    "said",
    [NUMBER, "220605 20170308 0079", "２２０６０５２０１７０３０８００７９", f"G{NUMBER}", f"g{NUMBER}"],
)
def test_a_number_finds_its_child_alone(db: Database, said: str) -> None:
    enter(db, "李红", NUMBER, f"G{NUMBER}")
    enter(db, "李红", OTHER, f"G{OTHER}")
    found = finding.listed_children(db, DISTRICT, ChildFilter(said))
    assert [one.number_hash for one in found] == [number_hash(db, NUMBER)]


def test_a_child_of_whom_only_the_pupil_number_is_known_is_found_by_its_id(db: Database) -> None:
    enter(db, "李红", "", f"G{NUMBER}")
    assert names(db, NUMBER) == ["李红"]


@pytest.mark.parametrize(
    ("said", "found"), [("13812348888", 2), ("138 1234 8888", 2), ("8888", 2), ("1234", 0), ("888", 0)]
)
def test_a_phone_or_its_last_four_find_the_family(
    db: Database, room: Classroom, said: str, found: int
) -> None:
    origin = FactOrigin("roster", "command", date(2026, 9, 1))
    for child in ("王小明", "李红"):
        noting.note_fact(
            db, room.children[child], "guardian", {"guardian_name": "徐桂兰", "phone": "13812348888"}, origin
        )
    assert len(names(db, said)) == found


def test_a_phone_that_holds_no_more_finds_nobody(db: Database, room: Classroom) -> None:
    origin = FactOrigin("roster", "command", date(2026, 9, 1))
    fact = noting.note_fact(db, room.children["李红"], "phone", {"phone": "13812348888"}, origin)
    assert names(db, "8888") == ["李红"]
    (known,) = [one for one in facts_of(db, room.children["李红"]) if one.id == fact]
    noting.close_fact(db, known, "staff:1")
    assert names(db, "8888") == []


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (Scope("220605"), 1),
        (Scope(TOWN), 1),
        (Scope(TOWN, SCHOOL), 1),
        (Scope(TOWN, village=VILLAGE), 1),
        (Scope(TOWN, "2206050002"), 0),
        (Scope(OTHER_TOWN), 0),
        (Scope(TOWN, village=f"{TOWN}999"), 0),
        (Scope(TOWN, classes=frozenset()), 0),
        (Scope(""), 0),
    ],
)
def test_nobody_finds_a_child_that_they_may_not_see(
    db: Database, room: Classroom, scope: Scope, found: int
) -> None:
    with db.write():
        db.run(
            "UPDATE children SET id_number_hash = ?, initials = 'lh' WHERE id = ?",
            (number_hash(db, NUMBER), room.children["李红"]),
        )
    for said in ("李红", "lh", NUMBER):
        assert len(finding.listed_children(db, scope, ChildFilter(said))) == found, said
    for wanted in (ChildFilter(school=SCHOOL), ChildFilter(town=TOWN), ChildFilter(class_id=room.id)):
        assert bool(finding.number_of_children(db, scope, wanted)) is bool(found)


def test_filters_narrow_what_is_found(db: Database, room: Classroom) -> None:
    other = classroom(db, name="1班", names=("王小明", "钱多"))
    free = enter(db, "王小明")
    far = enter(db, "王小明", town=OTHER_TOWN)
    by = {one: ChildFilter("王小明", **{one: value}) for one, value in
          (("town", TOWN), ("school", SCHOOL), ("class_id", other.id), ("free", "1"))}  # fmt: skip
    found = {
        key: {one.id for one in finding.listed_children(db, DISTRICT, wanted)} for key, wanted in by.items()
    }
    ours = {room.children["王小明"], other.children["王小明"]}
    assert found == {
        "town": ours | {free.id},
        "school": ours,
        "class_id": {other.children["王小明"]},
        "free": {free.id, far.id},
    }


def test_a_merged_child_is_found_no_more(db: Database) -> None:
    kept, gone = enter(db, "李红", NUMBER), enter(db, "李红", OTHER)
    with db.write():
        db.run("UPDATE children SET merged = ? WHERE id = ?", (kept.id, gone.id))
    assert [one.id for one in finding.listed_children(db, DISTRICT, ChildFilter("李红"))] == [kept.id]
    assert finding.listed_children(db, DISTRICT, ChildFilter(OTHER)) == []


def test_pages_follow_each_other_without_a_gap(db: Database) -> None:
    made = {enter(db, f"王小{sign}").id for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"}
    wanted = ChildFilter("王小")
    pages = [
        finding.listed_children(db, DISTRICT, wanted, skip) for skip in (0, finding.PAGE, 2 * finding.PAGE)
    ]
    assert [len(one) for one in pages] == [18, 4, 0]
    assert {one.id for page in pages for one in page} == made
    assert len(children_of_ids(db, sorted(made))) == 22


@pytest.mark.parametrize(
    "said", ["李红", "lh", NUMBER, "13812348888", "8888", "阿依古丽买买提", f"G{NUMBER}"]
)
def test_every_search_is_answered_by_an_index(db: Database, room: Classroom, said: str) -> None:
    enter(db, "阿依古丽·买买提")
    with statements(db) as heard:
        finding.listed_children(db, DISTRICT, ChildFilter(said))
        finding.number_of_children(db, Scope(TOWN), ChildFilter(said))
    asked = [sql for sql in heard if "FROM children" in sql]
    assert asked
    for sql in asked:
        told = plan(db, sql)
        assert "SCAN c" not in told, told
        assert "SCAN children" not in told, told


@pytest.mark.parametrize("scope", [DISTRICT, Scope(TOWN), Scope(TOWN, SCHOOL)])
@pytest.mark.parametrize(
    "wanted", [ChildFilter(town=TOWN), ChildFilter(school=SCHOOL), ChildFilter(free="1", town=TOWN)]
)
def test_every_filter_is_answered_by_an_index(db: Database, scope: Scope, wanted: ChildFilter) -> None:
    with statements(db) as heard:
        finding.number_of_children(db, scope, replace(wanted))
    for sql in heard:
        told = plan(db, sql)
        for table in ("c", "h", "p", "children"):
            assert f"SCAN {table};" not in f"{told};", told
