"""Systems with keys: who has none is not let in, and nobody sends, takes or learns what is another's."""

import hmac
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake import settings as house
from intake.children import children
from intake.errors import SettingsError
from intake.kinds import KINDS
from intake.kinds.tables import prepare
from intake.reports.senders import clients
from intake.settings import Settings
from intake.store.db import Database
from intake.store.migrations import m033_clients
from tests.hands import classroom, staffed
from tests.hands.api import basic, post
from tests.hands.clients import bearer, closed_house, system
from tests.hands.desk import look
from tests.hands.desk import sign_in as signed_in
from tests.hands.samples import citizen_id, sample

GOOD = {
    "child_name": "王小明", "town": "石人镇", "relation": "奶奶", "phone": "13800001234", "last_seen": "三天前",
    "on_leave": "没有", "school": "江源区实验小学",
}  # fmt: skip
BORN = date(2017, 3, 1)
ADDRESS = "/api/v1/reports/absence"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Give the house as production opens it: nobody sends without a key."""
    with closed_house(settings) as app:
        yield app


def rows(db: Database) -> int:
    row = db.one("SELECT count(*) AS n FROM reports")
    return int(row["n"]) if row else 0


class Unread:
    """A body that nobody may begin to read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    readline = __iter__ = read


def unread(client: FlaskClient, **headers: str) -> TestResponse:
    """Announce a body, and fail where it is read."""
    named = {"Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return client.post(
        ADDRESS, headers=named, environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": "2"}
    )


def sentence(response: TestResponse) -> str:
    assert response.json is not None
    (told,) = response.json["errors"][""]
    assert not told.isascii()
    return str(told)


def test_who_has_no_good_key_is_not_let_in_and_not_told_why(client: FlaskClient, db: Database) -> None:
    one, key = system(db)
    other, _ = system(db, "另一个系统")
    gone, old = system(db, "停用的系统")
    clients.revoke_client(db, gone.id)
    good = key["Authorization"].removeprefix("Bearer ")
    secret = good.partition(".")[2]
    refused = [
        unread(client, **headers)
        for headers in (
            {}, old, bearer(f"{other.id}.{secret}"), bearer(f"{one.id}.{secret[:-1]}"), bearer(f"{one.id}.{secret}x"),
            bearer(f"{one.id}."), bearer(one.id), bearer(secret), bearer("."), bearer("x" * 5000), bearer("键.锁"),
            bearer(good.upper()), basic(one.id, secret), {"Authorization": good}, {"Authorization": f"Token {good}"},
            {"Authorization": "Bearer"}, {"Authorization": ""}, basic("1234", "王小明"),
        )
    ]  # fmt: skip
    assert {
        (one.status_code, one.headers["WWW-Authenticate"], one.mimetype, one.get_data()) for one in refused
    } == {(401, 'Bearer realm="baoxue"', "application/json", refused[0].get_data())}
    assert "密钥" in sentence(refused[0])
    assert rows(db) == 0
    for said in (key, {"Authorization": f"bearer  {good} "}):
        assert post(client, GOOD, **said).status_code == 201


