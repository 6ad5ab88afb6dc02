"""One child's file at the desk: what is known and where from, looked at for a reason, contradicted, corrected, taken back."""

from datetime import date

import pytest
from flask import Flask

from intake.cases.rounds import clocks
from intake.children.facts.fact import FactOrigin
from intake.children.register import PAUSED, enter_entry, new_entry
from intake.children.stays import CAME, enter_class
from intake.school import roll
from intake.store.db import Database
from tests.hands.candidates import too_few
from tests.hands.casework import report
from tests.hands.childfile import GIRL, GRANDMOTHER, HOME, OTHER_SCHOOL_NAME, PHONE, ChildHouse, childhouse
from tests.hands.classroom import MORNING, at
from tests.hands.page import Page, opened
from tests.hands.samples import citizen_id
from tests.hands.watching import plan, statements

WHY = {"why": "visit", "words": ""}


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> ChildHouse:
    at(monkeypatch, MORNING)
    return childhouse(app, db)


def test_the_file_tells_what_is_known_with_its_source_and_day_and_masks_it(house: ChildHouse) -> None:
    page = opened(house.browser("officer"), house.path)
    for words in (
        "王*明",
        "徐*兰",
        "祖母",
        "大石棚村***",
        "138********",
        "学籍名单",
        "09-01",
        "报告（微信）",
        "待核实",
        "1 项",
    ):
        assert words in page.words, words
    for secret in ("王小明", GRANDMOTHER, HOME, PHONE, GIRL.number, "低保", "2017-03-08"):
        assert secret not in page.html, secret
    assert "王" not in page.html.partition("</title>")[0]
    assert "style=" not in page.html


def test_a_child_that_may_have_dropped_out_is_not_said_to_be_at_school_alone(house: ChildHouse) -> None:
    client = house.browser("officer")
    assert "· 在读" in opened(client, house.path).words
    report(house.db, house.child, last_seen="2026-11-16")
    clocks.tick(house.db)
    assert "在读（个案：疑似辍学）" in opened(client, house.path).words


@pytest.mark.parametrize("login", ["officer", "approver", "principal", "town", "bureau", "subsidies"])
def test_no_page_of_it_leaves_too_few_numbers(house: ChildHouse, login: str) -> None:
    client = house.browser(login)
    case = report(house.db, house.child)
    for path in (house.path, f"{house.path}/card", "/desk/children?q=王"):
        text = opened(client, path).html
        assert too_few(text, GIRL) == [], path
    assert case.number


def test_a_look_shows_one_value_and_is_on_record(house: ChildHouse) -> None:
    client, (guardian,) = house.browser("officer"), house.facts("guardian")
    page = Page(house.send(client, "look", field=f"{guardian.id}.phone", **WHY))
    assert PHONE in page.words
    assert GRANDMOTHER not in page.words
    assert f"tel:{PHONE}" in page.html
    again = opened(client, house.path)
    assert PHONE not in again.html
    assert "officer同志看了监护人电话" in again.words
    assert "家访" in again.words
    row = house.db.one("SELECT subject, detail FROM audit WHERE verb = 'child.looked'")
    assert row
    assert tuple(row) == (house.child, "guardian.phone visit")


def test_a_number_in_clear_takes_the_masks_of_its_neighbours_along(house: ChildHouse) -> None:
    client = house.browser("officer")
    page = Page(house.send(client, "look", field="row:birth_date.birth_date", **WHY))
    assert "2017-03-08" in page.words
    assert "2206*" not in page.words
    assert too_few(page.html, GIRL) == []
    page = Page(house.send(client, "look", field="row:id_number.id_number", **WHY))
    assert GIRL.number in page.words
    assert PHONE not in page.html


