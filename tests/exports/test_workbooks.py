"""The daily set: which workbooks lie ready in the morning, made once, the same where the data are, and for whom."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from exports.books import making
from intake.calendar import clock
from intake.cases.told import inbox
from intake.errors import Busy, Missing
from intake.house import retention
from intake.ledgers.shelf import files, kept, orders
from intake.ledgers.shelf.kept import MadeWorkbook, Workbook
from intake.ledgers.wanted import extents
from intake.messages import outbox, windows
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.reports import door
from intake.store import keys
from intake.store.db import Database
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, TOWN, at
from tests.hands.samples import sample
from tests.hands.staffed import everybody

PLACES = 1 + 10 + 1
"""The district, its towns, the school."""


@pytest.fixture
def people(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    """Let it be Monday morning, with everybody of the staff, a school, and what came in since Friday."""
    at(monkeypatch, MORNING - timedelta(days=2))
    found = everybody(db)
    for n, kind in enumerate(("absence", "absence", "subsidy", "boarding")):
        door.receive(db, kind, sample(kind, n, db.today()) | {"school": SCHOOL_NAME}, channel="form")
    at(monkeypatch, MORNING)
    return found


def make_all(db: Database) -> int:
    made = 0
    while making.make_next(db):
        made += 1
    return made


def workbooks(db: Database) -> list[Workbook]:
    return [Workbook.of(row) for row in db.all("SELECT * FROM workbooks ORDER BY id")]


def whole(db: Database) -> extents.Extent:
    return extents.extent_of(db, Scope(db.settings.district_code))


def sheets(db: Database, one: Workbook) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(BytesIO(files.read_workbook(db, one.id)))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def test_every_place_gets_its_set_and_it_is_on_record(db: Database, people: dict[str, Person]) -> None:
    assert make_all(db) == 2 * PLACES
    made = workbooks(db)
    assert Counter((one.level, one.key) for one in made) == {
        (level, key): number
        for key in ("work", "daily")
        for level, number in (("district", 1), ("town", 10), ("school", 1))
    }
    for one in made:
        data = files.read_workbook(db, one.id)
        assert (len(data), one.bytes > 0, len(one.sha256)) == (one.bytes, True, 64)
    names = {one.name for one in made}
    assert {"江源区_工作单_20261120-20261123.xlsx", "石人镇_日报_20261120-20261122.xlsx"} <= names
    assert f"{SCHOOL_NAME}_工作单_20261120-20261123.xlsx" in names
    assert db.one("SELECT count(*) AS n FROM audit WHERE verb = 'export.made'")["n"] == 2 * PLACES  # type: ignore[index]


def test_a_town_has_its_own_rows_and_nobody_is_named(db: Database, people: dict[str, Person]) -> None:
    make_all(db)
    by_place = {one.code: one for one in workbooks(db) if one.key == "work"}
    assert by_place["220605"].rows == sum(
        one.rows for one in by_place.values() if one.level == "town"
    ) + elsewhere(db)
    text = "".join(str(row) for one in by_place.values() for rows in sheets(db, one).values() for row in rows)
    for name in {row["child_name"] for row in db.all("SELECT child_name FROM cases WHERE child_name <> ''")}:
        assert name not in text


def elsewhere(db: Database) -> int:
    """Count the open cases that two towns have, less those that none has."""
    rows = db.all("SELECT town, school_town FROM cases WHERE open = 1")
    return sum(1 - len({row["town"][:9], row["school_town"]} - {"", "220605"}) for row in rows)


def test_files_are_sealed(db: Database, people: dict[str, Person]) -> None:
    make_all(db)
    for path in (db.settings.data / "workbooks").iterdir():
        assert not path.read_bytes().startswith(b"PK")
        assert path.stat().st_mode & 0o077 == 0


def test_the_same_data_are_not_made_again_and_others_are(
    db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all(db)
    before = workbooks(db)
    at(monkeypatch, MORNING + timedelta(hours=2))
    asked = [whole(db)]
    assert orders.order_set(db, asked, people["officer"]) == 2
    assert make_all(db) == 2
    assert workbooks(db) == before
    door.receive(db, "subsidy", sample("subsidy", 7, db.today()), channel="form")
    at(monkeypatch, MORNING + timedelta(hours=3))
    orders.order_set(db, asked, people["officer"])
    make_all(db)
    (new,) = workbooks(db)[len(before) :]
    assert (new.key, new.made_by) == ("work", people["officer"].actor)
    (former,) = (one for one in before if (one.key, one.code) == (new.key, new.code))
    assert new.rows == former.rows + 1


def test_who_waits_at_the_desk_comes_first(db: Database, people: dict[str, Person]) -> None:
    orders.order_mornings_set(db)
    at_desk = extents.extent_of(db, Scope(TOWN))
    with db.write():
        db.run("UPDATE workbook_orders SET state = 'made' WHERE code = ?", (TOWN,))
    orders.order_set(db, [at_desk], people["town"])
    claimed = orders.claim_order(db)
    assert claimed
    assert claimed.code == TOWN


def test_two_workers_make_each_once(db: Database, people: dict[str, Person]) -> None:
    """Let four threads make what is ordered at the same time; each order is one workbook."""
    orders.order_mornings_set(db)
    faults: list[BaseException] = []

    def work() -> None:
        try:
            make_all(db)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not faults
    assert len(workbooks(db)) == 2 * PLACES
    assert db.one("SELECT count(*) AS n FROM audit WHERE verb = 'export.made'")["n"] == 2 * PLACES  # type: ignore[index]


def test_what_a_killed_worker_held_is_made_by_another(
    db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    orders.order_mornings_set(db)
    held = orders.claim_order(db)
    assert held
    make_all(db)
    assert len(workbooks(db)) == 2 * PLACES - 1
    at(monkeypatch, MORNING + orders.LEASE + timedelta(seconds=1))
    make_all(db)
    assert len(workbooks(db)) == 2 * PLACES
    # It was not dead but slow, and comes back with what is made by now.
    late = MadeWorkbook("x.xlsx", "", "0", 0, 1, "0" * 64)
    assert kept.keep_workbook(db, held, late, b"x") == ""
    assert len(workbooks(db)) == 2 * PLACES
    assert len(list((db.settings.data / "workbooks").iterdir())) == 2 * PLACES


def test_what_cannot_be_made_is_given_up_and_holds_up_nothing(
    db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    orders.order_mornings_set(db)
    with db.write():
        db.run("DELETE FROM schools WHERE code = ?", (SCHOOL,))
    monkeypatch.setattr("intake.places.gazetteer.FRESH", -1.0)
    assert make_all(db) == 2 * PLACES
    failed = db.all("SELECT code FROM workbook_orders WHERE state = 'failed'")
    assert [row["code"] for row in failed] == [SCHOOL, SCHOOL]
    with db.write():  # a fault of the house is tried again, but not for ever
        db.run("UPDATE workbook_orders SET state = 'making', claimed_at = '', tries = ?", (orders.TRIES,))
    assert make_all(db) == 0
    assert {row["state"] for row in db.all("SELECT state FROM workbook_orders")} == {"failed"}


@pytest.fixture
def production(db: Database) -> Iterator[None]:
    """Let it be no demonstration, which has no hour."""
    demo, db.settings = db.settings, replace(db.settings, mode="production")
    yield
    db.settings = demo


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2026, 11, 23, 5, 59, tzinfo=clock.CHINA), 0),
        (datetime(2026, 11, 23, 6, 0, tzinfo=clock.CHINA), 2 * PLACES),
        (datetime(2026, 11, 23, 15, 0, tzinfo=clock.CHINA), 2 * PLACES),  # the worker was down at six
        (datetime(2026, 11, 22, 9, 0, tzinfo=clock.CHINA), 0),  # a Sunday
        (datetime(2026, 10, 2, 9, 0, tzinfo=clock.CHINA), 0),  # a holiday
    ],
)
def test_the_set_is_ordered_on_school_days_from_its_hour_on(
    db: Database, people: dict[str, Person], production: None, monkeypatch: pytest.MonkeyPatch, moment: datetime,
    number: int,
) -> None:  # fmt: skip
    at(monkeypatch, moment)
    assert orders.order_mornings_set(db) == number
    assert orders.order_mornings_set(db) == 0


def test_what_was_asked_for_before_the_hour_keeps_nothing_from_the_set(
    db: Database, people: dict[str, Person], production: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING.replace(hour=5))
    orders.order_set(db, [whole(db)], people["officer"])
    assert make_all(db) == 2
    at(monkeypatch, MORNING.replace(hour=6))
    assert make_all(db) == 2 * PLACES
    with db.write():
        db.run(
            "INSERT INTO schools (code, name, aliases, town, stage, demo, changed_at) VALUES ('9', '新校', '', ?, '', 0, 'x')",
            (TOWN,),
        )
    monkeypatch.setattr("intake.places.gazetteer.FRESH", -1.0)
    make_all(db)
    assert {one.key for one in workbooks(db) if one.code == "9"} == {"work", "daily"}
    assert make_all(db) == 0


def test_who_waits_for_a_set_is_told_though_somebody_takes_the_gate_at_its_end(
    db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made is not made again, so that telling of it cannot wait for another time."""
    tell, asked = inbox.tell_ready, list[str]()

    def busy(_: Database, to: list[Person], about: str) -> int:
        asked.append(about)
        raise Busy

    orders.order_set(db, [whole(db)], people["officer"])
    monkeypatch.setattr(inbox, "tell_ready", busy)
    with suppress(Busy):
        while making.make_next(db):
            pass
    assert asked
    monkeypatch.setattr(inbox, "tell_ready", tell)
    at(monkeypatch, MORNING + orders.LEASE + timedelta(minutes=1))
    make_all(db)
    assert [one for one in inbox.notices_of(db, people["officer"]) if one.about == "workbooks"]


