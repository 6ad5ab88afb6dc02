"""Another school's child is nobody's business: by no door of its file, its card, its facts, the search or what is likely."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.cases.folders import sought
from intake.children.facts.fact import FactOrigin, facts_of
from intake.store.db import Database
from tests.hands.casework import report
from tests.hands.childfile import OTHER_SCHOOL, OTHER_SCHOOL_NAME, ChildHouse, childhouse
from tests.hands.classroom import MORNING, at
from tests.hands.page import Page, opened

PHONE = "13899990000"
STRANGERS = ("principal", "town")
"""Who has the desk, and another school and town."""
NONE = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> ChildHouse:
    at(monkeypatch, MORNING)
    made = childhouse(app, db)
    made.note("guardian", {"guardian_name": "孙大海", "relation": "父", "phone": PHONE}, child=made.other)
    return made


def doors(client: FlaskClient, house: ChildHouse, child: str) -> list[int]:
    """Try every door of a child's file; give how each answered."""
    token = {"csrf_token": opened(client, house.path).fields["csrf_token"]}
    fact = facts_of(house.db, house.other)[0].id
    path = f"/desk/children/{child}"
    gets = (
        path,
        f"{path}/card",
        f"{path}/register",
        f"/desk/matches/pair?one={house.child}&other={child}",
        f"{path}?do=guardian",
        f"{path}?see={fact}.phone",
    )
    posts = {
        f"{path}/look": {"field": f"{fact}.phone", "why": "visit"},
        f"{path}/facts/phone": {"phone": "13811110000"},
        f"{path}/facts/name": {"name": "孙二"},
        f"{path}/facts/{fact}/believe": {},
        f"{path}/facts/{fact}/deny": {},
        f"{path}/facts/{fact}/restore": {},
        f"{path}/register/转出": {"day": "2026-11-20"},
        "/desk/matches/pair": {"one": house.child, "other": child},
        "/desk/cases/new/child": {"child": child},
    }
    return [client.get(one).status_code for one in gets] + [
        client.post(one, data=token | said).status_code for one, said in posts.items()
    ]


@pytest.mark.parametrize("login", STRANGERS)
def test_every_door_answers_as_for_a_child_that_does_not_exist(house: ChildHouse, login: str) -> None:
    client, before = house.browser(login), facts_of(house.db, house.other, former=True)
    assert set(doors(client, house, house.other)) == {404}
    assert doors(client, house, house.other) == doors(client, house, NONE)
    assert facts_of(house.db, house.other, former=True) == before
    assert house.db.one("SELECT 1 FROM looks WHERE subject = ?", (house.other,)) is None


@pytest.mark.parametrize("login", STRANGERS)
def test_a_fact_of_another_child_is_not_reached_through_ones_own(house: ChildHouse, login: str) -> None:
    client, (fact,) = house.browser(login), facts_of(house.db, house.other)
    for step in ("believe", "deny", "restore"):
        assert house.send(client, f"facts/{fact.id}/{step}").status_code == 404
    assert house.send(client, "look", field=f"{fact.id}.phone", why="visit").status_code == 404


@pytest.mark.parametrize("login", ["teacher", "village"])
def test_the_desk_is_closed_to_whom_it_is_closed(house: ChildHouse, login: str) -> None:
    from intake.people import devices
    from intake.web import phones

    client, token = house.app.test_client(), devices.new_token()
    devices.add_device(house.db, house.people[login], token, "Android", devices.PHONE)
    client.set_cookie(phones.COOKIE, token)
    for child in (house.child, house.other):
        for path in (
            f"/desk/children/{child}",
            f"/desk/children/{child}/card",
            "/desk/children",
            "/desk/matches",
        ):
            assert client.get(path).status_code == 403


@pytest.mark.parametrize("login", STRANGERS)
@pytest.mark.parametrize("said", ["孙一诺", "孙", "syn", PHONE, "0000"])
def test_a_search_tells_no_more_than_at_which_school_there_is_a_record(
    house: ChildHouse, login: str, said: str
) -> None:
    client = house.browser(login)
    page = searched(client, said)
    assert house.other not in page.html
    assert "孙*" not in page.words
    assert "没有找到孩子" in page.words
    whole = said in ("孙一诺", PHONE)
    assert (OTHER_SCHOOL_NAME in page.words.partition("没有找到")[2]) is whole


def searched(client: FlaskClient, said: str, **more: str) -> Page:
    """Search as a browser does."""
    token = opened(client, "/desk/children").fields["csrf_token"]
    answer = client.post("/desk/children", data={"csrf_token": token, "q": said, **more})
    assert answer.status_code == 303
    assert said not in answer.location
    return opened(client, answer.location)


