"""学籍异动 at the desk: what an entry does to class and case, what it asks by a day, and all of it taken back."""

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.cases import case as cases
from intake.cases.case import Case
from intake.children import register
from intake.children.children import Child, find_child
from intake.children.register import RegisterEntry
from intake.children.stays import let_child_go, stays_of
from intake.errors import Invalid, Refused
from intake.house.verify import faults
from intake.importing.rosters import moves
from intake.places import gazetteer
from intake.school.register import due, entering
from intake.school.schooling import schoolings_of
from intake.store.db import Database
from tests.hands.casework import Casework, casework
from tests.hands.caseworld import World
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, at, classroom, school
from tests.hands.desk import signed_in
from tests.hands.page import Page, opened
from tests.hands.returned import sent_out

OTHER, OTHER_NAME = "2206050002", "大阳岔镇中心小学"
OUT = {"day": "2026-11-20", "to_school": "通化市第一小学", "reason": "搬家", "paper": "在读证明"}
PAUSE = {"day": "2026-11-20", "reason": "手术", "paper": "教育局 12 号", "review_on": "2026-11-30"}


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    school(db, OTHER, OTHER_NAME)
    return casework(app, db)


@pytest.fixture
def there(db: Database, work: Casework) -> str:
    """A class of the other school."""
    with db.write():
        db.run(
            "INSERT INTO classes (id, school, grade, class_name, demo) VALUES ('there', ?, '三年级', '1班', 0)",
            (OTHER,),
        )
    return "there"


def child_of(work: Casework, name: str = "王小明") -> Child:
    found = find_child(work.db, work.room.children[name])
    assert found
    return found


def enter(
    work: Casework, sort: str, by: str = "principal", name: str = "王小明", **said: Any
) -> RegisterEntry:
    return entering.enter(work.db, child_of(work, name), sort, said, work.people[by])


def state(work: Casework) -> tuple[str, list[tuple[str, str, str]], Case]:
    """The class of the child, its stays, its case: what an undo must bring back."""
    one = child_of(work)
    path = [(stay.class_id, stay.to_day, stay.went) for stay in stays_of(work.db, one.id)]
    return one.class_id, path, work.case


def test_who_goes_elsewhere_is_out_of_the_class_and_the_case_stays_to_be_ended(work: Casework) -> None:
    entry = enter(work, "转出", **OUT)
    assert child_of(work).class_id == ""
    assert (entry.school, entry.from_school, entry.to_school) == (SCHOOL, SCHOOL, "通化市第一小学")
    assert work.case.open
    assert [stay.went for stay in stays_of(work.db, entry.child)] == ["moved"]
    entering.undo(work.db, entry, work.people["principal"])
    assert child_of(work).class_id == work.room.id
    assert register.entries_of_child(work.db, entry.child) == []
    assert [one.sort for one in register.entries_of_child(work.db, entry.child, undone=True)] == ["转出"]
    assert faults(work.db) == []


def test_who_goes_to_another_of_our_schools_sits_in_its_class_with_the_case(
    work: Casework, there: str
) -> None:
    entry = enter(work, "转出", **{**OUT, "to_school": OTHER_NAME, "grade": "三年级", "class_name": "1班"})
    assert child_of(work).class_id == there
    assert (work.case.class_id, work.case.school, work.case.class_title) == (there, OTHER, "三年级1班")
    both = {(one.sort, one.school) for one in register.entries_of_child(work.db, entry.child)}
    assert both == {("转出", SCHOOL), ("转入", OTHER)}
    twin = next(one for one in register.entries_of_child(work.db, entry.child) if one.sort == "转入")
    entering.undo(work.db, twin, work.people["officer"])
    assert child_of(work).class_id == work.room.id
    assert (work.case.class_id, work.case.school) == (work.room.id, SCHOOL)
    assert register.entries_of_child(work.db, entry.child) == []
    assert faults(work.db) == []