def test_whatever_is_looked_at_the_rest_of_the_page_keeps_its_number(house: ChildHouse) -> None:
    client = house.browser("officer")
    house.note("permit", {"permit_number": "220605202600012345"})
    page = opened(client, house.path)
    keys = sorted(
        {
            one.partition("see=")[2].partition("#")[0].replace("%3A", ":")
            for one in page.links
            if "see=" in one
        }
    )
    assert len(keys) >= 11
    for key in keys:
        shown = Page(house.send(client, "look", field=key, **WHY))
        assert shown.status == 200, key
        assert shown.words.count("您刚才看过") == 1, key
        kind = key.rpartition(".")[2]
        looked = (
            {"number"} if kind in ("id_number", "pupil_number") else {"phone"} if kind == "phone" else set()
        )
        assert too_few(shown.html, GIRL, looked=frozenset(looked)) == [], key
    row = house.db.one("SELECT count(*) AS n FROM looks WHERE subject = ?", (house.child,))
    assert row
    assert row["n"] == len(keys)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [({"why": ""}, "请选为什么要看。"), ({"why": "other", "words": ""}, "选了“其他”，请写明为什么要看。")],
)
def test_a_look_without_a_reason_is_none(house: ChildHouse, said: dict[str, str], sentence: str) -> None:
    client, (guardian,) = house.browser("principal"), house.facts("guardian")
    page = Page(house.send(client, "look", field=f"{guardian.id}.phone", **said))
    assert page.status == 422
    assert sentence in page.words
    assert PHONE not in page.html
    assert house.db.one("SELECT 1 FROM audit WHERE verb = 'child.looked'") is None


def test_an_open_value_and_one_of_another_child_are_no_look(house: ChildHouse) -> None:
    client = house.browser("officer")
    theirs = house.note("phone", {"phone": "13899990000"}, child=house.other)
    (guardian,) = house.facts("guardian")
    for field in (
        f"{guardian.id}.relation",
        f"{theirs}.phone",
        "row:sex.sex",
        "",
        "x",
        "row:child_name",
        f"{guardian.id}.",
    ):
        assert house.send(client, "look", field=field, **WHY).status_code == 404, field


def test_two_words_stand_beside_each_other_until_somebody_decides(house: ChildHouse) -> None:
    teacher = house.people["teacher"].actor
    seen = FactOrigin("visit", teacher, date(2026, 11, 13), "desk", confirmed_by=teacher)
    house.note("mother", {"away": "否"}, seen)
    house.note(
        "mother",
        {"away": "是", "since": "2024-03"},
        FactOrigin("report", "wechat:a", date(2026, 11, 20), "wechat"),
    )
    client = house.browser("principal")
    known = house.words(client).partition("知道的情况")[2].partition("个案和报告")[0]
    assert known.count("两种说法") == 2
    said = next(one for one in house.facts("mother") if one.source == "report")
    assert house.send(client, f"facts/{said.id}/believe").status_code == 303
    (left,) = house.facts("mother")
    assert (left.id, left.confirmed_by) == (said.id, house.people["principal"].actor)
    assert "两种说法" not in house.words(client).partition("个案和报告")[0]
    (former,) = house.facts("mother", former=True)
    assert "以别的说法为准" in house.words(client)
    stale = Page(house.send(client, f"facts/{former.id}/deny"))
    assert stale.status == 409
    assert "您打开以后有变化" in stale.words
    assert house.send(client, f"facts/{former.id}/restore").status_code == 303
    assert len(house.facts("mother")) == 2
    assert Page(house.send(client, f"facts/{former.id}/restore")).status == 409


def test_what_is_wrong_is_ended_and_comes_back_with_its_keys(house: ChildHouse) -> None:
    client, (said,) = house.browser("town"), house.facts("phone")
    assert house.send(client, f"facts/{said.id}/deny").status_code == 303
    assert house.facts("phone") == []
    assert "以前的 1 条" in house.words(client)
    assert house.send(client, f"facts/{said.id}/restore").status_code == 303
    assert [one.id for one in house.facts("phone")] == [said.id]
    assert house.db.one("SELECT 1 FROM child_keys WHERE fact = ?", (said.id,))
    verbs = [
        row["verb"]
        for row in house.db.all("SELECT verb FROM audit WHERE subject = ? ORDER BY id", (house.child,))
    ]
    assert [one for one in verbs if one.startswith("fact.")][-2:] == ["fact.closed", "fact.reopened"]


