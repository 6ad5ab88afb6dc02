"""Accounts and 包保 at the desk: found, added, changed and ended by those who manage them, within their own area."""

import re
from collections.abc import Iterator, Mapping

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.cases import owners
from intake.people import accounts, bindings, devices, listing, manage, pins, slots
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports import door
from intake.settings import Settings
from intake.store.db import Database
from tests.hands import classroom, staffed
from tests.hands.chat import Chat, opened
from tests.hands.classroom import OTHER_TOWN, SCHOOL, SCHOOL_NAME, TOWN, VILLAGE
from tests.hands.desk import signed_in
from tests.hands.page import NASTY, Page
from tests.hands.samples import sample

HOME, NEW = "/desk/people", "/desk/people/new"
FRESH = {"name": "王守田", "login": "138 1234 0005", "role": "village", "area": VILLAGE, "school": ""}


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        staffed.everybody(one.db)
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


@pytest.fixture
def admin(chat: Chat) -> FlaskClient:
    return browser(chat, "administrator")


def browser(chat: Chat, login: str) -> FlaskClient:
    return signed_in(chat.app, login)


def who(db: Database, login: str) -> Person:
    found = accounts.person_by_login(db, login)
    assert found is not None
    return found


def at(db: Database, login: str) -> str:
    return f"{HOME}/{who(db, login).id}"


def press(client: FlaskClient, page: str, path: str, **said: str | list[str]) -> TestResponse:
    """Send a form of a page, with what it carries."""
    shown = Page(client.get(page))
    assert shown.status == 200
    sent = {key: shown.fields[key] for key in ("csrf_token", "seen") if key in shown.fields}
    return client.post(path, data=sent | said)


def told(answer: TestResponse) -> Page:
    return Page(answer)


def form(person: Person, **change: str | list[str]) -> dict[str, str | list[str]]:
    """Give the form of an account as it stands, changed."""
    stands: Mapping[str, str | list[str]] = {
        "name": person.name, "role": person.role, "area": person.area, "school": person.school,
        "kinds": sorted(person.kinds or ()),
    }  # fmt: skip
    return {**stands, **change}


def test_the_list_finds_people_by_name_login_and_role(chat: Chat, db: Database, admin: FlaskClient) -> None:
    slots.fill(db, "child_director", VILLAGE, who(db, "village"), "t")
    page = Page(admin.get(HOME))
    assert "11 人" in page.words
    for said in ("审核人", "村(社区)干部", "石人镇", SCHOOL_NAME, "儿童主任：石人镇"):
        assert said in page.words
    for query, count in (("?q=village同志", 1), ("?q=PRINCI", 1), ("?role=officer", 2), ("?q=%25", 0), ("?q=_", 0),
                         ("?q=officer&role=town", 0), ("?page=9", 11), ("?page=x", 11)):  # fmt: skip
        assert f"{count} 人" in Page(admin.get(f"{HOME}{query}")).words, query


