"""A scope decides about a row as it narrows a query: the same rows, for every cut."""

import shutil
from itertools import product
from pathlib import Path

import pytest

from intake.errors import Refused, Stale
from intake.house import verify
from intake.kinds import tables
from intake.kinds.envelope import Envelope
from intake.ledgers import Period, View, counts_of_day, ledger
from intake.people import accounts, scope
from intake.people.scope import Scope
from intake.reports import door, lookup
from intake.settings import Settings
from intake.store import audit
from intake.store.db import Database
from intake.store.keys import make_keys
from intake.store.migrations import STEPS
from tests.hands import classroom
from tests.hands.samples import sample

SHIREN, DAYANGCHA, DISTRICT = "220605105", "220605106", "220605"
TOWNS = ("", DISTRICT, SHIREN, "220605109", "220605999", "220606001", "22060510")
SCOPES = [
    Scope(""),
    Scope("2206"),
    Scope(DISTRICT),
    Scope(SHIREN),
    Scope("220605109"),
    Scope("220605105200"),
    Scope(DISTRICT, school="S1"),
    Scope(DISTRICT, kinds=frozenset({"absence", "safety"})),
    Scope(SHIREN, school="S1", kinds=frozenset({"safety"})),
    Scope(DISTRICT, kinds=frozenset()),
    Scope(DISTRICT, classes=frozenset({"c"})),
    Scope(DISTRICT, restricted=True, reporters=True),
    Scope(SHIREN, kinds=frozenset({"safety"}), restricted=True),
]


@pytest.mark.parametrize("one", SCOPES, ids=range(len(SCOPES)))
def test_the_two_functions_of_a_scope_agree(db: Database, one: Scope) -> None:
    rows = list(product(TOWNS, TOWNS, ("", "S1"), ("absence", "safety"), (0, 1)))
    with db.write():
        for number, (town, school_town, school, kind, restricted) in enumerate(rows):
            db.run(
                "INSERT INTO reports (id, receipt, kind, channel, reporter, town, school_town, school, status,"
                " received_at, version, restricted) VALUES (?, ?, ?, '', '', ?, ?, ?, '', '', 1, ?)",
                (str(number), str(number), kind, town, school_town, school, restricted),
            )
    where, args = scope.narrow(one)
    found = db.all(
        f"SELECT r.town, r.school_town, r.school, r.kind, r.restricted FROM reports r WHERE {where} ORDER BY r.id",
        args,
    )
    assert sorted(tuple(row) for row in found) == sorted(
        row
        for row in rows
        if scope.sees(
            one, town=row[0], school_town=row[1], school=row[2], kind=row[3], restricted=bool(row[4])
        )
    )


VILLAGE_ROWS = [*product((SHIREN, "220605106"), ("220605105200", "220605105201", ""), ("", SHIREN), (0, 1))]
VILLAGE_COLUMNS = {
    "town": "c.town", "village": "c.village", "school_town": "c.school_town", "restricted": "c.restricted",
}  # fmt: skip


@pytest.mark.parametrize(
    "one",
    [
        Scope(SHIREN, village="220605105200"),
        Scope(SHIREN, village="220605105200", restricted=True),
        Scope(SHIREN),
    ],
)
def test_a_village_is_that_of_the_row_and_not_of_its_town_or_school(db: Database, one: Scope) -> None:
    where, args = scope.narrow(one, VILLAGE_COLUMNS)
    table = " UNION ALL ".join(
        f"SELECT '{town}' AS town, '{village}' AS village, '{school_town}' AS school_town, {restricted} AS restricted"
        for town, village, school_town, restricted in VILLAGE_ROWS
    )
    found = db.all(f"SELECT * FROM ({table}) c WHERE {where}", args)
    assert sorted(tuple(row) for row in found) == sorted(
        row
        for row in VILLAGE_ROWS
        if scope.sees(one, town=row[0], village=row[1], school_town=row[2], restricted=bool(row[3]))
    )
    assert scope.narrow(Scope(SHIREN, village="220605105200")) == ("1 = 0", []), "reports have no village"


def test_a_village_is_seen_from_itself_its_town_and_its_district() -> None:
    for area, seen in (("220605105200", True), (SHIREN, True), (DISTRICT, True), ("220605105201", False)):
        assert scope.sees(Scope(area), town="220605105200") is seen
    assert not scope.sees(Scope(DISTRICT, classes=frozenset({"c"})), town=SHIREN, class_id="d")
    assert scope.sees(Scope(DISTRICT, classes=frozenset({"c"})), town=SHIREN, class_id="c")