def test_a_fact_is_added_and_what_was_stays_readable(house: ChildHouse) -> None:
    client = house.browser("officer")
    assert "改：现住址" in house.words(client, f"{house.path}?do=residence")
    done = house.send(client, "facts/residence", residence="石人镇林子头村2组7号")
    assert done.status_code == 303
    (now,) = house.facts("residence")
    assert (now.get("residence"), now.source, now.confirmed_by) == (
        "石人镇林子头村2组7号", "staff", house.people["officer"].actor,
    )  # fmt: skip
    assert [one.get("residence") for one in house.facts("residence", former=True)] == [HOME]
    assert "officer同志，工作人员填写" in house.words(client)


def test_a_fault_stands_at_its_field_and_what_was_typed_is_there(house: ChildHouse) -> None:
    client = house.browser("officer")
    page = Page(house.send(client, "facts/guardian", guardian_name="徐桂芳", relation="祖母", phone="12345"))
    assert page.status == 422
    assert {"fact-phone-wrong"} <= page.invalid
    assert page.fields["guardian_name"] == "徐桂芳"
    assert page.fields["phone"] == "12345"
    assert "电话号码不对" in page.words
    assert len(house.facts("guardian")) == 1


def test_what_a_form_covers_and_nobody_typed_goes_on(house: ChildHouse) -> None:
    client = house.browser("officer")
    assert (
        house.send(client, "facts/guardian", guardian_name=GRANDMOTHER, relation="外祖母").status_code == 303
    )
    (now,) = house.facts("guardian")
    assert (now.get("relation"), now.get("phone")) == ("外祖母", PHONE)
    assert house.send(client, "facts/father", away="否").status_code == 303
    (father,) = house.facts("father")
    assert father.value == {"away": "否"}


def test_a_change_of_the_number_keeps_the_former_one_and_finds_the_child_anew(house: ChildHouse) -> None:
    client = house.browser("officer")
    wrong = Page(house.send(client, "facts/id_number", id_number="220605201703080183"))
    assert wrong.status == 422
    right = citizen_id(date(2017, 3, 9), "男", order=77)
    assert house.send(client, "facts/id_number", id_number=right).status_code == 303
    assert (house.now.birth_date, house.now.sex) == ("2017-03-09", "男")
    assert [one.get("id_number") for one in house.facts("id_number", former=True)] == [GIRL.number]
    assert [one.get("birth_date") for one in house.facts("birth_date", former=True)] == ["2017-03-08"]
    sought = client.post(
        "/desk/children", data={"csrf_token": opened(client, house.path).fields["csrf_token"], "q": right}
    )
    assert "王*明" in opened(client, sought.location).words
    text = opened(client, house.path).html
    assert right not in text
    assert GIRL.number not in text
    (former,) = house.facts("id_number", former=True)
    assert house.send(client, f"facts/{former.id}/restore").status_code == 303
    assert (house.now.birth_date, house.now.sex) == ("2017-03-08", "女")


def test_a_number_of_another_child_and_a_birth_date_beside_the_number_are_refused(house: ChildHouse) -> None:
    client = house.browser("officer")
    page = Page(house.send(client, "facts/birth_date", birth_date="2016-03-08"))
    assert page.status == 422
    assert "和证件号里的出生日期对不上" in page.words
    answer = client.post(
        f"/desk/children/{house.sister}/facts/id_number",
        data={"csrf_token": page.fields["csrf_token"], "id_number": GIRL.number},
    )
    assert answer.status_code == 422
    assert "已经是另一个孩子的" in answer.get_data(as_text=True)
    assert house.now.birth_date == "2017-03-08"


@pytest.mark.parametrize("wrong", ["G12345678", f"G{GIRL.number[:-1]}", "1e400", "20170308"[:7]])
def test_what_is_no_number_of_a_pupil_is_refused_at_its_field(house: ChildHouse, wrong: str) -> None:
    before = house.now.pupil_hash
    page = Page(house.send(house.browser("officer"), "facts/pupil_number", pupil_number=wrong))
    assert page.status == 422
    assert "学籍号是字母" in page.words
    assert page.fields["pupil_number"] == wrong
    assert house.now.pupil_hash == before


def test_a_name_that_is_said_otherwise_is_taken_into_the_row(house: ChildHouse) -> None:
    told = house.note("name", {"name": "王晓明"}, FactOrigin("huji", "command", date(2026, 9, 10)))
    client = house.browser("officer")
    assert "两种说法" in house.words(client)
    assert house.send(client, f"facts/{told}/believe").status_code == 303
    assert house.now.name == "王晓明"
    assert house.facts("name") == []
    assert {one.get("name") for one in house.facts("name", former=True)} == {"王小明", "王晓明"}