@pytest.mark.parametrize("login", ["officer", *STRANGERS])
def test_a_name_that_nobody_has_leads_to_those_that_sound_the_same_within_what_one_may_see(
    house: ChildHouse, login: str
) -> None:
    page = searched(house.browser(login), "孙依诺")
    there = f"/desk/children/{house.other}" in page.links
    assert there is (login == "officer")
    assert ("读音一样的有这些" in page.words) is there


@pytest.mark.parametrize("login", STRANGERS)
def test_filters_of_another_place_list_nobody(house: ChildHouse, login: str) -> None:
    client = house.browser(login)
    for said in (f"school={OTHER_SCHOOL}", "town=220605103", "free=1"):
        page = opened(client, f"/desk/children?{said}")
        assert house.other not in page.html
        assert "孙*" not in page.words


def test_the_address_of_a_search_opens_for_who_typed_it_alone(house: ChildHouse) -> None:
    client = house.browser("officer")
    token = opened(client, "/desk/children").fields["csrf_token"]
    there = client.post("/desk/children", data={"csrf_token": token, "q": "王小明"}).location
    assert "王*明" in opened(client, there).words
    assert "王*明" not in opened(house.browser("bureau"), there).words


def test_looks_beyond_ones_own_are_counted_and_searches_on_record(house: ChildHouse) -> None:
    client = house.browser("principal")
    for _ in range(sought.DAILY):
        assert OTHER_SCHOOL_NAME in searched(client, "孙一诺").words
    page = searched(client, "孙一诺")
    assert OTHER_SCHOOL_NAME not in page.words.partition("没有找到")[2]
    assert "明天再查" in page.words
    rows = house.db.all("SELECT subject, detail FROM audit WHERE verb = 'child.searched'")
    assert len(rows) == sought.DAILY + 1
    assert {tuple(row) for row in rows} == {(house.people["principal"].id, "0")}


def test_numbers_are_not_gone_through_by_two_doors(house: ChildHouse) -> None:
    from intake.cases.folders import worklist

    client = house.browser("officer")
    for n in range(worklist.GUESSES):
        path = "/desk/cases" if n % 2 else "/desk/children"
        assert client.get(f"{path}?q=1390000{n:04}").status_code == 200
    assert client.get("/desk/children?q=13900009999").status_code == 429
    assert client.get("/desk/cases?q=13900009999").status_code == 429
    assert client.get("/desk/children?q=王").status_code == 200


def test_a_case_by_hand_finds_the_child_by_a_familys_phone_and_links_it(house: ChildHouse) -> None:
    client = house.browser("principal")
    page = opened(client, "/desk/cases/new")
    token = page.fields["csrf_token"]
    found = Page(
        client.post(
            "/desk/cases/new", data={"csrf_token": token, "child_name": "小名", "number": "13812345607"}
        )
    )
    assert "王*明" in found.words
    assert house.child in found.html
    form = Page(
        client.post("/desk/cases/new/absence", data={"csrf_token": token, "ask": "1", "child": house.child})
    )
    assert form.fields["child_name"] == "王小明"
    assert form.fields["child"] == house.child
    beyond = Page(
        client.post("/desk/cases/new", data={"csrf_token": token, "child_name": "小名", "number": PHONE})
    )
    assert OTHER_SCHOOL_NAME in beyond.words
    assert house.other not in beyond.html


def test_namesakes_of_elsewhere_do_not_hide_ones_own_child(house: ChildHouse) -> None:
    with house.db.write():
        for n in range(sought.MOST + 5):
            house.db.run(
                "INSERT INTO children (id, child_name, class, town, initials, demo) SELECT ?, '王小明', class, town, 'wxm', 0"
                " FROM children WHERE id = ?",
                (f"00000000-0000-7000-8000-{n:012d}", house.other),
            )
    client = house.browser("principal")
    token = opened(client, "/desk/cases/new").fields["csrf_token"]
    found = Page(client.post("/desk/cases/new", data={"csrf_token": token, "child_name": "王小明"}))
    assert house.child in found.html
    assert "00000000-0000-7000" not in found.html


def test_from_a_file_a_case_is_opened_for_that_child(house: ChildHouse) -> None:
    case = report(house.db, house.child)
    client = house.browser("town")
    token = opened(client, house.path).fields["csrf_token"]
    page = Page(client.post("/desk/cases/new/child", data={"csrf_token": token, "child": house.child}))
    assert page.status == 200
    assert case.short in page.words
    assert f'value="{house.child}"' in page.html


def test_what_a_former_address_tells_stays_within_the_scope(house: ChildHouse) -> None:
    """A merged child of another school leads nobody there who may not see it."""
    with house.db.write():
        house.db.run("UPDATE children SET merged = ? WHERE id = ?", (house.other, house.sister))
    assert house.browser("principal").get(f"/desk/children/{house.sister}").status_code == 404
    assert house.browser("officer").get(f"/desk/children/{house.sister}").status_code == 303
    origin = FactOrigin("roster", "command", date(2026, 9, 2))
    assert house.note("ethnic", {"ethnic": "汉"}, origin)
