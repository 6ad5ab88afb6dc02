"""The worst that can be sent at each door: an answer that says what to do, never a fault, never in clear."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.house import verify
from intake.kinds import KINDS
from intake.store.db import Database
from tests.hands.page import send
from tests.hands.samples import sample

NASTY: list[Any] = [
    "", " ", "\u3000", "\x00", "\ud800", "a" * 70_000, "长" * 5000, "=1+1", "'; DROP TABLE reports; --", "<script>", "{{7*7}}",
    "٣", "９９９９", "1e999", "-0", "NaN", "0000-00-00", "2026-02-30", "99999年1月1日", "十万亿年前", "😀", "\u202e北京",
    0, -1, 1e308, 2**70, True, None, [], [[]], {}, {"a": {}}, [None], ["", " "], ["寄宿", {"x": 1}], ["x"] * 1000,
]  # fmt: skip


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", KINDS)
def test_every_field_takes_the_worst(client: FlaskClient, db: Database, kind: str) -> None:
    for key in KINDS[kind].answers():
        for value in NASTY:
            body = json.dumps({**sample(kind, 2), key: value})
            answer = client.post(f"/api/v1/reports/{kind}", data=body, content_type="application/json")
            assert answer.status_code in (201, 400, 413, 422), (key, value)
            if answer.status_code == 422:
                assert all(text and all(text) for text in answer.get_json()["errors"].values())
    assert verify.faults(db) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_json_gets_an_answer(client: FlaskClient, body: Any) -> None:
    answer = client.post("/api/v1/reports/absence", data=json.dumps(body), content_type="application/json")
    assert answer.status_code in (400, 422)


def test_a_page_takes_the_worst(client: FlaskClient) -> None:
    for value in ("<script>alert(1)</script>", "\x00\x0b", "'\"><img>", "{{7*7}}", "😀" * 300, "\u202e"):
        page = send(client, "absence", {"child_name": value, "description": value, "last_seen": value})
        assert page.status_code == 422
        assert "<script>alert" not in page.text
        assert ("{{7*7}}" in page.text) == (value == "{{7*7}}")


def test_a_number_told_in_free_words_is_not_in_clear(client: FlaskClient, db: Database) -> None:
    body = {
        **sample("absence", 2),
        "description": "他爸电话13987654321，身份证220605198001011234",
        "whereabouts": "13987654321",
    }
    assert client.post("/api/v1/reports/absence", json=body).status_code == 201
    with closing(sqlite3.connect(db.path)) as raw:
        stolen = "\n".join(raw.iterdump())
    assert "13987654321" not in stolen
    assert "220605198001011234" not in stolen