def test_cases_and_reports_of_others_are_not_even_counted(house: ChildHouse) -> None:
    report(house.db, house.child)
    report(house.db, house.child, "safety")
    secret = report(house.db, house.child, "subsidy")
    with house.db.write():
        house.db.run("UPDATE cases SET restricted = 1 WHERE kind = 'safety'")
        house.db.run("UPDATE reports SET restricted = 1 WHERE kind = 'safety'")
    told = {login: house.words(house.browser(login)) for login in ("officer", "principal", "subsidies")}
    assert "个案和报告 3" in told["officer"]
    assert "个案和报告 2" in told["principal"]
    assert "个案和报告 1" in told["subsidies"]
    assert secret.short in told["subsidies"]
    assert "安全" not in told["principal"].partition("个案和报告")[2].partition("谁看过")[0]


def test_facts_of_a_restricted_report_are_for_few(house: ChildHouse) -> None:
    case = report(house.db, house.child, "safety")
    row = house.db.one("SELECT report FROM case_reports WHERE case_id = ?", (case.id,))
    assert row
    origin = FactOrigin("report", "", date(2026, 11, 20), "wechat", row["report"])
    house.note("phone", {"phone": "04396261234"}, origin)
    with house.db.write():
        house.db.run("UPDATE reports SET restricted = 1 WHERE id = ?", (row["report"],))
    assert "043*" in house.words(house.browser("officer"))
    assert "043*" not in house.words(house.browser("principal"))
    with house.db.write():
        house.db.run("UPDATE reports SET restricted = 0, confidential = 1 WHERE id = ?", (row["report"],))
    assert "043*" in house.words(house.browser("officer"))
    assert "043*" not in house.words(house.browser("town"))


def test_the_family_is_told_and_a_second_missing_child_is_seen_on_the_case(house: ChildHouse) -> None:
    mine, theirs = report(house.db, house.child), report(house.db, house.sister, child_name="李红")
    client = house.browser("principal")
    words = house.words(client)
    assert "李*" in words
    assert "也没来" in words
    page = opened(client, f"/desk/cases/{mine.number}")
    assert "同一家的孩子也没来" in page.words
    assert f"/desk/cases/{theirs.number}" in page.links
    assert house.path in page.links


def test_of_a_sibling_at_another_school_only_the_school_is_told(house: ChildHouse) -> None:
    house.note(
        "guardian", {"guardian_name": GRANDMOTHER, "relation": "祖母", "phone": PHONE}, child=house.other
    )
    case = report(house.db, house.child)
    for login in ("principal", "town"):
        client = house.browser(login)
        for path in (house.path, f"/desk/cases/{case.number}"):
            page = opened(client, path)
            assert f"另有 1 个在{OTHER_SCHOOL_NAME}" in page.words.replace("\n", "")
            assert "孙" not in page.words
            assert house.other not in page.html
    assert "孙**" not in house.words(house.browser("officer"))
    assert "孙*诺" in house.words(house.browser("officer"))


