"""What is likely at the desk: both sides masked at the same letters, decided with a button, by one of two, and taken back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.children import children
from intake.children.children import Child, enter_child, find_child, number_hash
from intake.children.facts.fact import facts_of
from intake.reports import lookup
from intake.reports.whose import matches
from intake.reports.whose.matches import Match
from intake.store.db import Database
from intake.store.ids import new_id
from tests.hands.candidates import too_few
from tests.hands.casework import report
from tests.hands.childfile import GIRL, PHONE, ChildHouse, childhouse
from tests.hands.classroom import MORNING, TOWN, at
from tests.hands.page import Page, opened
from tests.hands.samples import citizen_id

LIST = "/desk/matches"


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> ChildHouse:
    at(monkeypatch, MORNING)
    return childhouse(app, db)


def likely(house: ChildHouse, *, other: str = "", receipt: str = "", child: str = "", score: int = 71) -> str:
    """Let somebody wait to be decided on; give the id of the match."""
    made = new_id()
    with house.db.write():
        house.db.run(
            "INSERT INTO child_matches (id, report, child, other, score, reasons, state, at, version)"
            " VALUES (?, ?, ?, ?, ?, ?, 'open', '2026-11-23T00:00:00.000Z', 1)",
            (made, receipt, child or house.child, other, score, '["same_class", "other_birth"]'),
        )
    return made


def reported(house: ChildHouse, **said: str) -> str:
    """Let a report come in of nobody whom the roll knows; give its id."""
    case = report(house.db, "", child_name="王小名", phone="13899990000", guardian_name="孙桂兰", **said)
    row = house.db.one("SELECT report FROM case_reports WHERE case_id = ?", (case.id,))
    assert row
    return str(row["report"])


def listed(house: ChildHouse, name: str = "王晓明", number: str = "") -> Child:
    """Enter a second file as a list does."""
    child = Child(new_id(), name, "女", "2017-03-08", TOWN, "", "", "", "", "", number_hash(house.db, number))
    enter_child(house.db, child, number, actor="command", source="huji")
    return child


def match(house: ChildHouse, key: str, login: str = "officer") -> Match:
    return matches.match_of(house.db, key, house.people[login])


def press(client: FlaskClient, key: str, step: str, seen: str = "1", **said: str) -> Page:
    """Press one of the buttons of a match."""
    token = opened(client, "/desk/me").fields["csrf_token"]
    answer = client.post(
        f"{LIST}/{key}/{step}", data={"csrf_token": token, "seen": seen} | said, follow_redirects=True
    )
    return Page(answer)


def test_both_sides_stand_beside_each_other_and_neither_undoes_the_others_mask(house: ChildHouse) -> None:
    likely(
        house,
        receipt=reported(
            house, id_number=GIRL.number, id_type="居民身份证", sex="女", birth_date="2017-03-08"
        ),
    )
    client = house.browser("officer")
    page = opened(client, LIST)
    for words in (
        "71 分",
        "同班",
        "出生日期不同",
        "王**",
        "一样",
        "不一样",
        "是同一个",
        "不是",
        "都不是，建新档",
    ):
        assert words in page.words, words
    for secret in ("王小明", "王小名", "王*明", "孙桂兰", PHONE, "13899990000", GIRL.number):
        assert secret not in page.html, secret
    assert too_few(page.html, GIRL) == []


def test_the_likest_come_first_and_the_navigation_counts_them(house: ChildHouse) -> None:
    for score in (61, 90, 75):
        likely(house, other=listed(house).id, score=score)
    client = house.browser("principal")
    assert "待核对<b>" not in opened(client, "/desk/").html  # a file of no school is not hers
    town = house.browser("town")
    assert f'<a href="{LIST}">待核对<b>3</b></a>' in opened(town, "/desk/").html
    words = opened(town, LIST).words
    assert words.index("90 分") < words.index("75 分") < words.index("61 分")


def test_a_report_is_linked_and_parted_again(house: ChildHouse) -> None:
    said = reported(house)
    key, client = likely(house, receipt=said), house.browser("officer")
    page = press(client, key, "confirm")
    assert "记下了：是同一个孩子。" in page.words
    linked = lookup.report_by_id(house.db, said)
    assert linked
    assert linked.child == house.child
    assert "撤销" in page.words
    page = press(client, key, "undo", seen=str(match(house, key).version))
    assert "重新待核对" in page.words
    parted = lookup.report_by_id(house.db, said)
    assert parted
    assert parted.child == ""


def test_a_file_is_made_of_a_report_that_is_about_nobody_known(house: ChildHouse) -> None:
    said = reported(house)
    page = press(house.browser("officer"), likely(house, receipt=said), "enter")
    assert "建了新档" in page.words
    linked = lookup.report_by_id(house.db, said)
    assert linked
    assert linked.child not in ("", house.child)


def test_two_files_become_one_after_a_preview_and_are_parted(house: ChildHouse) -> None:
    other = listed(house)
    key, client = likely(house, other=other.id), house.browser("officer")
    page = opened(client, f"{LIST}/{key}")
    assert "归过来：" in page.words
    assert page.fields["keep"] == house.child
    page = press(client, key, "confirm", keep=house.child)
    assert "是同一个" in page.words
    assert client.get(f"/desk/children/{other.id}").location == house.path
    words = house.words(client)
    assert "合并过来一份档案" in words
    row = house.db.one("SELECT id FROM child_merges")
    assert row
    token = opened(client, house.path).fields["csrf_token"]
    answer = client.post(
        f"{LIST}/merges/{house.child}/{row['id']}/undo", data={"csrf_token": token}, follow_redirects=True
    )
    assert "分开了" in Page(answer).words
    assert client.get(f"/desk/children/{other.id}").status_code == 200


def test_files_with_two_numbers_need_words_and_what_was_typed_stays(house: ChildHouse) -> None:
    other = listed(house, number=citizen_id(GIRL.born, "女", order=399))
    key, client = likely(house, other=other.id), house.browser("officer")
    page = press(client, key, "confirm", keep=other.id)
    assert page.status == 422
    assert page.invalid == {"words-wrong"}
    assert page.fields["keep"] == other.id
    assert "身份证号不一样" in page.words
    page = press(client, key, "confirm", keep=house.child, words="户口本改过号")
    assert page.status == 200
    found = find_child(house.db, other.id)
    assert found
    assert found.id == house.child


def test_of_two_at_once_the_second_is_told_who_was_first(house: ChildHouse) -> None:
    key = likely(house, receipt=reported(house))
    first, second = house.browser("officer"), house.browser("town")
    opened(first, LIST)
    assert press(first, key, "refuse").status == 200
    page = press(second, key, "confirm")
    assert page.status == 409
    assert "officer同志刚才已经处理了这一条" in page.words
    page = press(second, key, "undo", seen="1")
    assert page.status == 409
    assert "您打开以后有变化" in page.words


@pytest.mark.parametrize("login", ["principal", "neighbour"])
def test_a_match_with_a_child_of_another_school_is_seen_by_nobody_who_sees_one_alone(
    house: ChildHouse, login: str
) -> None:
    key, client = likely(house, other=house.other), house.browser(login)
    page = opened(client, LIST)
    assert key not in page.html
    assert "孙" not in page.words
    assert client.get(f"{LIST}/{key}").status_code == 404
    for step in ("confirm", "refuse", "enter", "undo"):
        assert press(client, key, step).status == 404
    assert match(house, key).state == "open"
    assert "孙" not in Page(client.get(house.path)).words
    both = client.get(f"{LIST}/pair?one={house.child}&other={house.other}")
    assert both.status_code == 404


def test_a_match_of_a_restricted_report_is_for_few(house: ChildHouse) -> None:
    said = reported(house)
    key = likely(house, receipt=said)
    with house.db.write():
        house.db.run("UPDATE reports SET restricted = 1 WHERE id = ?", (said,))
    assert key in opened(house.browser("officer"), LIST).html
    for login in ("principal", "town"):
        client = house.browser(login)
        assert key not in opened(client, LIST).html
        assert key not in opened(client, house.path).html
        assert client.get(f"{LIST}/{key}").status_code == 404


def test_who_reports_in_confidence_stands_on_no_side(house: ChildHouse) -> None:
    said = reported(house)
    likely(house, receipt=said)
    with house.db.write():
        house.db.run("UPDATE reports SET confidential = 1 WHERE id = ?", (said,))
    for login in ("principal", "town"):
        assert "孙" not in opened(house.browser(login), LIST).words


def test_two_files_that_somebody_knows_are_put_together_by_the_address_of_the_other(
    house: ChildHouse,
) -> None:
    other, client = listed(house), house.browser("town")
    address = f"https://baoxue.example/desk/children/{other.id}?do=x"
    page = Page(client.get(f"{LIST}/pair", query_string={"one": house.child, "other": address}))
    assert page.status == 200
    assert "归过来" in page.words
    assert [word in page.words for word in ("左边这一份：", "右边这一份：")] == [True, True], (
        "two of one class are told apart"
    )
    before = len(facts_of(house.db, house.child))
    sent = {key: page.fields[key] for key in ("csrf_token", "one", "other", "keep")}
    done = client.post(f"{LIST}/pair", data=sent)
    assert (done.status_code, done.location) == (303, house.path)
    assert children.find_child(house.db, other.id) == house.now
    assert len(facts_of(house.db, house.child)) >= before
    same = Page(client.get(f"{LIST}/pair", query_string={"one": house.child, "other": house.child}))
    assert "同一份档案" in same.words
