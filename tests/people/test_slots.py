"""包保 slots: who may be named for which place, and whom the work on cases finds where nobody is."""

import pytest

from intake.errors import Missing, Refused
from intake.importing import staff
from intake.importing.outcome import Options
from intake.people import accounts, bindings, manage, slots
from intake.people.accounts import Person
from intake.places.places import divisions
from intake.store import audit
from intake.store.db import Database
from tests.hands import classroom
from tests.hands.classroom import OTHER_TOWN, SCHOOL, SCHOOL_NAME, TOWN, VILLAGE
from tests.hands.lists import sheet
from tests.hands.watching import plan

ACTOR = "staff:x"


@pytest.fixture
def room(db: Database) -> str:
    return classroom.classroom(db).id


def names(found: list[Person]) -> list[str]:
    return [one.login for one in found]


def test_every_slot_takes_the_people_of_its_roles_and_is_found_by_its_place(
    db: Database, people: dict[str, Person], room: str
) -> None:
    teacher = classroom.teacher(db)
    wanted = {
        "principal_of_school": (SCHOOL, people["principal"]), "teacher_of_class": (room, teacher),
        "town_of_school": (SCHOOL, people["town"]), "village": (VILLAGE, people["village"]),
        "child_director": (VILLAGE, people["village"]), "child_supervisor": (TOWN, people["town"]),
    }  # fmt: skip
    assert set(wanted) == set(slots.SLOTS)
    for slot, (place, person) in wanted.items():
        assert slots.slot_holders(db, slot, place) == []
        assert slots.fill(db, slot, place, person, ACTOR)
        assert not slots.fill(db, slot, place, person, ACTOR), "again is harmless"
        assert slots.slot_holders(db, slot, place) == [person]
    told = {one.slot: f"{one.title}：{one.name}" for one in slots.slots_of(db, people["village"].id)}
    village = next(one.name for one in divisions() if one.code == VILLAGE)
    assert told["child_director"] == f"儿童主任：石人镇{village}"
    assert slots.empty(db, "village", VILLAGE, people["village"].id, ACTOR)
    assert not slots.empty(db, "village", VILLAGE, people["village"].id, ACTOR)
    verbs = [row["verb"] for row in db.all("SELECT verb FROM audit WHERE actor = ? ORDER BY id", (ACTOR,))]
    assert verbs == ["slot.filled"] * 6 + ["slot.emptied"]
    assert audit.broken(db) == []