def test_only_the_digest_of_a_key_is_kept_and_it_is_compared_in_constant_time(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = system(db)
    secret = key["Authorization"].partition(".")[2]
    assert len(secret) == 43  # 256 bits
    for path in db.settings.data.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path.name
    compared = []
    same = hmac.compare_digest

    def counted(one: str, two: str) -> bool:
        compared.append((one, two))
        return same(one, two)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    assert clients.client_of_key(db, "nobody.nothing") is None
    assert clients.client_of_key(db, key["Authorization"].removeprefix("Bearer "))
    assert [len(kept) for _, kept in compared] == [32, 32], "an unknown system takes the same way"


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_good_for_its_kinds(client: FlaskClient, db: Database, kind: str) -> None:
    _, key = system(db, kinds=["absence", "boarding"])
    response = post(client, sample(kind, 1), kind, **key)
    if kind in ("absence", "boarding"):
        assert response.status_code == 201
    else:
        assert (response.status_code, rows(db)) == (403, 0)
        assert KINDS[kind].title in sentence(response)
        assert "能报的有：寄宿与上下学需求、孩子未到校" in sentence(response)


def test_who_may_not_send_a_kind_is_not_read(client: FlaskClient, db: Database) -> None:
    _, key = system(db, kinds=["boarding"])
    assert unread(client, **key).status_code == 403


def test_a_key_is_good_for_its_town(client: FlaskClient, db: Database) -> None:
    classroom.school(db)
    _, key = system(db, area=classroom.TOWN)
    there = GOOD | {"town": classroom.TOWN, "school": ""}
    nowhere = {name: value for name, value in GOOD.items() if name not in ("town", "school")}
    for body, code in (
        (there, 201),
        (there | {"town": classroom.OTHER_TOWN}, 403),
        (
            there | {"town": classroom.OTHER_TOWN, "school": classroom.SCHOOL},
            201,
        ),  # the school's town is its own
        (there | {"town": classroom.OTHER_TOWN, "school": "别处的小学"}, 403),
    ):
        response = post(client, body, **key)
        assert response.status_code == code, response.get_data(as_text=True)
        if code == 403:
            assert "只能报" in sentence(response)
    assert rows(db) == 2
    assert post(client, nowhere, **key).status_code in (403, 422)


def test_a_key_is_good_for_its_school(client: FlaskClient, db: Database) -> None:
    classroom.school(db)
    _, key = system(db, school=classroom.SCHOOL)
    here = GOOD | {"town": classroom.TOWN, "school": classroom.SCHOOL}
    assert post(client, here, **key).status_code == 201
    for other in ({"school": ""}, {"school": "别处的小学"}):
        assert post(client, here | other, **key).status_code == 403
    assert rows(db) == 1


def test_a_key_of_one_town_moves_no_case_of_another_and_learns_nothing_of_its_roll(
    client: FlaskClient, db: Database
) -> None:
    room = classroom.classroom(db)
    ming = room.children["王小明"]
    with db.write():
        db.run(
            "UPDATE children SET id_number_hash = ? WHERE id = ?",
            (children.number_hash(db, citizen_id(BORN, "男")), ming),
        )
    known = GOOD | {"id_number": citizen_id(BORN, "男"), "town": classroom.OTHER_TOWN, "school": ""}
    unknown = known | {"id_number": citizen_id(BORN, "男", order=7)}
    _, near = system(db, area=classroom.TOWN)
    _, far = system(db, area=classroom.OTHER_TOWN)
    assert post(client, known | {"town": classroom.TOWN}, **near).status_code == 201
    case = db.one("SELECT * FROM cases WHERE child = ?", (ming,))
    assert case is not None
    told = [post(client, body, **far) for body in (known, unknown)]
    assert [(one.status_code, one.json and one.json["status"]) for one in told] == [(201, "线索")] * 2
    assert db.one("SELECT * FROM cases WHERE child = ?", (ming,)) == case
    assert len(db.all("SELECT 1 FROM cases")) == 3
    assert len(db.all("SELECT 1 FROM reports WHERE child = ?", (ming,))) == 1


def test_what_a_system_sent_says_so(client: FlaskClient, db: Database, app: Flask) -> None:
    made, key = system(db, "区教育云")
    taken = receipt(post(client, GOOD, **key))
    unnamed = receipt(post(client, sample("safety", 2) | {"confidential": True}, "safety", **key))
    row = db.one("SELECT * FROM reports WHERE receipt = ?", (taken,))
    assert row is not None
    assert (row["reporter"], row["channel"]) == (made.reporter, "api")
    noted = db.one("SELECT actor FROM audit WHERE verb = 'report.received' AND subject = ?", (row["id"],))
    assert noted is not None
    assert noted["actor"] == made.reporter
    for login, named in (("bureau", True), ("town", False)):
        staffed.one(db, login)
        desk = app.test_client()
        signed_in(desk, login)
        assert "由“区教育云”发来" in look(desk, f"/desk/reports/{taken}").words
        page = desk.get(f"/desk/reports/{unnamed}")
        assert (page.status_code == 200 and "区教育云" in page.get_data(as_text=True)) is named


def test_progress_needs_its_proof_and_no_key(client: FlaskClient, db: Database) -> None:
    _, key = system(db)
    address = post(client, GOOD, **key).location
    assert client.get(address, headers=basic("1234", "王小明")).status_code == 200
    for headers in ({}, key, basic("1235", "王小明")):
        refused = client.get(address, headers=headers)
        assert (refused.status_code, refused.headers["WWW-Authenticate"][:5]) == (401, "Basic")


def test_a_key_ends_at_once_and_what_it_sent_stays(client: FlaskClient, db: Database) -> None:
    made, key = system(db)
    _, second = system(db)
    assert post(client, GOOD, **key).status_code == 201
    assert clients.revoke_client(db, made.id).revoked_at
    first_time = clients.revoke_client(db, made.id).revoked_at
    assert post(client, GOOD, **key).status_code == 401
    assert clients.find_client(db, made.id).revoked_at == first_time
    assert post(client, GOOD, **second).status_code == 201, "the second key bridges the gap"
    verbs = [
        (row["verb"], row["subject"]) for row in db.all("SELECT * FROM audit WHERE verb LIKE 'client.%'")
    ]
    assert verbs.count(("client.added", made.id)) == verbs.count(("client.revoked", made.id)) == 1


def test_a_system_is_slowed_down_alone(client: FlaskClient, db: Database) -> None:
    _, slow = system(db, "慢的", rate=3)
    _, other = system(db, "别的", rate=3)
    assert [post(client, GOOD, **slow).status_code for _ in range(4)] == [201, 201, 201, 429]
    refused = unread(client, **slow)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Retry-After"] in sentence(refused)
    assert post(client, GOOD, **other).status_code == 201


def test_the_use_of_a_key_is_noted_once_an_hour(
    client: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, key = system(db)
    seen = set()
    start = db.now()
    for minutes in (0, 20, 59, 61, 100):
        monkeypatch.setattr(Database, "now", lambda _, minutes=minutes: start + timedelta(minutes=minutes))
        assert post(client, GOOD, **key).status_code == 201
        seen.add(clients.find_client(db, made.id).used_at)
    assert len(seen) == 2


MEDIA = (
    "text/plain", "text/plain; charset=utf-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "application/json; boundary=x", "text/plain, application/json", "text/plain;application/json", "",
)  # fmt: skip


@pytest.mark.parametrize("media", MEDIA)
def test_what_a_page_can_send_without_asking_is_never_read(
    client: FlaskClient, db: Database, media: str
) -> None:
    _, key = system(db)
    response = unread(client, Content_Type=media, **key)
    assert response.status_code == 415
    assert "application/json" in sentence(response)


@pytest.mark.parametrize("api", ["open", "clients"])
@pytest.mark.parametrize(
    "said",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost:81"},
     {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
     {"Origin": "http://localhost", "Sec_Fetch_Site": "cross-site"}],
)  # fmt: skip
def test_no_page_of_strangers_sends(settings: Settings, api: str, said: dict[str, str]) -> None:
    with closed_house(settings, API=api) as app:
        db = cast(Database, app.extensions["baoxue.db"])
        _, key = system(db)
        response = unread(app.test_client(), **key, **said)
        assert response.status_code == 403
        assert sentence(response)
        asked = app.test_client().options(ADDRESS, headers={"Origin": "https://evil.example"})
        assert not [
            name for name, _ in asked.headers.to_wsgi_list() if name.lower().startswith("access-control")
        ]
        own = {"Origin": "http://localhost", "Sec_Fetch_Site": "same-origin"}
        assert post(app.test_client(), GOOD, **key, **own).status_code == 201


def test_where_anybody_may_send_a_key_must_still_be_good(settings: Settings) -> None:
    with closed_house(settings, API="open") as app:
        db, client = cast(Database, app.extensions["baoxue.db"]), app.test_client()
        made, key = system(db, kinds=["absence"])
        assert post(client, GOOD).status_code == 201
        assert post(client, GOOD, **bearer("nobody.nothing")).status_code == 401
        assert post(client, GOOD, **key).status_code == 201
        assert post(client, sample("safety", 1), "safety", **key).status_code == 403
        assert {row["reporter"] for row in db.all("SELECT reporter FROM reports")} == {"", made.reporter}


def test_production_asks_for_keys_and_a_demonstration_does_not() -> None:
    assert house.load({"MODE": "production"}, {}).api == "clients"
    assert house.load({"MODE": "demo"}, {}).api == "open"
    assert house.load({"MODE": "demo", "API": "clients"}, {}).api == "clients"
    with pytest.raises(SettingsError, match="BAOXUE_API"):
        house.load({"API": "everybody"}, {})


# --- keys of idempotency


def receipt(response: TestResponse) -> str:
    assert response.json is not None
    return str(response.json["receipt"])


def test_nobody_takes_a_key_from_another_nor_asks_whether_it_was_used(settings: Settings) -> None:
    with closed_house(settings, API="open") as app:
        db = cast(Database, app.extensions["baoxue.db"])
        _, one = system(db)
        _, two = system(db, "另一个系统")
        real = GOOD | {"child_name": "李小雨"}

        def send(body: object, address: str = "10.0.0.1", **key: str) -> TestResponse:
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = address
            return post(client, body, Idempotency_Key="2026-0001", **key)

        senders: tuple[tuple[object, str, dict[str, str]], ...] = (
            (GOOD, "10.0.0.1", {}),
            (GOOD, "10.0.0.2", {}),
            (real, "10.0.0.1", one),
            (real, "10.0.0.3", two),
        )
        first = [send(body, address, **key) for body, address, key in senders]
        assert [response.status_code for response in first] == [201] * 4
        assert len({receipt(response) for response in first}) == 4
        again = [send(body, address, **key) for body, address, key in senders]
        assert [response.status_code for response in again] == [200] * 4
        assert [receipt(response) for response in again] == [receipt(response) for response in first]
        assert send(real, "10.0.0.9", **one).status_code == 200, "a system may move to another address"
        assert send(GOOD, "10.0.0.1", **one).status_code == 409
        assert [send(real, "10.0.0.8").status_code, send(GOOD, "10.0.0.9").status_code] == [201, 201]
        keys = [row["idempotency_key"] for row in db.all("SELECT idempotency_key FROM reports")]
        assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)


def carried_over(db: Database) -> None:
    """Hash the keys as the step does that comes over a house of before."""
    with db.schema() as schema:
        m033_clients.hash_keys(schema, lambda key: db.keys.digest("idempotency", key), first=True)


def test_a_key_of_before_is_honoured_for_its_report_and_for_nothing_else(
    client: FlaskClient, db: Database
) -> None:
    _, key = system(db)
    sent = {name: post(client, GOOD | {"class_name": name}, **key) for name in ("1班", "2班", "3班")}
    old = {"1班": "api:one", "2班": "two", "3班": "api:squatted"}
    with db.write():
        for name, response in sent.items():
            db.run(
                "UPDATE reports SET idempotency_key = ?, reporter = '' WHERE receipt = ?",
                (old[name], receipt(response)),
            )
    carried_over(db)
    kept = [row["idempotency_key"] for row in db.all("SELECT idempotency_key FROM reports")]
    assert not [one for one in kept if "one" in one or "two" in one or "squat" in one]
    for name, said in (("1班", "one"), ("2班", "two")):
        again = post(client, GOOD | {"class_name": name}, Idempotency_Key=said, **key)
        assert (again.status_code, receipt(again)) == (200, receipt(sent[name]))
    mine = post(client, GOOD | {"class_name": "4班"}, Idempotency_Key="squatted", **key)
    assert mine.status_code == 201
    assert receipt(mine) != receipt(sent["3班"])
    assert post(client, GOOD | {"class_name": "4班"}, Idempotency_Key="squatted", **key).status_code == 200


def test_what_an_old_server_takes_beside_a_new_one_is_hashed_at_the_next_start(
    client: FlaskClient, db: Database
) -> None:
    _, key = system(db)
    today = post(client, GOOD, Idempotency_Key="new", **key)
    late = post(client, GOOD | {"class_name": "1班"}, **key)
    kept = db.one("SELECT idempotency_key FROM reports WHERE receipt = ?", (receipt(today),))
    with db.write():
        db.run("UPDATE reports SET idempotency_key = 'api:late' WHERE receipt = ?", (receipt(late),))
    prepare(db)
    settings = db.settings
    assert db.one("SELECT idempotency_key FROM reports WHERE receipt = ?", (receipt(today),)) == kept
    with closed_house(settings) as next_one:
        again = post(next_one.test_client(), GOOD | {"class_name": "1班"}, Idempotency_Key="late", **key)
    assert (again.status_code, receipt(again)) == (200, receipt(late))


def test_of_two_old_keys_that_were_one_the_newer_has_it(client: FlaskClient, db: Database) -> None:
    _, key = system(db)
    first, second = post(client, GOOD, **key), post(client, GOOD, **key)
    with db.write():
        for response, old in ((first, "k1"), (second, "api:k1")):
            db.run(
                "UPDATE reports SET idempotency_key = ?, received_at = received_at || ? WHERE receipt = ?",
                (old, "" if response is first else "9", receipt(response)),
            )
    carried_over(db)
    assert receipt(post(client, GOOD, Idempotency_Key="k1", **key)) == receipt(second)


def test_nothing_of_a_key_stands_in_a_log(
    client: FlaskClient, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    _, key = system(db)
    with caplog.at_level(0):
        (
            post(client, GOOD, **key),
            post(client, b"{", **key),
            post(client, GOOD, **bearer("aaaaaaaaaa.zzzz-secret")),
        )
        post(client, GOOD, Idempotency_Key="k\u00e4y", **key)
    assert key["Authorization"].partition(".")[2] not in caplog.text
    assert "zzzz-secret" not in caplog.text


def test_a_body_that_was_refused_is_not_remembered(client: FlaskClient, db: Database) -> None:
    _, key = system(db)
    bad = GOOD | {"relation": "皇帝"}
    assert post(client, bad, Idempotency_Key="one", **key).status_code == 422
    assert post(client, GOOD, Idempotency_Key="one", **key).status_code == 201
    assert json.loads(post(client, bad, Idempotency_Key="one", **key).get_data())["errors"]
