"""Danger told on a page: what the chat asks and no more, sent at once; and days said as people say them."""

import pytest
from flask.testing import FlaskClient

from intake.kinds.envelope import Envelope
from intake.kinds.safety import danger_in
from intake.reports import lookup
from intake.store.db import Database
from tests.hands.page import Page, count, filled, opened, public, send


def kept(db: Database) -> tuple[Envelope, dict[str, object]]:
    report = Envelope.of(db.all("SELECT * FROM reports ORDER BY id")[-1])
    return report, lookup.answers_of(db, report)


def test_only_safety_and_a_telephone_must_be_said(client: FlaskClient, db: Database) -> None:
    page = opened(client, "/forms/safety")
    assert page.html.count("data-must") == 2
    assert "consent" not in page.names
    assert page.html.index("更多（可不填）") > max(
        map(page.html.index, ('id="phone"', 'id="description"', 'id="place"'))
    )
    assert 'value="check"' not in page.html
    done = send(client, "safety", {"safe_now": "否", "phone": "13812345678"})
    assert done.status_code == 303, "sent at once"
    report, answers = kept(db)
    assert (answers["safe_now"], answers["phone"]) == ("否", "13812345678")
    assert report.status.key == "received"
    receipt = opened(client, done.location)
    assert "现在" in receipt.words
    assert "打电话联系您" in receipt.words
    assert {"tel:110", "tel:120"} <= {*receipt.links}


def test_nothing_else_holds_it_up(client: FlaskClient, db: Database) -> None:
    answers = {
        "safe_now": "不清楚",
        "phone": "0439-3721234",
        "place": "",
        "description": "",
        "child_name": "",
        "town": "",
    }
    assert send(client, "safety", answers).status_code == 303
    assert count(db) == 1
    missing = Page(send(client, "safety", {"description": "孩子被打了"}))
    assert missing.status == 422
    assert "孩子被打了" in missing.html


@pytest.mark.parametrize(
    ("words", "danger", "restricted"),
    [("孩子放学被同学打了", "校园欺凌", False), ("她说不想活了，写了遗书", "自伤风险", True),
     ("孙女让人摸了，被猥亵", "受侵害", True), ("在河边玩掉水里了", "突发疾病或受伤", False),
     ("孩子一宿没回家，找不着了", "走失失联", False), ("路上出车祸了", "交通或自然灾害", False), ("我害怕", "", False)],
)  # fmt: skip
def test_free_words_name_the_danger_and_who_may_see_it(
    client: FlaskClient, db: Database, words: str, danger: str, restricted: bool
) -> None:
    assert danger_in(words) == danger
    send(client, "safety", {"safe_now": "否", "phone": "13812345678", "description": words})
    report, answers = kept(db)
    assert answers.get("what", "") == danger
    assert report.restricted is restricted
    send(client, "safety", {"safe_now": "否", "phone": "13812345679", "description": words, "what": "其他"})
    assert kept(db)[1]["what"] == "其他", "what was tapped counts"


@pytest.mark.parametrize(
    ("said", "about"),
    [(said, "") for said in ("上周三", "三天没来了", "上礼拜五", "一个星期前", "11月20号", "昨天")]
    + [(said, "大约") for said in ("大概一个月", "上个月底", "大约一个星期前", "更久")],
)
def test_a_day_may_be_said_as_in_the_chat_and_is_read_back(
    client: FlaskClient, db: Database, said: str, about: str
) -> None:
    form = lookup.schema(db, "absence")
    meant = form.check("last_seen", said, {})["last_seen"]
    answers = public("absence", 1) | {"last_seen": said}
    body = filled(opened(client, "/forms/absence"), answers)
    body["step"] = "check"
    check = Page(client.post("/forms/absence", data=body))
    assert f"{about}{meant}（您写的是“{said}”）" in check.words
    assert check.fields.getlist("last_seen") == [f"{about}{meant}"], "sent is the day that was read back"
    assert client.post("/forms/absence", data=check.fields).status_code == 303
    sent = kept(db)[1]
    assert sent["last_seen"] == meant
    assert sent.get("last_seen_rough") == ("是" if about else None)


def test_a_day_can_be_tapped_written_or_picked(client: FlaskClient) -> None:
    page = opened(client, "/forms/absence")
    for word in ("今天", "昨天", "前天", "大约一个星期前", "大约一个月前", "更久", "不知道"):
        assert f'value="{word}"' in page.html
    assert {"last_seen-words", "last_seen-day"} <= page.ids
    again = Page(send(client, "absence", {"last_seen": "上周三"}))
    assert "上周三" in again.fields.getlist("last_seen"), "what was written is still there"
