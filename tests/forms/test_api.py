"""The JSON endpoints: every kind, sent well, badly and again."""

import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import lookup
from intake.store.db import Database
from tests.hands.api import basic, post
from tests.hands.samples import sample

GOOD = sample("absence", 1)


def count(db: Database) -> int:
    """Count the reports."""
    row = db.one("SELECT count(*) AS n FROM reports")
    return int(row["n"]) if row else 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", range(6))
def test_a_report_is_taken_once(client: FlaskClient, db: Database, kind: str, n: int) -> None:
    body = sample(kind, n)
    first = post(client, body, kind, Idempotency_Key=f"k-{n}")
    again = post(client, body, kind, Idempotency_Key=f"k-{n}")
    row = db.one("SELECT * FROM reports")
    assert row is not None
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"receipt": row["receipt"], "status": Envelope.of(row).status.word}
    assert first.location == again.location == f"/api/v1/reports/{row['receipt']}"
    assert (row["channel"], row["kind"]) == ("api", kind)
    assert lookup.answers_of(db, Envelope.of(row)) == lookup.schema(db, kind).accept(body)
    assert count(db) == 1
    assert post(client, body | {"phone": "13900009999"}, kind, Idempotency_Key=f"k-{n}").status_code == 409
    assert post(client, body, kind).status_code == 201
    assert count(db) == 2


def test_the_same_key_for_another_kind_is_refused(client: FlaskClient) -> None:
    assert post(client, GOOD, Idempotency_Key="one").status_code == 201
    refused = post(client, sample("safety", 1), "safety", Idempotency_Key="one")
    assert refused.status_code == 409
    assert refused.json is not None
    assert "receipt" not in refused.json


def test_the_order_of_keys_does_not_matter(client: FlaskClient) -> None:
    assert post(client, GOOD, Idempotency_Key="one").status_code == 201
    assert post(client, dict(reversed(GOOD.items())), Idempotency_Key="one").status_code == 200


def test_the_same_key_at_once_is_one_report(app: Flask, db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(post, app.test_client(), GOOD, Idempotency_Key="at-once") for _ in range(16)]
        answers = [one.result() for one in sent]
    assert sorted(one.status_code for one in answers) == [200] * 15 + [201]
    assert len({one.get_data() for one in answers}) == 1
    assert count(db) == 1


BAD = {
    "no body": (b"", 400, ""),
    "not JSON": (b"child_name=1", 400, ""),
    "cut off": (b'{"child_name": "\xe7\x8e', 400, ""),
    "not UTF-8": ('{"child_name": "王小明"}'.encode("gb18030"), 400, ""),
    "a list": (b"[]", 400, ""),
    "null": (b"null", 400, ""),
    "a text": (b'"absence"', 400, ""),
    "NaN": (b'{"child_name": NaN}', 400, ""),
    "infinite": (b'{"child_name": -Infinity}', 400, ""),
    "twice": ('{"child_name": "王小明", "child_name": "李小明"}'.encode(), 400, ""),
    "very deep": (b'{"child_name": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", 400, ""),
    "a number of 5,000 digits": (b'{"child_name": ' + b"9" * 5000 + b"}", 400, ""),
    "half a character": (b'{"child_name": "\\ud83d"}', 400, ""),
    "half a character as a key": (b'{"\\ud83d": "1"}', 400, ""),
    "deep": (b'{"child_name": ' + b"[" * 400 + b"]" * 400 + b"}", 422, "child_name"),
    "an object": (b'{"child_name": {"first": "1"}}', 422, "child_name"),
    "a list of objects": (b'{"special_group": [{}]}', 422, "special_group"),
    "a list for one": ('{"child_name": ["王小明", "李小明"]}'.encode(), 422, "child_name"),
    "a number for a name": (b'{"child_name": 5}', 422, "child_name"),
    "a huge number": (b'{"child_name": 1e999}', 422, "child_name"),
    "empty": (b"{}", 422, "phone"),
    "blank": (b'{"phone": "  "}', 422, "phone"),
    "null answer": (b'{"phone": null}', 422, "phone"),
    "unknown key": (b'{"income": 1}', 422, "income"),
    "empty key": (b'{"": 1}', 422, ""),
    "unknown choice": ('{"relation": "皇帝"}'.encode(), 422, "relation"),
    "future": (b'{"last_seen": "2999-01-01"}', 422, "last_seen"),
    "too long": (json.dumps({"description": "长" * 501}).encode(), 422, "description"),
    "too many choices": (json.dumps({"special_group": ["低保"] * 31}).encode(), 422, "special_group"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_body_is_refused_in_chinese(client: FlaskClient, db: Database, case: str) -> None:
    body, status, key = BAD[case]
    response = post(client, body)
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/json"
    assert response.json is not None
    sentence = response.json["errors"][key][0]
    assert not sentence.isascii()
    assert count(db) == 0


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "value", [None, True, 0, -1, 1e308, 10**300, [], [None], {}, "\0", "😀" * 50, "a" * 20_000]
)
@pytest.mark.parametrize("kind", KINDS)
def test_no_value_anywhere_is_a_fault(client: FlaskClient, kind: str, value: object) -> None:
    for key in KINDS[kind].answers():
        response = post(client, sample(kind, 1) | {key: value}, kind)
        assert response.status_code in (201, 422), key


@pytest.mark.parametrize("kind", ["nothing", "Absence", "absence.", "会"])
def test_an_unknown_kind_is_named(client: FlaskClient, kind: str) -> None:
    response = post(client, GOOD, kind)
    assert response.status_code == 404
    assert response.json is not None
    assert "没有这一种报告" in response.json["errors"][""][0]


def test_other_addresses_answer_in_json(client: FlaskClient) -> None:
    for address in ("/api/v1/reports/", "/api/v1/nothing", "/api/v2", "/api/v1/reports/absence/1"):
        response = client.post(address)
        assert (response.status_code, response.mimetype) == (404, "application/json")


@pytest.mark.parametrize(
    ("address", "method", "allowed"),
    [
        ("absence", method, {"POST", "OPTIONS"})
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "LINK")
    ]
    + [
        ("123456789012", method, {"GET", "HEAD", "OPTIONS"})
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "LINK")
    ],
)
def test_an_address_says_what_it_takes(
    client: FlaskClient, address: str, method: str, allowed: set[str]
) -> None:
    response = client.open(f"/api/v1/reports/{address}", method=method)
    assert (response.status_code, response.mimetype) == (405, "application/json")
    assert set(response.allow) == allowed
    assert set(client.options(f"/api/v1/reports/{address}").allow) == allowed