def test_the_term_is_summed_by_what_the_class_said(
    house: ChildHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons: tuple[dict[str, str], ...] = ({}, {house.child: "不明"}, {house.child: "病假"})
    teacher = house.people["teacher"]
    for n, absent in enumerate(reasons):
        at(monkeypatch, MORNING.replace(day=23 + n))
        roll.mark(house.db, house.room.id, house.db.today(), absent, teacher, roll.Told(phone=PHONE))
    words = house.words(house.browser("principal")).replace("\n", "")
    told = words.partition("到校 本学期")[2].partition("同一家")[0]
    silent = int(told.partition("未上报")[2].partition("不算")[0])
    assert "到校1请假1没来1" in told
    assert told.startswith(f" {silent + 3} 个上课日")


def test_the_way_through_schools_is_told(house: ChildHouse) -> None:
    with house.db.write():
        enter_class(house.db, house.now, CAME, "roster", "command", date(2026, 9, 1))
        enter_entry(house.db, new_entry(house.db, house.now, PAUSED, date(2026, 10, 8), reason="生病", review_on="2027-03-01"),
                    "command")  # fmt: skip
    words = house.words(house.browser("officer"))
    for told in ("2026-09", "现在", "从别的学校转来", "休学，生病，2027-03-01 复核"):
        assert told in words, told


def test_aid_that_was_paid_short_is_seen(house: ChildHouse) -> None:
    client = house.browser("officer")
    done = house.send(
        client,
        "facts/aid",
        program="非寄宿生生活补助",
        semester="2026秋",
        amount_due="625",
        amount_paid="400",
    )
    assert done.status_code == 303
    assert "少发 225.00" in house.words(client)
    unknown = house.send(client, "facts/aid", program="营养餐", semester="2026秋", amount_due="500")
    assert unknown.status_code == 303
    assert house.words(client).count("少发") == 1, (
        "of whom nobody said what was paid, nobody knows that it was short"
    )


def test_where_a_child_learns_is_what_the_ledgers_say(house: ChildHouse) -> None:
    client = house.browser("officer")
    assert "学籍号 · 在读" in house.words(client)
    with house.db.write():
        enter_entry(house.db, new_entry(house.db, house.now, PAUSED, date(2026, 10, 8)), "command")
    assert "学籍号 · 休学" in house.words(client)


def test_the_address_of_a_merged_child_leads_to_the_kept_one(house: ChildHouse) -> None:
    with house.db.write():
        house.db.run("UPDATE children SET merged = ? WHERE id = ?", (house.child, house.sister))
    answer = house.browser("officer").get(f"/desk/children/{house.sister}")
    assert (answer.status_code, answer.location) == (303, house.path)


def test_the_file_is_read_by_indexes(house: ChildHouse) -> None:
    report(house.db, house.child)
    client = house.browser("officer")
    client.get(house.path)
    with statements(house.db) as heard:
        client.get(house.path)
    for sql in heard:
        if sql.startswith("SELECT") and "sqlite_" not in sql:
            told = plan(house.db, sql)
            for table in (
                "children",
                "cases",
                "reports",
                "child_facts",
                "roll",
                "roll_marks",
                "looks",
                "stays",
                "case_events",
            ):
                assert f"SCAN {table}" not in told, sql


def test_a_cell_that_no_key_opens_says_so_in_its_place_and_the_rest_works(house: ChildHouse) -> None:
    (guardian,) = house.facts("guardian")
    with house.db.write():
        house.db.run("UPDATE children SET id_number = 'x' WHERE id = ?", (house.child,))
        house.db.run("UPDATE child_facts SET value = 'x' WHERE id = ?", (guardian.id,))
    client = house.browser("officer")
    words = house.words(client)
    assert words.count("打不开") == 2
    assert "大石棚村***" in words
    assert opened(client, f"{house.path}/card").status == 200
    assert house.send(client, "look", field="row:id_number.id_number", **WHY).status_code == 404


def test_the_card_is_masked_and_says_by_whom_and_when(house: ChildHouse) -> None:
    case = report(house.db, house.child)
    page = opened(house.browser("town"), f"{house.path}/card")
    for words in (
        "一人一档卡",
        "王*明",
        "2206**************",
        "徐*兰",
        "138********",
        "1 项（遮盖）",
        case.number,
        "town同志 2026-11-23 08:05 打印",
    ):
        assert words in page.words, words
    for secret in ("王小明", GRANDMOTHER, HOME, PHONE, GIRL.number, "低保", "2017-03-08"):
        assert secret not in page.html, secret
    assert "王" not in page.html.partition("</title>")[0]
    row = house.db.one("SELECT actor, subject FROM audit WHERE verb = 'child.printed'")
    assert row
    assert tuple(row) == (house.people["town"].actor, house.child)


def test_an_approver_reads_and_writes_nothing(house: ChildHouse) -> None:
    client = house.browser("approver")
    page = opened(client, f"{house.path}?do=guardian")
    assert "记一条情况" not in page.words
    assert "fact-guardian_name" not in page.ids
    for action in ("facts/guardian", f"facts/{house.facts('guardian')[0].id}/deny"):
        assert house.send(client, action, guardian_name="徐桂芳").status_code == 403
