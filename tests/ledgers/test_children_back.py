"""适龄儿童台账 comes back: its rows are children, what is filled in becomes a fact with its source, and can be taken back."""

from datetime import timedelta
from pathlib import Path

import pytest

from intake.children import children
from intake.children.facts.fact import FactOrigin, believed, facts_of
from intake.children.facts.noting import note_fact
from intake.children.facts.sources import RETURNED, STAFF
from intake.house.verify import faults
from intake.ledgers.returning import history, undoing
from intake.ledgers.subjects import CHILD, subject_ref
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.classroom import MORNING, Classroom, at, classroom
from tests.hands.returned import Paper, plan, sent_out, sentences, take

DAY = timedelta(days=1)
NOTHING = {"new": 0, "changed": 0, "same": 4, "stale": 0, "wrong": 0}

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def room(db: Database, people: dict[str, Person]) -> Classroom:
    return classroom(db)


def ref(room: Classroom, name: str) -> str:
    return subject_ref(CHILD, room.children[name])


def paper(db: Database, by: Person, folder: Path) -> Paper:
    return Paper.of(sent_out(db, "eligible", folder, by))


@pytest.mark.parametrize("login", ["bureau", "town", "principal"])
def test_untouched_it_changes_nothing(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, login: str
) -> None:
    found = plan(db, people[login], paper(db, people[login], tmp_path).data)
    assert found.counts == NOTHING
    assert [row.ignored for row in found.rows] == [[]] * 4