def test_a_receipt_may_be_written_in_groups(client: FlaskClient) -> None:
    receipt = post(client, GOOD | {"child_name": "王小明", "phone": "13800001234"}).location.rsplit("/", 1)[1]
    grouped = f"{receipt[:4]} {receipt[4:8]}-{receipt[8:]}"
    assert client.get(f"/api/v1/reports/{grouped}", headers=basic("1234", "王小明")).status_code == 200


@pytest.mark.parametrize("key", ["", "k" * 201, "a b", "键".encode().decode("latin-1"), "tab\there"])
def test_an_odd_key_is_refused(client: FlaskClient, db: Database, key: str) -> None:
    response = post(client, GOOD, Idempotency_Key=key)
    assert response.status_code == 400
    assert response.json is not None
    assert "Idempotency-Key" in response.json["errors"]
    assert count(db) == 0


def test_a_key_of_200_characters_is_fine(client: FlaskClient) -> None:
    assert post(client, GOOD, Idempotency_Key="k" * 200).status_code == 201


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json",
     "application/vnd.school+json", "application/json; boundary=x", "text/plain; application/json", "application/jsonp",
     "text/plain, application/json"],
)  # fmt: skip
def test_only_json_is_read(client: FlaskClient, kind: str) -> None:
    assert post(client, GOOD, Content_Type=kind).status_code == 415


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
def test_json_may_say_how_it_is_written(client: FlaskClient, kind: str) -> None:
    assert post(client, GOOD, Content_Type=kind).status_code == 201


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    response = post(client, GOOD | {"description": "长" * 25_000})
    assert response.status_code == 413
    assert response.json is not None
    unannounced = client.post(
        "/api/v1/reports/absence",
        input_stream=BytesIO(b"[" * 70_000),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert unannounced.status_code == 413


def test_progress_needs_the_proof(client: FlaskClient, db: Database) -> None:
    body = GOOD | {"child_name": "王小明", "phone": "13800001234"}
    address = post(client, body).location
    found = client.get(address, headers=basic("1234", "王小明"))
    assert found.status_code == 200
    assert found.json is not None
    assert list(found.json) == ["receipt", "kind", "title", "status", "plain", "sentence", "received"]
    assert found.json["receipt"] == address.rsplit("/", 1)[1]
    assert (found.json["kind"], found.json["status"]) == ("absence", "线索")
    assert found.headers["Cache-Control"] == "no-store"
    refused = [
        client.get(address),
        client.get(address, headers=basic("1235", "王小明")),
        client.get(address, headers=basic("1234", "李小明")),
        client.get(address, headers={"Authorization": "Basic ???"}),
        client.get(address, headers={"Authorization": "Basic " + b64encode(b"1234:\xff").decode()}),
        client.get(address, headers={"Authorization": "Bearer 1234"}),
        client.get("/api/v1/reports/123456789012", headers=basic("1234", "王小明")),
        client.get("/api/v1/reports/a-12", headers=basic("1234", "王小明")),
    ]
    assert {(one.status_code, one.headers["WWW-Authenticate"], one.get_data()) for one in refused} == {
        (401, 'Basic realm="baoxue", charset="UTF-8"', refused[0].get_data())
    }


def test_guessing_is_stopped(client: FlaskClient) -> None:
    address = post(client, GOOD | {"child_name": "王小明", "phone": "13800001234"}).location
    for guess in range(5):
        assert client.get(address, headers=basic(f"000{guess}", "王小明")).status_code == 401
    stopped = client.get(address, headers=basic("1234", "王小明"))
    assert stopped.status_code == 429
    assert stopped.headers["Retry-After"] == "10"
    assert stopped.json is not None


def test_a_body_with_escapes_is_the_same_body(client: FlaskClient) -> None:
    assert post(client, GOOD, Idempotency_Key="one").status_code == 201
    assert post(client, json.dumps(GOOD).encode(), Idempotency_Key="one").status_code == 200


def test_an_amount_keeps_its_cents(client: FlaskClient, db: Database) -> None:
    body = sample("subsidy", 1) | {"amount_due": 12345.67, "amount_paid": 100.0}
    assert post(client, body, "subsidy").status_code == 201
    row = db.one("SELECT amount_due, amount_paid FROM answers_subsidy")
    assert row is not None
    assert tuple(row) == (12345.67, 100)