def test_what_a_child_did_afterwards_is_not_undone_with_it(work: Casework, there: str) -> None:
    entry = enter(work, "休学", **PAUSE)
    enter(work, "复学", "officer", day="2026-11-21", to_school=OTHER_NAME, grade="三年级", class_name="1班")
    with pytest.raises(Refused, match="后来又换了班级"):
        entering.undo(work.db, entry, work.people["officer"])
    assert child_of(work).class_id == there


@pytest.mark.parametrize(("sort", "said"), [("转出", OUT), ("休学", PAUSE)])
def test_what_became_of_a_child_that_the_list_has_no_more_is_entered_by_whoever_owes_it(
    work: Casework, sort: str, said: dict[str, str]
) -> None:
    db, gone = work.db, child_of(work)
    with db.write():
        moves.ask_why(db, [gone], "staff:x")
        let_child_go(db, gone, "left", actor="staff:x", day=MORNING.date())
    assert schoolings_of(db, [child_of(work)])[gone.id].unexplained
    entry = enter(work, sort, **said)
    assert (entry.school, entry.from_school) == (SCHOOL, SCHOOL if sort == "转出" else "")
    assert not schoolings_of(db, [child_of(work)])[gone.id].unexplained
    assert register.open_entries(db, gone.id, register.UNTOLD) == []
    entering.undo(db, entry, work.people["principal"])
    assert len(register.open_entries(db, gone.id, register.UNTOLD)) == 1
    assert child_of(work).class_id == ""


def test_who_never_was_at_a_school_cannot_leave_it(work: Casework) -> None:
    with work.db.write():
        let_child_go(work.db, child_of(work), "left", actor="staff:x", day=MORNING.date())
    with pytest.raises(Refused, match="不在班级里"):
        enter(work, "转出", "bureau", **OUT)


def test_a_pause_ends_with_the_return_and_comes_back_with_its_undoing(work: Casework) -> None:
    entry = enter(work, "休学", **PAUSE)
    assert (child_of(work).class_id, entry.open) == ("", True)
    back = enter(
        work, "复学", "officer", day="2026-11-22", to_school=SCHOOL_NAME, grade="三年级", class_name="2班"
    )
    assert child_of(work).class_id == work.room.id
    assert register.open_entries(work.db, entry.child, "休学") == []
    entering.undo(work.db, back, work.people["officer"])
    assert child_of(work).class_id == ""
    assert [one.id for one in register.open_entries(work.db, entry.child, "休学")] == [entry.id]


def test_a_death_ends_the_search_and_can_be_taken_back(work: Casework) -> None:
    with pytest.raises(Refused, match="校长或者教育局"):
        enter(work, "死亡", "town", day="2026-11-20", paper="死亡医学证明")
    entry = enter(work, "死亡", day="2026-11-20", paper="死亡医学证明")
    assert (work.case.open, work.case.state, child_of(work).class_id) == (0, "关闭", "")
    entering.undo(work.db, entry, work.people["principal"])
    assert (work.case.open, work.case.state, child_of(work).class_id) == (1, "待核实", work.room.id)
    assert faults(work.db) == []


@pytest.mark.parametrize(
    ("sort", "said", "key"),
    [
        ("休学", {**PAUSE, "review_on": ""}, "review_on"),
        ("休学", {**PAUSE, "review_on": "2026-11-20"}, "review_on"),
        ("休学", {**PAUSE, "paper": ""}, "paper"),
        ("转出", {**OUT, "reason": ""}, "reason"),
        ("转出", {**OUT, "to_school": SCHOOL_NAME}, "to_school"),
        ("转出", {**OUT, "to_school": OTHER_NAME, "grade": "三年级", "class_name": "9班"}, "class_name"),
        ("转入", {"day": "2026-11-20", "from_school": "某校", "to_school": OTHER_NAME, "grade": "三年级", "class_name": "1班"},
         "to_school"),
        ("借读", {"day": "2026-11-20", "to_school": SCHOOL_NAME, "from_school": SCHOOL_NAME}, "from_school"),
        ("死亡", {"day": "2026-11-20", "paper": ""}, "paper"),
    ],
)  # fmt: skip
def test_what_is_missing_or_cannot_be_is_said_at_its_field_and_nothing_is_done(
    work: Casework, there: str, sort: str, said: dict[str, str], key: str
) -> None:
    before = state(work)
    with pytest.raises(Invalid) as wrong:
        enter(work, sort, **said)
    assert list(wrong.value.errors) == [key]
    assert state(work) == before
    assert work.db.all("SELECT 1 FROM register_entries") == []