def test_everybody_has_the_scope_of_their_role_and_nobody_more(db: Database) -> None:
    room = classroom.classroom(db)
    liu = classroom.teacher(db, room)
    assert accounts.scope_of(db, liu) == Scope(SHIREN, classes=frozenset({room.id}))
    new = classroom.teacher(db, login="13812340002")
    assert accounts.scope_of(db, new).classes == frozenset()
    whole = Scope(DISTRICT, restricted=True, reporters=True)
    for role, expected in (
        ("bureau", whole), ("officer", whole), ("approver", whole), ("administrator", Scope("")), ("auditor", Scope("")),
        ("operator", Scope("")), ("village", Scope("")), ("town", Scope(SHIREN)), ("stranger", Scope("")),
        ("principal", Scope("")),
    ):  # fmt: skip
        area = DISTRICT if role in ("bureau", "officer", "approver") else SHIREN
        assert accounts.scope_of(db, accounts.Person("1", "某", "x", role, area, "")) == expected
    head = accounts.Person("1", "某", "x", "principal", SHIREN, classroom.SCHOOL)
    assert accounts.scope_of(db, head) == Scope(SHIREN, school=classroom.SCHOOL)
    cadre = accounts.Person("1", "某", "x", "village", "220605105200", "")
    assert accounts.scope_of(db, cadre) == Scope(SHIREN, village="220605105200")
    for kinds, sees_restricted in ((frozenset({"subsidy"}), False), (frozenset({"subsidy", "safety"}), True)):
        chen = accounts.Person("1", "某", "x", "officer", DISTRICT, "", kinds)
        expected = Scope(DISTRICT, kinds=kinds, restricted=sees_restricted, reporters=True)
        assert accounts.scope_of(db, chen) == expected


def received(db: Database, **change: str) -> Envelope:
    raw = {**sample("absence", 1), **change}
    raw = {key: value for key, value in raw.items() if value}
    done = door.receive(db, "absence", raw, channel="form", at_once=True)
    found = lookup.find_report(db, done.receipt)
    assert found is not None
    return found


def count(db: Database, area: str) -> int:
    return counts_of_day(db, db.today(), Scope(area))["absence"]


def test_a_report_counts_for_the_home_and_for_the_school(db: Database) -> None:
    classroom.school(db)
    report = received(db, school=classroom.SCHOOL_NAME, town="大阳岔镇", village="")
    assert (report.town, report.school_town) == (DAYANGCHA, SHIREN)
    assert [count(db, area) for area in (DISTRICT, SHIREN, DAYANGCHA, "220605107")] == [1, 1, 1, 0]
    today = Period(db.today(), db.today())
    rows = ledger(db, "absence").rows(db, View(Scope(SHIREN), today))
    assert [row.receipt for row in rows] == [report.receipt]
    door.amend(db, report, {"school": "某某外地学校"}, actor="t", reason="t")
    after = lookup.find_report(db, report.receipt)
    assert after is not None
    assert after.school_town == ""
    assert count(db, SHIREN) == 0


def test_what_has_no_town_is_the_bureaus_until_it_is_given_one(db: Database) -> None:
    report = received(db, town="", village="", school="某某外地学校")
    assert [count(db, area) for area in (DISTRICT, SHIREN)] == [1, 0]
    person = accounts.person_by_id(
        db,
        accounts.add_person(db, name="某", login="b", password="long enough", role="bureau", area=DISTRICT),
    )
    assert person is not None
    for wrong in ("220605999", "", DISTRICT, "220605105200", classroom.SCHOOL):
        with pytest.raises(Refused, match="镇街"):
            door.give_town(db, report, wrong, person)
    door.give_town(db, report, SHIREN, person)
    assert [count(db, area) for area in (DISTRICT, SHIREN)] == [1, 1]
    with pytest.raises(Stale):
        door.give_town(db, report, DAYANGCHA, person)
    now = lookup.find_report(db, report.receipt)
    assert now is not None
    with pytest.raises(Refused, match="已经写明"):
        door.give_town(db, now, DAYANGCHA, person)
    door.amend(db, now, {"grade": "五年级"}, actor="t", reason="t")
    assert [count(db, area) for area in (DISTRICT, SHIREN)] == [1, 1]
    row = db.one("SELECT actor, subject, detail FROM audit WHERE verb = 'report.placed'")
    assert row is not None
    assert tuple(row) == (person.actor, report.id, SHIREN)
    assert audit.broken(db) == []


def test_reports_of_before_get_the_town_of_their_school(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parents[1] / "data" / "first.db", tmp_path / "baoxue.db")
    make_keys(tmp_path / "keys")
    db = Database(Settings(data=tmp_path, mode="demo"))
    with db.schema() as schema:
        schema.apply(step for step in STEPS if step.name < "m011")
        schema.run(
            "INSERT INTO schools (code, name, aliases, town, stage, demo, changed_at) VALUES ('S', '某校', '', ?, '小学', 0, '')",
            [SHIREN],
        )
        schema.run(
            "INSERT INTO reports (id, receipt, kind, channel, reporter, town, school, status, received_at, version)"
            " SELECT 'x' || id, 'x' || receipt, kind, channel, reporter, town, 'S', status, received_at, 1 FROM reports"
        )
    tables.prepare(db)
    found = {row["school"]: row["school_town"] for row in db.all("SELECT school, school_town FROM reports")}
    assert found.pop("S") == SHIREN
    assert set(found.values()) == {""}
    assert not [one for one in verify.faults(db) if "school" in one]
    db.close()
