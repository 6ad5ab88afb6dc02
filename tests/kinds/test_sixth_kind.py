"""A sixth kind is one module and one registry line, and then has every face."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exports.books import daily
from intake.calendar.clock import CHINA
from intake.house import verify
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import door, lookup
from intake.settings import Settings
from tests.hands.chat import Chat, answer_all, opened
from tests.hands.lost_property import SAMPLE, LostProperty
from tests.hands.page import opened as page_of
from tests.hands.page import send


@pytest.fixture
def house(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    """Give an application whose registry has one line more, and a parent who chats with it."""
    monkeypatch.setitem(KINDS, LostProperty.kind, LostProperty)
    with opened(settings, TODAY="2026-11-23") as chat:
        yield chat


def kept(house: Chat, channel: str) -> dict[str, object]:
    (report,) = house.reports()
    assert (report["kind"], report["channel"], report["town"]) == ("lost_property", channel, "220605105")
    assert verify.faults(house.db) == []
    return lookup.answers_of(house.db, Envelope.of(report))


EXPECTED = {**SAMPLE, "town": "220605105"}


def test_a_page(house: Chat) -> None:
    client = house.app.test_client()
    assert LostProperty.title in page_of(client, "/").words
    refused = send(client, "lost_property", {**SAMPLE, "thing": "大象"})
    assert refused.status_code == 422
    assert "请从这些里选：书包、水杯、衣服" in refused.text
    assert send(client, "lost_property", SAMPLE).status_code == 303
    assert kept(house, "form") == EXPECTED


def test_an_endpoint(house: Chat) -> None:
    client = house.app.test_client()
    answer = client.post("/api/v1/reports/lost_property", json={**SAMPLE, "lost_on": "后天"})
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"lost_on"} if answer.json else False
    answer = client.post("/api/v1/reports/lost_property", json={**SAMPLE, "lost_on": "上周五"})
    assert answer.status_code == 201
    assert kept(house, "api") == EXPECTED


def test_a_document(house: Chat) -> None:
    client = house.app.test_client()
    told = client.get("/api/v1/openapi.json").json
    assert told is not None
    schema = told["components"]["schemas"]["lost_property"]
    assert list(schema["properties"]) == list(LostProperty.answers())
    assert schema["properties"]["thing"]["enum"] == ["书包", "水杯", "衣服"]
    assert {"thing", "lost_on"} <= set(schema["required"])
    assert "colour" not in schema["required"]
    assert "只在 thing（物品）是“书包”、“衣服”时可以填" in schema["properties"]["colour"]["description"]
    operation = told["paths"]["/api/v1/reports/lost_property"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    assert "secret_mark" not in example
    assert client.post("/api/v1/reports/lost_property", json=example).status_code == 201
    assert LostProperty.title in client.get("/api/v1/docs").get_data(as_text=True)


def test_a_chat(house: Chat) -> None:
    assert f"6. {LostProperty.title}" in house.say("菜单")
    reply = answer_all(house, "lost_property", house.say("6", "同意"), SAMPLE)
    assert "颜色：蓝色" in reply
    assert "已经收到" in house.say("确认")
    answers = kept(house, "wechat")
    asked = {key for key, one in LostProperty.answers().items() if one.required or key == "colour"}
    assert asked <= answers.keys()
    assert {key: EXPECTED[key] for key in asked} == {key: answers[key] for key in asked}


def test_a_condition_in_the_chat(house: Chat) -> None:
    reply = answer_all(house, "lost_property", house.say("6", "同意"), {**SAMPLE, "thing": "水杯"})
    assert "颜色" not in reply
    assert not any("什么颜色" in heard for heard in house.heard)


def test_a_table_masks_and_a_sheet(house: Chat, tmp_path: Path) -> None:
    at = datetime(2026, 11, 22, 9, tzinfo=CHINA)
    door.receive(house.db, "lost_property", SAMPLE, channel="api", at=at)
    row = house.db.one("SELECT * FROM answers_lost_property")
    assert row is not None
    assert row["thing"] == "书包"
    assert "小鱼" not in str(row["secret_mark"])
    book = load_workbook(daily.write(house.db, at.date(), tmp_path, actor="test"))
    text = "\n".join(str(cell.value) for line in book[LostProperty.title] for cell in line if cell.value)
    assert {"王*明", "138********", "书包", "蓝色"} <= set(text.split("\n"))
    assert "小鱼" not in text
    assert re.search(r"合计", text)