def test_an_account_is_added_and_comes_in_by_the_code_of_its_page(
    chat: Chat, db: Database, admin: FlaskClient
) -> None:
    made = press(admin, NEW, HOME, **FRESH)
    assert made.status_code == 303
    cadre = who(db, "13812340005")
    assert made.location == f"{HOME}/{cadre.id}"
    assert (cadre.role, cadre.area) == ("village", VILLAGE)
    assert "现在没有登录的办法" in Page(admin.get(made.location)).words
    page = told(press(admin, made.location, f"{made.location}/code"))
    found = re.search(r"登录码 (\d{3} \d{3} \d{4})", page.words)
    assert found is not None
    assert "/forms/sign-in" in page.words
    assert "/desk/sign-in" not in page.words
    assert pins.offer(db, "13812340005", found[1].replace(" ", ""), "").staff == cadre.id
    assert found[1] not in admin.get(made.location).text, "shown once"
    actor = who(db, "administrator").actor
    verbs = [row["verb"] for row in db.all("SELECT verb FROM audit WHERE actor = ? ORDER BY id", (actor,))]
    assert verbs[-2:] == ["staff.added", "binding.issued"]


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"login": "village"}, "login", "已经有了"),
        ({"login": " "}, "login", "不能空着"),
        ({"name": ""}, "name", "不能空着"),
        ({"role": ""}, "role", "没有这个角色"),
        ({"role": "king"}, "role", "没有这个角色"),
        ({"area": TOWN}, "area", "要写到村"),
        ({"area": ""}, "area", "请选管辖范围"),
        ({"area": "220606"}, "area", "不在您的管辖范围"),
        ({"role": "town"}, "area", "写到镇街为止"),
        ({"role": "principal", "area": OTHER_TOWN, "school": SCHOOL}, "school", "不在"),
        ({"role": "principal", "area": TOWN, "school": "none"}, "school", "没有这所学校"),
        ({"role": "officer", "area": "220605", "kinds": ["weather"]}, "kinds", "没有这个类别"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_is_kept(
    db: Database, admin: FlaskClient, change: Mapping[str, str | list[str]], field: str, said: str
) -> None:
    before = len(db.all("SELECT id FROM staff"))
    page = told(press(admin, NEW, HOME, **{**FRESH, "name": NASTY, **change}))
    assert page.status == 422
    assert page.invalid == ({f"{field}-wrong"} if field != "kinds" else set())
    assert said in page.words
    sent = {**FRESH, "name": NASTY, **change}
    for key in ("name", "login"):
        assert page.fields[key] == sent[key]
    assert len(db.all("SELECT id FROM staff")) == before


def test_an_account_changes_as_it_was_seen_and_never_over_somebody_else(
    chat: Chat, db: Database, admin: FlaskClient
) -> None:
    chen = who(db, "officer")
    path = at(db, "officer")
    shown = Page(admin.get(path))
    sent = {key: shown.fields[key] for key in ("csrf_token", "seen")}
    assert admin.post(path, data=sent | form(chen, kinds=["safety", "absence"])).status_code == 303
    assert who(db, "officer").kinds == frozenset({"absence", "safety"})
    stale = told(admin.post(path, data=sent | form(chen, name="陈新名")))
    assert stale.status == 409
    assert "刚刚有人改过" in stale.words
    assert stale.fields["name"] == "陈新名"
    assert who(db, "officer").name == chen.name
    again = {key: stale.fields[key] for key in ("csrf_token", "seen")}
    assert admin.post(path, data=again | form(chen, name="陈新名")).status_code == 303, "seen by now"
    assert (who(db, "officer").name, who(db, "officer").kinds) == ("陈新名", None)


def test_nobody_raises_or_ends_themselves(db: Database, admin: FlaskClient) -> None:
    path, me = at(db, "administrator"), who(db, "administrator")
    page = told(press(admin, path, path, **form(me, role="bureau")))
    assert (page.status, page.invalid) == (422, {"role-wrong"})
    assert "停用这个账号" not in page.words
    assert told(press(admin, path, f"{path}/end")).status == 422
    assert who(db, "administrator").role == "administrator"


def test_an_end_is_at_once_and_says_which_cases_have_nobody(
    chat: Chat, db: Database, admin: FlaskClient
) -> None:
    room = classroom.classroom(db)
    teacher = classroom.teacher(db, room, login="13812340001")
    slots.fill(db, "teacher_of_class", room.id, teacher, "t")
    path, token, code = at(db, teacher.login), devices.new_token(), bindings.issue_code(db, teacher.id)
    devices.add_device(db, teacher, token, "Android")
    bindings.bind(db, "wechat:x", bindings.issue_code(db, teacher.id))
    code = bindings.issue_code(db, teacher.id)
    body = sample("absence", 0, db.today()) | {"school": SCHOOL_NAME, "child_name": "王小明", "grade": "三年级",
                                               "class_name": "2班"}  # fmt: skip
    door.receive(db, "absence", body, channel="form")
    (case,) = db.all("SELECT number, owner FROM cases")
    assert case["owner"] == teacher.id
    assert owners.left_without(db, teacher.id) == []
    page = Page(admin.get(press(admin, path, f"{path}/end").location))
    assert "已停用" in page.words
    assert "1 件" in page.words
    assert case["number"] in page.words
    assert "王小明" not in page.words
    assert devices.find_device(db, token) is None
    assert bindings.person_bound(db, "wechat:x") is None
    assert bindings.classes_taught(db, teacher.id) == []
    assert slots.slots_of(db, teacher.id) == []
    found = bindings.find_code(db, bindings.digest(db, code))
    assert found is None or not found.good
    assert press(admin, path, f"{path}/end").status_code == 303, "again is harmless"
    assert press(admin, path, f"{path}/code").status_code == 422
    assert press(admin, path, f"{path}/resume").status_code == 303
    assert who(db, teacher.login).id == teacher.id
    assert "现在没有登录的办法" in Page(admin.get(path)).words


def test_who_is_signed_out_is_out_on_every_device(chat: Chat, db: Database, admin: FlaskClient) -> None:
    town = browser(chat, "town")
    assert town.get("/desk/").status_code == 200
    path = at(db, "town")
    assert "1 台手机和电脑登录着" in Page(admin.get(path)).words
    assert press(admin, path, f"{path}/sign-out").status_code == 303
    assert town.get("/desk/").status_code == 303


def test_a_town_names_its_own_people_and_manages_no_account(chat: Chat, db: Database) -> None:
    town, path = browser(chat, "town"), at(db, "village")
    assert "3 人" in Page(town.get(HOME)).words, "the town's, the school's, the village's"
    for login in ("neighbour", "officer", "administrator"):
        assert town.get(at(db, login)).status_code == 404
    page = Page(town.get(path))
    assert {"改账号", "发登录码", "停用这个账号"}.isdisjoint(page.words.split())
    held = {"held": f"child_director {VILLAGE}"}
    assert press(town, path, f"{path}/slots/fill", **held).status_code == 303
    assert slots.slot_holders(db, "child_director", VILLAGE) == [who(db, "village")]
    assert "儿童主任：石人镇" in Page(town.get(path)).words
    neighbour = browser(chat, "neighbour")
    token = Page(neighbour.get(HOME)).fields["csrf_token"]
    for act in ("fill", "empty"):
        assert neighbour.post(f"{path}/slots/{act}", data={"csrf_token": token, **held}).status_code == 404
    for act in ("", "/code", "/end", "/resume", "/sign-out"):
        assert town.post(f"{path}{act}", data={"csrf_token": page.fields["csrf_token"]}).status_code == 403
    assert press(town, path, f"{path}/slots/empty", **held).status_code == 303
    assert slots.slot_holders(db, "child_director", VILLAGE) == []


def test_a_slot_that_cannot_be_is_said_at_the_choice(db: Database, admin: FlaskClient) -> None:
    path = at(db, "village")
    for held, said in (("", "请选一项包保"), (f"town_of_school {SCHOOL}", "只能由镇街担任")):
        page = told(press(admin, path, f"{path}/slots/fill", held=held))
        assert (page.status, page.invalid) == (422, {"held-wrong"})
        assert said in page.words
    assert press(admin, path, f"{path}/slots/fill", held="nonesuch x").status_code == 404


def test_a_principal_sees_the_school_and_no_other(chat: Chat, db: Database) -> None:
    room = classroom.classroom(db)
    teacher = classroom.teacher(db, room, login="13812340001")
    head = browser(chat, "principal")
    assert head.get(at(db, teacher.login)).status_code == 404, "of no school yet"
    row = manage.account(db, teacher.login)
    manage.edit(db, row, "t", name="刘老师", role="teacher", area=TOWN, school=SCHOOL)
    path = at(db, teacher.login)
    assert press(head, path, f"{path}/slots/fill", held=f"teacher_of_class {room.id}").status_code == 303
    assert slots.slot_holders(db, "teacher_of_class", room.id) == [who(db, teacher.login)]
    assert head.get(at(db, "town")).status_code == 404


def test_the_board_says_where_nobody_is_named(chat: Chat, db: Database, admin: FlaskClient) -> None:
    classroom.classroom(db)
    slots.fill(db, "child_director", VILLAGE, who(db, "village"), "t")
    board, path = f"{HOME}/slots", at(db, "village")
    page = Page(admin.get(f"{board}?town={TOWN}"))
    assert path in page.links
    assert page.words.count("儿童主任：没有人") == len(gazetteer.world(db).places.villages(TOWN)) - 1
    assert "儿童督导员：没有人" in page.words
    assert "校长包校：没有人" in page.words
    classes = f"{board}?town={TOWN}&school={SCHOOL}"
    assert classes in page.links
    assert f"{SCHOOL_NAME}三年级2班" in Page(admin.get(classes)).words
    slots.fill(db, "principal_of_school", SCHOOL, who(db, "principal"), "t")
    head = Page(browser(chat, "principal").get(board))
    assert "校长包校：principal同志" in head.words
    assert "儿童主任" not in head.words
    for login, seen in (("principal", True), ("town", True), ("neighbour", False)):
        found = browser(chat, login).get(classes).text
        assert ("三年级2班" in found) is seen, login
    assert SCHOOL_NAME not in browser(chat, "neighbour").get(f"{board}?town={TOWN}").text


def test_a_long_list_has_pages(db: Database, admin: FlaskClient) -> None:
    with db.write():
        for number in range(listing.PAGE):
            db.run(
                "INSERT INTO staff (id, name, login, password, role, area, active, demo)"
                " VALUES (?, ?, ?, '', 'teacher', ?, 1, 0)",
                (f"staff{number}", f"老师{number:03}", f"139{number:08}", TOWN),
            )
    first, second = Page(admin.get(HOME)), Page(admin.get(f"{HOME}?page=2"))
    assert "第 1 页，共 2 页" in first.words
    assert "下一页" in first.words
    shown = [
        set(re.findall(r"/desk/people/([\w-]{3,})\"", page.html)) - {"new", "slots"}
        for page in (first, second)
    ]
    assert len(shown[0] | shown[1]) == listing.PAGE + 11
    assert not shown[0] & shown[1]


def test_who_is_named_for_a_place_is_the_first_owner(chat: Chat, db: Database) -> None:
    room = classroom.classroom(db)
    taught = classroom.teacher(db, room, login="13812340001")
    where = {"class_id": room.id, "school": SCHOOL, "town": TOWN, "restricted": False}

    def owner() -> Person | None:
        return owners.first_owner(db, "absence", **where)  # type: ignore[arg-type]

    assert owner() == taught
    named = classroom.teacher(db, login="13812340002", name="赵老师")
    slots.fill(db, "teacher_of_class", room.id, named, "t")
    assert owner() == named
    for login in (named.login, taught.login, "principal"):
        manage.deactivate(db, login)
    assert owner() == who(db, "town")
    accounts.add_person(db, name="阿包", login="guard", password=None, role="town", area=TOWN)
    assert owner() == who(db, "town") or owner() == who(db, "guard")
    slots.fill(db, "town_of_school", SCHOOL, who(db, "guard"), "t")
    assert owner() == who(db, "guard")


def test_the_page_of_an_account_says_when_it_was_used_and_whose_house_it_is(
    chat: Chat, db: Database, admin: FlaskClient
) -> None:
    page = Page(admin.get(at(db, "administrator")))
    assert "台手机和电脑登录着" in page.words
    assert "最近用过" in page.words
    assert "没有登录过" not in page.words
    assert page.words.count(db.settings.district_name) >= 2, "the head names the district, as on every page"