@pytest.mark.parametrize(
    ("slot", "place", "login", "field"),
    [
        ("principal_of_school", SCHOOL, "town", "slot"),
        ("village", VILLAGE, "town", "slot"),
        ("nonesuch", SCHOOL, "town", "slot"),
        ("town_of_school", SCHOOL, "neighbour", "place"),
        ("town_of_school", "none", "town", "place"),
        ("town_of_school", TOWN, "town", "place"),
        ("child_supervisor", OTHER_TOWN, "town", "place"),
        ("child_supervisor", f"{TOWN}000", "town", "place"),
        ("child_director", "220605105201", "village", "place"),
    ],
)
def test_nobody_answers_for_what_is_not_theirs(
    db: Database, people: dict[str, Person], slot: str, place: str, login: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        slots.fill(db, slot, place, people[login], ACTOR)
    assert refused.value.field == field
    assert db.all("SELECT * FROM slots") == []


def test_who_may_name_people_does_so_for_their_own_places(
    db: Database, people: dict[str, Person], room: str
) -> None:
    allowed = {
        (login, slot): not isinstance(_edits(db, slot, place, people[login]), Missing)
        for login in ("administrator", "bureau", "principal", "town", "neighbour", "officer", "village")
        for slot, place in (("teacher_of_class", room), ("village", VILLAGE), ("principal_of_school", SCHOOL))
    }
    for (login, slot), may in allowed.items():
        everything = login in ("administrator", "bureau", "town")
        assert may is (everything or (login == "principal" and slot != "village")), (login, slot)


def _edits(db: Database, slot: str, place: str, editor: Person) -> Missing | None:
    try:
        slots.refuse_editor(db, slot, place, editor)
    except Missing as missing:
        return missing
    return None


def test_an_account_that_ends_or_moves_holds_no_slot_of_before(
    db: Database, people: dict[str, Person]
) -> None:
    slots.fill(db, "village", VILLAGE, people["village"], ACTOR)
    manage.deactivate(db, "village", ACTOR)
    manage.activate(db, "village", ACTOR)
    assert slots.slot_holders(db, "village", VILLAGE) == []
    slots.fill(db, "town_of_school", SCHOOL, people["town"], ACTOR)
    slots.fill(db, "child_supervisor", TOWN, people["town"], ACTOR)
    row = manage.account(db, "town")
    manage.edit(db, row, ACTOR, name="改名", role="town", area=TOWN, school="")
    assert len(slots.slots_of(db, people["town"].id)) == 2
    manage.edit(db, manage.account(db, "town"), ACTOR, name="改名", role="town", area=OTHER_TOWN, school="")
    assert slots.slots_of(db, people["town"].id) == []


def test_who_is_asked_where_no_slot_is_filled(db: Database, people: dict[str, Person], room: str) -> None:
    head = people["principal"]
    liu = classroom.teacher(db, classroom.Classroom(room, {}))
    bindings.teach(db, head.id, room)
    assert slots.class_teachers(db, room) == [liu, head], "the teacher first"
    assert slots.principals_of(db, SCHOOL) == [head]
    assert slots.principals_of(db, "") == []
    assert names(slots.town_people(db, TOWN)) == names(slots.town_people(db, VILLAGE)) == ["town"]
    assert names(slots.officers_of(db, "subsidy")) == ["subsidies", "officer", "bureau"]
    assert names(slots.officers_of(db, "safety")) == ["officer", "bureau"]
    accounts.add_person(db, name="股", login="branch", password=None, role="officer", area=OTHER_TOWN)
    assert names(slots.officers_of(db, "safety", TOWN)) == ["officer", "bureau"]
    assert "branch" in names(slots.officers_of(db, "safety", OTHER_TOWN))
    for login in (liu.login, "principal", "town", "officer"):
        manage.deactivate(db, login, ACTOR)
    assert (
        slots.class_teachers(db, room) == slots.principals_of(db, SCHOOL) == slots.town_people(db, TOWN) == []
    )
    assert names(slots.officers_of(db, "safety", TOWN)) == ["bureau"]


def test_slots_are_looked_up_by_an_index(db: Database) -> None:
    for sql in (
        "SELECT s.* FROM staff s JOIN slots t ON t.staff = s.id WHERE t.slot = 'x' AND t.place = 'y'",
        "SELECT slot, place FROM slots WHERE staff = 'x' ORDER BY slot, place",
        "SELECT s.* FROM staff s WHERE s.role = 'town' AND s.area = 'x'",
    ):
        assert "SCAN" not in plan(db, sql)


HEAD = ("姓名", "手机号码", "职务", "学校", "班级", "镇街", "村/社区", "包保", "包保学校")
VILLAGE_NAME = next(one.name for one in divisions() if one.code == VILLAGE)
ROWS = (
    ("刘春梅", "13812340001", "班主任", SCHOOL_NAME, "三年级2班", "", "", "教师包班", ""),
    ("欧阳建国", "13812340002", "校长", SCHOOL_NAME, "", "", "", "校长包校", ""),
    ("马爱民", "13812340004", "镇干部", "", "", "石人镇", "", "镇街包保人、儿童督导员", SCHOOL_NAME),
    ("王守田", "13812340005", "村干部", "", "", "石人镇", VILLAGE_NAME, "", ""),
    ("赵桂兰", "13812340006", "儿童主任", "", "", "石人镇", VILLAGE_NAME, "儿童主任", ""),
    ("陈业", "13812340007", "业务员", "", "", "", "", "", ""),
    ("孙核", "13812340008", "审核人", "", "", "", "", "", ""),
)


def test_the_list_of_staff_brings_cadres_and_slots(db: Database, room: str) -> None:
    made: list[staff.Slip] = []
    done = staff.take(db, sheet(HEAD, *ROWS), Options(), finish=made.extend)
    assert (done.new, done.errors) == (7, [])
    held = {
        (slot, place): [one.name for one in slots.slot_holders(db, slot, place)]
        for slot, place in (
            ("teacher_of_class", room), ("principal_of_school", SCHOOL), ("town_of_school", SCHOOL),
            ("child_supervisor", TOWN), ("village", VILLAGE), ("child_director", VILLAGE),
        )
    }  # fmt: skip
    assert list(held.values()) == [["刘春梅"], ["欧阳建国"], ["马爱民"], ["马爱民"], ["王守田"], ["赵桂兰"]]
    ways = {slip.person.role: (bool(slip.code), bool(slip.password)) for slip in made}
    phone, desk = (True, False), (False, True)
    assert ways == {"teacher": phone, "principal": phone, "village": phone, "town": desk, "officer": desk,
                    "approver": desk}  # fmt: skip
    assert staff.take(db, sheet(HEAD, *ROWS), Options()).same == 7
    fewer = (*ROWS[2][:7], "儿童督导员", "")
    assert "镇街包保人" in staff.take(db, sheet(HEAD, fewer), Options()).doubts[0]
    assert staff.take(db, sheet(HEAD, fewer), Options(leave=True)).changed == 1
    assert slots.slot_holders(db, "town_of_school", SCHOOL) == []


def test_a_wrong_slot_is_told_by_its_row_and_nobody_is_added(db: Database, room: str) -> None:
    wrong = (
        ("刘春梅", "13812340001", "班主任", SCHOOL_NAME, "", "", "", "教师包班", ""),
        ("欧阳建国", "13812340002", "校长", SCHOOL_NAME, "", "", "", "儿童主任", ""),
        ("马爱民", "13812340004", "镇干部", "", "", "大阳岔镇", "", "", SCHOOL_NAME),
        ("王守田", "13812340005", "村干部", "", "", "石人镇", "", "", ""),
        ("赵桂兰", "13812340006", "村干部", "", "", "石人镇", "没有的村", "", ""),
        ("周包", "13812340009", "校长", SCHOOL_NAME, "", "", "", "包饺子", ""),
    )
    said = [staff.take(db, sheet(HEAD, one), Options()).errors[0] for one in wrong]
    for part, line in zip(
        ("要写班级", "校长不能担任儿童主任", "管辖范围", "哪个村", "没有这个村", "没有看懂"),
        said,
        strict=True,
    ):
        assert line.startswith("第 2 行")
        assert part in line
    assert db.one("SELECT 1 FROM staff") is None
    assert db.one("SELECT 1 FROM slots") is None