def test_who_waits_for_a_set_is_told_once_and_without_a_word_of_it(
    db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all(db)
    told = {
        login
        for login, who in people.items()
        if [one for one in inbox.notices_of(db, who) if one.about == "workbooks"]
    }
    assert told == {"officer", "bureau", "town", "neighbour", "principal"}
    orders.order_set(db, [whole(db)], people["officer"])
    make_all(db)
    (notice,) = (one for one in inbox.notices_of(db, people["officer"]) if one.about == "workbooks")
    assert notice.text == "今天的工作单做好了，请下载"
    at(monkeypatch, MORNING + timedelta(days=1))  # unread ones do not heap up
    make_all(db)
    (newer,) = (one for one in inbox.notices_of(db, people["officer"]) if one.about == "workbooks")
    assert newer.id != notice.id


def test_by_wechat_goes_one_word_to_whom_it_can_be_sent(db: Database, people: dict[str, Person]) -> None:
    with db.write():
        for login in ("town", "principal"):
            db.run(
                "INSERT INTO bound (reporter, staff, at) VALUES (?, ?, '')",
                (f"wechat:{login}", people[login].id),
            )
        windows.opened(db, "wechat:town", acted=False)
    make_all(db)
    (row,) = db.all("SELECT id, reporter, state FROM outbox")
    assert (row["reporter"], row["state"]) == ("wechat:town", "waiting")
    assert outbox.read_message(db, row["id"], "test") == inbox.READY


SEEN = {
    "officer": "220605 town school", "bureau": "220605 town school", "town": "town school", "neighbour": "",
    "principal": "school", "subsidies": "", "administrator": "", "approver": "220605 town school", "village": "",
}  # fmt: skip
"""Whose scope covers what; whether a role may fetch it is the guard's to say. One in charge of subsidies alone gets
no workbook that tells of everything."""


@pytest.mark.parametrize("login", SEEN)
def test_a_workbook_is_for_whose_scope_covers_it(db: Database, people: dict[str, Person], login: str) -> None:
    make_all(db)
    named = {"220605": "220605", TOWN: "town", SCHOOL: "school"}
    seen = set()
    for one in workbooks(db):
        try:
            kept.workbook_seen(db, people[login], one.id)
        except Missing:
            continue
        seen.add(named.get(one.code, "other"))
    assert seen - {"other"} == set(SEEN[login].split())
    assert ("other" in seen) is (login in ("officer", "bureau", "approver", "neighbour"))


def test_it_is_kept_for_thirty_days_with_who_fetched_it(
    db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_all(db)
    one = next(one for one in workbooks(db) if one.code == TOWN)
    assert kept.fetch_workbook(db, people["town"], one)[:2] == b"PK"
    (fetched,) = kept.fetched_by(db, [one.id])[one.id]
    assert fetched.name == people["town"].name
    (row,) = db.all("SELECT actor, subject, detail FROM audit WHERE verb = 'export.fetched'")
    assert tuple(row) == (people["town"].actor, TOWN, f"{one.key} {one.id}")
    at(monkeypatch, MORNING + timedelta(days=29))
    retention.purge(db)
    assert len(workbooks(db)) == 2 * PLACES
    at(monkeypatch, MORNING + timedelta(days=31))
    monkeypatch.setattr(files, "STRAY", -1.0)
    retention.purge(db)
    assert workbooks(db) == []
    assert list((db.settings.data / "workbooks").iterdir()) == []
    assert not db.all("SELECT * FROM workbook_downloads")


def test_what_killed_writers_left_is_swept(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [db.settings.data / name for name in (".workbook.1", ".export.x")]
    for room in left:
        room.mkdir()
        (room / "draft.xlsx").write_bytes(b"PK")
    retention.purge(db)
    assert all(room.exists() for room in left), "somebody may be writing there"
    monkeypatch.setattr(files, "STRAY", -1.0)
    retention.purge(db)
    assert not any(room.exists() for room in left)


def test_new_keys_close_it_anew_and_a_lost_file_is_made_again(
    db: Database, people: dict[str, Person]
) -> None:
    make_all(db)
    one = workbooks(db)[0]
    keys.add_key(db.settings.keys)
    fresh = Database(db.settings)
    assert files.relock_workbooks(fresh) == 2 * PLACES
    assert files.unreadable_workbooks(fresh) == []
    assert files.read_workbook(fresh, one.id)[:2] == b"PK"
    files.drop_workbook(db, one.id)
    with pytest.raises(Missing):
        kept.fetch_workbook(db, people["officer"], one)
    orders.order_set(db, [whole(db)], people["officer"])
    make_all(db)
    assert files.read_workbook(db, kept.workbooks_of_place(db, whole(db), one.key)[0].id)[:2] == b"PK"
    fresh.close()