def test_no_transfer_makes_a_class_too_large_by_itself(work: Casework, there: str) -> None:
    many = classroom(work.db, name="5班", names=[f"赵{n:02d}" for n in range(55)])
    said = {
        "day": "2026-11-20",
        "from_school": "某校",
        "to_school": SCHOOL_NAME,
        "grade": "三年级",
        "class_name": "5班",
    }
    with pytest.raises(Invalid) as wrong:
        enter(work, "转入", **said)
    assert "会有 56 人，到了大班额（56 人起）" in wrong.value.errors["sure"][0]
    enter(work, "转入", **said, sure="仍然登记")
    assert child_of(work).class_id == many.id


def test_a_child_that_sits_elsewhere_is_known_as_borrowed(work: Casework) -> None:
    entry = enter(work, "借读", day="2026-09-01", to_school=SCHOOL_NAME, from_school="通化市第一小学")
    assert register.borrowed(work.db) == {entry.child: (SCHOOL, "通化市第一小学")}
    assert register.borrowed(work.db, ["someone"]) == {}
    entering.finish(work.db, entry, {"finished_on": "2026-11-20"}, work.people["principal"], 1)
    assert register.borrowed(work.db) == {}


def test_what_is_due_is_told_once(work: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(work, "休学", **PAUSE)
    enter(work, "转入", name="李红", day="2026-11-20", from_school="某校", to_school=SCHOOL_NAME, grade="三年级",
          class_name="2班")  # fmt: skip
    assert due.tell_due_entries(work.db) == 0
    at(monkeypatch, MORNING + timedelta(days=7))
    assert due.tell_due_entries(work.db) == 1, "the day of review has come"
    at(monkeypatch, MORNING + timedelta(days=8))
    assert due.tell_due_entries(work.db) == 1, "eleven days, and not 办结"
    assert due.tell_due_entries(work.db) == 0
    owed = due.owed_entries(work.db, work.people["principal"])
    assert (owed.transfers, owed.late, owed.reviews) == (1, 1, 1)
    assert due.owed_entries(work.db, work.people["neighbour"]).transfers == 0
    told = work.db.all("SELECT what FROM notices WHERE staff = ? ORDER BY id", (work.people["principal"].id,))
    assert [row["what"] for row in told if str(row["what"]).startswith("entry")] == [
        "entry_review",
        "entry_late",
    ]


# -- ends of cases


@pytest.mark.parametrize(
    ("end", "sort", "went"),
    [("已转学", "转出", "moved"), ("休学", "休学", "suspended"), ("送教上门", "送教上门", "at_home")],
)
def test_an_end_of_a_case_stands_in_the_register(
    db: Database, monkeypatch: pytest.MonkeyPatch, end: str, sort: str, went: str
) -> None:
    world = World(db, monkeypatch)
    case = world.led(end)
    (entry,) = register.entries_of_child(db, case.child)
    assert (entry.sort, entry.school, entry.open) == (sort, SCHOOL, True)
    assert entry.paper in ("教育局 1 号", "在读证明")
    assert [stay.went for stay in stays_of(db, case.child)] == [went]
    one = find_child(db, case.child)
    assert one
    assert one.class_id == ""
    if end == "休学":
        assert entry.review_on == "2027-06-01"


def test_an_end_that_changes_no_register_leaves_the_child_where_it_is(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = World(db, monkeypatch).led("户籍问题")
    assert register.entries_of_child(db, case.child) == []
    one = find_child(db, case.child)
    assert one
    assert one.class_id


# -- the page


def send(client: FlaskClient, path: str, sort: str, **said: str) -> Any:
    page = opened(client, f"{path}?do={sort}")
    return client.post(f"{path}/{sort}", data={"csrf_token": page.fields["csrf_token"], **said})


def test_a_principal_enters_finishes_and_takes_back_on_the_page(
    app: Flask, db: Database, work: Casework
) -> None:
    client, path = signed_in(app, "principal"), f"/desk/children/{work.room.children['王小明']}/register"
    wrong = send(client, path, "休学", **{**PAUSE, "paper": ""})
    assert wrong.status_code == 422
    assert "手术" in wrong.text, "what was typed stays"
    assert send(client, path, "休学", **PAUSE).status_code == 303
    shown = Page(client.get(path))
    assert "休学" in shown.words
    assert "王小明" not in shown.words
    (entry,) = register.entries_of_child(db, work.room.children["王小明"])
    token = shown.fields["csrf_token"]
    stale = client.post(
        f"{path}/entry/{entry.id}/finish",
        data={"csrf_token": token, "seen": "7", "finished_on": "2026-11-23"},
    )
    assert stale.status_code == 409
    assert client.post(f"{path}/entry/{entry.id}/undo", data={"csrf_token": token}).status_code == 303
    assert child_of(work).class_id == work.room.id
    assert client.post(f"{path}/entry/{entry.id}/undo", data={"csrf_token": token}).status_code == 404


def test_another_schools_child_has_no_register_here(
    app: Flask, db: Database, work: Casework, there: str
) -> None:
    enter(work, "转出", **{**OUT, "to_school": OTHER_NAME, "grade": "三年级", "class_name": "1班"})
    entering.finish(
        db, register.entries_of_child(db, work.room.children["王小明"])[0], {}, work.people["officer"], 1
    )
    client, path = signed_in(app, "principal"), f"/desk/children/{work.room.children['王小明']}/register"
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/转出", data={}).status_code in (400, 403, 404)


def test_an_entry_has_words_that_only_keys_open(db: Database, work: Casework) -> None:
    entry = enter(work, "休学", **PAUSE)
    row = db.one("SELECT reason, paper FROM register_entries WHERE id = ?", (entry.id,))
    assert row
    assert "手术" not in row["reason"]
    assert register.entry_by_id(db, entry.id) == register.entries_of_child(db, entry.child)[0]
    assert cases.find_case(db, work.number)


def test_why_a_child_stays_away_is_told_to_who_writes_the_register_alone(
    app: Flask, db: Database, work: Casework, tmp_path: Path
) -> None:
    enter(work, "休学", **{**PAUSE, "day": "2026-11-23", "remark": "化疗到春天"})
    entered = f"/desk/children/{work.room.children['王小明']}"
    told = {
        (login, path): {
            word for word in ("手术", "教育局 12 号", "化疗", "休学") if word in client.get(path).text
        }
        for login in ("principal", "approver")
        for client in [signed_in(app, login)]
        for path in (entered, f"{entered}/register", "/desk/ledgers/transfers")
    }
    for (login, path), words in told.items():
        assert "休学" in words, (login, path)
        hidden = login == "approver" or "ledgers" in path
        assert not (hidden and words & {"手术", "教育局 12 号"}), (login, path)
    assert {"手术", "教育局 12 号", "化疗"} <= told["principal", f"{entered}/register"]
    assert "手术" in told["principal", entered]
    assert "化疗" not in told["approver", f"{entered}/register"]
    book = sent_out(db, "transfers", tmp_path, work.people["officer"])
    with zipfile.ZipFile(book) as archive:
        assert not [name for name in archive.namelist() if "手术".encode() in archive.read(name)]