def test_what_is_filled_in_is_a_fact_of_the_child_once_and_is_taken_back_field_by_field(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    town, child = people["town"], room.children["李红"]
    sent = paper(db, town, tmp_path)
    sent.fill(
        ref(room, "李红"), 就学状态="外地就读", 核查人="赵刚", 核查日期="11月20日", 异常说明="随父母在大连"
    )
    told = plan(db, town, sent.data)
    assert (told.counts["changed"], told.counts["same"]) == (1, 3)
    assert not facts_of(db, child), "a preview writes nothing"
    assert not db.all("SELECT 1 FROM returns")

    done = take(db, town, sent.data)
    facts = facts_of(db, child)
    assert {one.source for one in facts} == {RETURNED}
    assert {one.confirmed_by for one in facts} == {town.actor}
    checked = believed(facts, "checked")
    assert checked
    assert checked.value == {"note": "随父母在大连", "checked_by": "赵刚", "checked_on": "2026-11-20"}
    assert believed(facts, "schooling").get("schooling") == "外地就读"  # type: ignore[union-attr]
    assert plan(db, town, sent.data).counts == NOTHING, "the same file again"

    made = history.return_of(db, done.id, town)
    changes = {one.label: one for one in history.changes_of(db, done.id)}
    assert changes["就学状态"].was == "在读"
    assert (
        undoing.undo_changes(db, town, made, [changes["核查人"].id, changes["就学状态"].id])[0].why_not == ""
    )
    facts = facts_of(db, child)
    assert believed(facts, "schooling") is None, "nobody had said so: it is derived again"
    assert believed(facts, "checked").value == {"note": "随父母在大连", "checked_on": "2026-11-20"}  # type: ignore[union-attr]
    undoing.undo_changes(db, town, made, [one.id for one in changes.values()])
    assert not facts_of(db, child)
    assert plan(db, town, paper(db, town, tmp_path).data).counts == NOTHING


def test_a_row_that_changed_meanwhile_is_stale_and_one_that_nobody_touched_is_not(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    town = people["town"]
    sent = paper(db, town, tmp_path)
    said = FactOrigin(STAFF, "staff:x", MORNING.date(), confirmed_by="staff:x")
    for name in ("李红", "赵磊"):
        note_fact(db, room.children[name], "schooling", {"schooling": "特教学校"}, said)
    sent.fill(ref(room, "李红"), 就学状态="外地就读")
    sent.fill(ref(room, "王小明"), 核查人="赵刚")
    found = plan(db, town, sent.data)
    assert found.counts == {"new": 0, "changed": 1, "same": 2, "stale": 1, "wrong": 0}
    old = next(row for row in found.rows if row.fate == "stale")
    assert (old.stale[0].now, old.stale[0].typed) == ("特教学校", "外地就读")
    take(db, town, sent.data)
    assert believed(facts_of(db, room.children["李红"]), "schooling").get("schooling") == "特教学校"  # type: ignore[union-attr]


def test_whoever_sent_a_row_goes_on_filling_it_in(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    town = people["town"]
    sent = paper(db, town, tmp_path)
    take(db, town, sent.fill(ref(room, "李红"), 核查人="赵刚").data)
    again = take(db, town, sent.fill(ref(room, "李红"), 核查日期="2026-11-20").data)
    assert again.plan.counts["changed"] == 1
    neighbour = plan(db, people["bureau"], sent.fill(ref(room, "李红"), 核查人="孙丽").data)
    assert neighbour.counts["stale"] == 1, "somebody else does not know of it"


def test_erasing_is_said_and_a_blank_says_nothing(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    town, child = people["town"], room.children["李红"]
    first = paper(db, town, tmp_path).fill(ref(room, "李红"), 核查人="赵刚", 核查日期="2026-11-20")
    take(db, town, first.data)
    blank = paper(db, town, tmp_path).fill(ref(room, "李红"), 核查人=None, 核查日期="")
    assert plan(db, town, blank.data).counts == NOTHING
    take(db, town, paper(db, town, tmp_path).fill(ref(room, "李红"), 核查人="清空", 核查日期="—").data)
    assert not facts_of(db, child)
    assert len(facts_of(db, child, former=True)) == 1, "what was before stays on record"


@pytest.mark.parametrize(
    ("login", "sentence"), [("neighbour", "找不到这一行"), ("subsidies", ""), ("village", "")]
)
def test_a_row_is_changed_by_who_may_see_its_child_alone(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, login: str, sentence: str
) -> None:
    sent = paper(db, people["bureau"], tmp_path).fill(ref(room, "李红"), 核查人="赵刚")
    found = plan(db, people[login], sent.data)
    assert [sentence in one for one in sentences(found)] == ([True] * 4 if sentence else [])


def test_doubled_rows_foreign_keys_and_what_cannot_be_read_come_back_as_the_same_workbook(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    from intake.ledgers.returning.lines import refused_lines

    town = people["town"]
    sent = paper(db, town, tmp_path)
    sent.fill(ref(room, "李红"), 就学状态="在天上").fill(ref(room, "赵磊"), 核查人="赵刚")
    page, at_row = sent.page, sent.row(ref(room, "王小明"))
    key = page.cell(at_row, sent.column("行码"))
    key.value = f"{str(key.value)[:-1]}{'0' if str(key.value)[-1] != '0' else '1'}"
    found = take(db, town, sent.data).plan
    assert found.counts == {"new": 0, "changed": 1, "same": 1, "stale": 0, "wrong": 2}
    assert any("不是本系统导出的行" in one for one in sentences(found))
    ((ledger, lines),) = refused_lines(db, town, found)
    assert ledger.key == "eligible"
    assert [line.values["schooling"] for line in lines] == ["在天上"], (
        "what was typed goes back, and only what one may see"
    )
    assert believed(facts_of(db, room.children["赵磊"]), "checked").get("checked_by") == "赵刚"  # type: ignore[union-attr]


def test_a_merged_child_s_row_is_not_found(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    town = people["town"]
    sent = paper(db, town, tmp_path).fill(ref(room, "李红"), 核查人="赵刚")
    with db.write():
        db.run("UPDATE children SET merged = ? WHERE id = ?", (room.children["赵磊"], room.children["李红"]))
    assert children.children_of_ids(db, [room.children["李红"]]) == {}
    assert "找不到这一行" in sentences(plan(db, town, sent.data))[0]


def test_it_cannot_be_taken_back_after_a_week_nor_what_was_changed_since(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = people["town"]
    done = take(db, town, paper(db, town, tmp_path).fill(ref(room, "李红"), 核查人="赵刚").data)
    take(db, town, paper(db, town, tmp_path).fill(ref(room, "李红"), 核查人="孙丽").data)
    made, every = history.return_of(db, done.id, town), [one.id for one in history.changes_of(db, done.id)]
    assert undoing.undo_changes(db, town, made, every)[0].why_not == undoing.CHANGED_SINCE
    at(monkeypatch, MORNING + 8 * DAY)
    assert not history.return_of(db, done.id, town).open


def new_row(sent: Paper, **said: str) -> Paper:
    """Write a row below the last one, without a key."""
    page, below = sent.page, max(sent.rows()) + 1
    page.insert_rows(below)
    for label, value in said.items():
        page.cell(below, sent.column(label.replace("_", "("))).value = value
    return sent


FOUND = {"镇街": "石人镇", "村_": "林子头村", "姓名": "冯己", "性别": "男", "出生日期": "2016-05-01", "就学状态": "未入学",
         "核查人": "赵刚", "核查日期": "2026-11-20"}  # fmt: skip


def test_a_child_that_was_found_gets_a_file_once_and_it_is_taken_back(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    town = people["town"]
    sent = new_row(paper(db, town, tmp_path), **FOUND)
    told = plan(db, town, sent.data)
    assert (told.counts["new"], sentences(told)) == (1, [])
    assert not children.children_of_name(db, "冯己"), "a preview writes nothing"
    done = take(db, town, sent.data)
    (child,) = children.children_of_name(db, "冯己")
    assert (child.birth_date, child.village[:9]) == ("2016-05-01", "220605105")
    facts = facts_of(db, child.id)
    assert believed(facts, "schooling").get("schooling") == "未入学"  # type: ignore[union-attr]
    again = plan(db, town, sent.data)
    assert (again.counts["new"], again.counts["same"]) == (0, 5), "the same file again"
    made = history.return_of(db, done.id, town)
    found = undoing.undo_changes(db, town, made, [one.id for one in history.changes_of(db, done.id)])
    assert [one.why_not for one in found] == [""] * len(found)
    assert not children.children_of_name(db, "冯己")
    assert faults(db) == []


def test_who_may_be_known_already_is_asked_first_and_the_chosen_one_gets_no_second_file(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    town = people["town"]
    sent = new_row(paper(db, town, tmp_path), **{**FOUND, "姓名": "李红", "出生日期": "2017-03-02"})
    told = plan(db, town, sent.data)
    (row,) = told.of_fate("new")
    assert row.newcomer.doubtful
    assert [one.id for one in row.newcomer.hits.children] == [room.children["李红"]]
    assert take(db, town, sent.data).id == "", "until somebody said who it is nothing is done"
    done = take(db, town, sent.data, {row.newcomer.choice: room.children["李红"]})
    assert done.id
    assert len(children.children_of_name(db, "李红")) == 1
    assert believed(facts_of(db, room.children["李红"]), "checked").get("checked_by") == "赵刚"  # type: ignore[union-attr]
    other = new_row(paper(db, town, tmp_path), **{**FOUND, "姓名": "李红", "出生日期": "2016-03-02"})
    (row,) = plan(db, town, other.data).of_fate("new")
    take(db, town, other.data, {row.newcomer.choice: "other"})
    assert len(children.children_of_name(db, "李红")) == 2


@pytest.mark.parametrize(
    ("login", "more", "sentence"),
    [
        ("town", {"出生日期": "2023-05-01"}, "不是适龄儿童"),
        ("town", {"出生日期": ""}, "请写出生日期"),
        ("town", {"姓名": ""}, "请写孩子的姓名"),
        ("neighbour", {}, "不归您管"),
        ("principal", {}, "不归您管"),
    ],
)
def test_a_new_row_that_cannot_be_says_why_at_its_cell(
    db: Database,
    people: dict[str, Person],
    room: Classroom,
    tmp_path: Path,
    login: str,
    more: dict[str, str],
    sentence: str,
) -> None:
    sent = new_row(paper(db, people["bureau"], tmp_path), **{**FOUND, **more})
    found = plan(db, people[login], sent.data)
    assert any(sentence in one for one in sentences(found)), sentences(found)
    assert found.counts["new"] == 0
