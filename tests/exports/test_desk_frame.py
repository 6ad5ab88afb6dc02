"""What stands around the desk's pages: ways that can be gone, keys that can be switched off, charts that tell gaps."""

import pytest
from flask.testing import FlaskClient

from exports.desk.charts import UNKNOWN, bar_chart
from intake.people import accounts
from intake.store.db import Database
from tests.hands.desk import ACTORS, PASSWORD, look, scripts, sign_in


@pytest.fixture(autouse=True)
def staff(db: Database) -> None:
    for login, (role, area) in ACTORS.items():
        accounts.add_person(db, name=f"{login}老师", login=login, password=PASSWORD, role=role, area=area)


@pytest.mark.parametrize("login", ["bureau", "shiren"])
def test_every_way_of_a_page_can_be_gone_by_whom_it_is_shown_to(client: FlaskClient, login: str) -> None:
    sign_in(client, login)
    ways = {one for one in look(client, "/desk/").links if one.startswith("/desk/") and "." not in one}
    assert {"/desk/", "/desk/me"} <= ways
    for way in ways - {"/desk/export", "/desk/sign-out"}:
        assert client.get(way).status_code == 200, way


def test_a_town_is_shown_no_way_that_is_closed_to_it(client: FlaskClient) -> None:
    sign_in(client, "shiren")
    assert not {"/desk/talks", "/desk/calls", "/desk/pictures"} & set(look(client, "/desk/").links)


@pytest.mark.parametrize(
    ("path", "title"), [("/desk/", "今天"), ("/desk/talks", "家长留言"), ("/desk/me", "我的设置")]
)
def test_the_head_says_where_one_is(client: FlaskClient, path: str, title: str) -> None:
    sign_in(client, "bureau")
    assert f'<a href="{path}" aria-current="page">{title}' in look(client, path).html


def test_the_keys_are_switched_off_and_on_for_a_browser(client: FlaskClient) -> None:
    sign_in(client, "bureau")
    page = look(client, "/desk/me")
    assert [one for one in page.sources if "desk.js" in one]
    assert scripts(page) == []
    for wanted, there in (("off", False), ("on", True)):
        token = look(client, "/desk/me").fields["csrf_token"]
        answer = client.post("/desk/me/keys", data={"csrf_token": token, "keys": wanted})
        assert (answer.status_code, answer.location) == (303, "/desk/me#keys")
        assert any("desk.js" in one for one in look(client, "/desk/talks").sources) is there


def test_a_day_that_says_nothing_is_no_bar_of_height_0() -> None:
    drawn = bar_chart("每天新开的个案", "件", [("11-27", 2), ("11-28", None), ("11-29", 0)])
    assert drawn.bars.count("z") == 2
    assert drawn.gaps.count("z") == 1
    assert drawn.said == f"11-27 2，11-28 {UNKNOWN}，11-29 0"
    told = [words for _, _, words in drawn.words]
    assert [one for one in told if "-" not in one] == ["2", UNKNOWN, "0"]


def test_a_chart_of_nothing_but_gaps_is_still_one() -> None:
    drawn = bar_chart("", "", [(f"11-{day:02}", None) for day in range(1, 31)])
    assert drawn.bars == ""
    assert drawn.gaps.count("z") == 30
