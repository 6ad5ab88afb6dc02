"""Ledgers that come back filled in: what was touched changes once and can be taken back; the case's rules hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from intake.cases import case as cases
from intake.cases import work
from intake.cases.filling import filled_cells
from intake.cases.told import inbox
from intake.errors import Missing, Refused
from intake.house import cells, verify
from intake.ledgers.returning import applying, history, undoing
from intake.ledgers.returning.findings import ReturnPlan
from intake.ledgers.returning.history import ReturnChange
from intake.ledgers.returning.planning import plan_return
from intake.store import audit
from intake.store.db import Database
from tests.hands.casework import DAY, MORNING, Casework, casework, report
from tests.hands.classroom import at
from tests.hands.page import count
from tests.hands.returned import Paper, plan, sent_out, sentences, take
from tests.hands.watching import statements

HOUR = timedelta(hours=1)
OTHERS = ("李红", "张雨桐", "赵磊")
NOTHING = {"new": 0, "changed": 0, "same": 4, "stale": 0, "wrong": 0}


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    made = casework(app, db)
    for name in OTHERS:
        report(db, made.room.children[name], child_name=name)
    at(monkeypatch, MORNING + HOUR)
    return made


@pytest.fixture
def out(house: Casework, tmp_path: Path) -> Callable[..., Paper]:
    """Let a ledger go out: the daily one of absences, or another by key."""
    return lambda key="absence": Paper.of(sent_out(house.db, key, tmp_path))


def filled(house: Casework) -> dict[str, Any]:
    """Give what is filled in beside the first case."""
    return {
        key: one.value for key, one in filled_cells(house.db, [house.case.id]).get(house.case.id, {}).items()
    }


def ref(house: Casework) -> str:
    """Give by what the daily ledger names the row of the first case: its receipt."""
    row = house.db.one(
        "SELECT r.receipt FROM reports r JOIN case_reports k ON k.report = r.id WHERE k.case_id = ?",
        (house.case.id,),
    )
    assert row
    return str(row["receipt"])


def events(house: Casework) -> list[str]:
    return [one.key for one in cases.events_of(house.db, house.case)]


def test_the_same_file_again_changes_nothing(house: Casework, out: Callable[..., Paper]) -> None:
    for key in ("absence", "work"):
        found = plan(house.db, house.people["bureau"], out(key).data)
        assert (found.counts, found.told, [row.ignored for row in found.rows]) == (NOTHING, [], [[]] * 4)
        assert take(house.db, house.people["bureau"], out(key).data).id == ""
    assert count(house.db, "returns") == 0


def test_looking_writes_nothing_and_doing_writes_once(house: Casework, out: Callable[..., Paper]) -> None:
    db, by = house.db, house.people["bureau"]
    paper = out().fill(ref(house), 处理结果="已联系家长", 备注="奶奶接的")
    before = [count(db, one) for one in ("audit", "case_events", "notices", "numbers", "returns", "outbox")]
    assert plan(db, by, paper.data).counts == NOTHING | {"changed": 1, "same": 3}
    assert before == [
        count(db, one) for one in ("audit", "case_events", "notices", "numbers", "returns", "outbox")
    ]
    done = take(db, by, paper.data)
    assert filled(house) == {"result": "已联系家长", "remark": "奶奶接的"}
    assert events(house) == ["reported", "filled"]  # one event a row
    assert [(one.label, one.was, one.became) for one in history.changes_of(db, done.id)] == [
        ("处理结果", "（空）", "已联系家长"), ("备注", "（空）", "奶奶接的"),
    ]  # fmt: skip
    for again in (paper.data, paper.data):
        assert take(db, by, again).plan.counts == NOTHING
    assert (count(db, "returns"), len(events(house))) == (1, 2)
    assert verify.faults(db) == [] == audit.broken(db)
    assert cells.relock(db) > 0
    assert filled(house)["remark"] == "奶奶接的"
    assert history.changes_of(db, done.id)[1].became == "奶奶接的"


def test_blank_changes_nothing_and_a_word_erases(house: Casework, out: Callable[..., Paper]) -> None:
    db, by = house.db, house.people["bureau"]
    take(db, by, out().fill(ref(house), 处理结果="甲", 备注="乙").data)
    paper = out()
    assert paper.get(ref(house), "备注") == "乙"
    assert plan(db, by, paper.data).counts == NOTHING
    assert plan(db, by, paper.fill(ref(house), 处理结果=None, 备注="").data).counts == NOTHING
    take(db, by, out().fill(ref(house), 处理结果="清空").data)
    assert filled(house) == {"remark": "乙"}
    take(db, by, out().fill(ref(house), 备注="—").data)
    assert filled(house) == {}
    assert plan(db, by, out().fill(ref(house), 备注="清空").data).counts == NOTHING  # nothing is there


def test_a_mask_copied_into_another_row_is_no_content(house: Casework, out: Callable[..., Paper]) -> None:
    paper = out().fill(ref(house), 备注="已填（见系统）")  # as sensitive columns have it
    assert "遮盖" in sentences(plan(house.db, house.people["bureau"], paper.data))[0]


@pytest.mark.parametrize("said", ["=1+1", "+86 138", "-没有", "@同事", "|x", "%5", "'=1", "\ufeff=2", "＝3"])
def test_what_looks_like_a_formula_comes_back_as_it_went_out(
    house: Casework, out: Callable[..., Paper], said: str
) -> None:
    db, by = house.db, house.people["bureau"]
    take(db, by, out().fill(ref(house), 责任教师="刘芳").data)
    work.act(db, house.case, "filled", {}, by, channel="desk", words={"remark": said, "result": said})
    paper = out()
    assert not [cell for row in paper.page.iter_rows() for cell in row if cell.data_type == "f"]
    assert plan(db, by, paper.data).counts == NOTHING


def test_a_row_that_changed_meanwhile_is_refused_with_both_values(
    house: Casework, out: Callable[..., Paper]
) -> None:
    db, one, two = house.db, house.people["bureau"], house.people["principal"]
    mine, theirs = out(), out()
    take(db, two, theirs.fill(ref(house), 处理结果="已到校").data)
    found = plan(db, one, mine.fill(ref(house), 处理结果="还没来", 备注="又问了").data)
    assert found.counts == NOTHING | {"stale": 1, "same": 3}
    (row,) = found.of_fate("stale")
    assert [(old.label, old.sent, old.now, old.typed) for old in row.stale] == [
        ("处理结果", "（空）", "已到校", "还没来"), ("备注", "（空）", "（空）", "又问了"),
    ]  # fmt: skip
    assert row.stale[0].since.startswith("principal同志 11-23 09:05 填了台账")
    assert take(db, one, mine.data).id == ""
    assert filled(house) == {"result": "已到校"}
    assert (
        plan(db, one, out().fill(ref(house), 处理结果="已到校").data).counts == NOTHING
    )  # the same is no conflict


def test_whoever_sent_a_row_may_go_on_with_it(house: Casework, out: Callable[..., Paper]) -> None:
    db, by = house.db, house.people["bureau"]
    paper = out()
    take(db, by, paper.fill(ref(house), 处理结果="打了电话").data)
    take(db, by, paper.fill(ref(house), 备注="下午再打").data)
    assert filled(house) == {"result": "打了电话", "remark": "下午再打"}


def test_a_reminder_of_the_clock_makes_no_row_stale(
    house: Casework, out: Callable[..., Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = out()
    work.act(house.db, house.case, "told", {}, "clock", channel="clock", facts={"step": "today:contact"})
    at(monkeypatch, MORNING + DAY)
    take(house.db, house.people["bureau"], paper.fill(ref(house), 备注="看过").data)
    assert filled(house) == {"remark": "看过"}


def test_a_deed_is_done_on_the_case_once(house: Casework, out: Callable[..., Paper]) -> None:
    db, by, number = house.db, house.people["principal"], house.number
    paper = out("work").fill(number, 办理结果="电话联系上了", 办理日期="11月22日", 办理说明="说明天来")
    found = plan(db, by, paper.data)
    assert [one.effect for row in found.of_fate("changed") for one in row.changes] == [
        "联系（待核实 → 核实中）"
    ]
    done = take(db, by, paper.data)
    event = cases.events_of(db, house.case)[-1]
    assert (event.key, event.channel, event.facts["day"], event.words["words"]) == (
        "contact", "return", "2026-11-22", "说明天来",
    )  # fmt: skip
    assert house.case.state == "核实中"
    assert take(db, by, paper.data).plan.counts == NOTHING
    assert (
        take(db, house.people["bureau"], paper.data).plan.counts == NOTHING
    )  # also when somebody else sends it
    paper.fill(number, 办理结果="已解决")
    assert plan(db, by, paper.data).counts == NOTHING | {"stale": 1, "same": 3}
    assert events(house) == ["reported", "contact"]
    (change,) = history.changes_of(db, done.id)
    assert (change.label, change.became) == ("办理", "电话联系上了；2026-11-22；说明天来")


def test_words_are_kept_where_a_deed_asks_for_none(house: Casework, out: Callable[..., Paper]) -> None:
    take(
        house.db,
        house.people["teacher"],
        out("work").fill(house.number, 办理结果="孩子已到校", 办理说明="自己来的").data,
    )
    assert house.case.state == "待核实"  # a teacher fills in nothing here
    take(house.db, house.people["bureau"], out("work").fill(house.number, 办理说明="只是备注").data)
    event = cases.events_of(house.db, house.case)[-1]
    assert (event.key, event.words) == ("note", {"words": "只是备注"})


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"办理结果": "已解决"}, "办理结果 个案现在是“待核实”，不能做“已解决”"),
        ({"办理结果": "孩子已到校"}, "办理结果 “已回校”这一步您的账号不能做"),
        ({"办理结果": "误报或请假"}, "办理说明 请填写原因"),
        ({"办理结果": "已销号"}, "办理结果 请从这些里选"),
        ({"办理结果": "电话联系上了", "办理日期": "2026-13-05"}, "办理日期 没有看懂日期"),
        ({"办理结果": "电话联系上了", "办理日期": "2026-11-29"}, "办理日期 这个日期还没有到"),
        ({"办理日期": "2026-11-22"}, "办理日期 写了日期，没有选办理结果"),
    ],
)
def test_the_rules_of_the_case_hold(
    house: Casework, out: Callable[..., Paper], said: dict[str, str], where: str
) -> None:
    paper = out("work").fill(house.number, **said)
    done = take(house.db, house.people["bureau"], paper.data)
    (sentence,) = sentences(done.plan)
    assert where in sentence
    assert sentence.split()[0][1:] == str(paper.row(house.number))
    assert (done.id, events(house)) == ("", ["reported"])


@pytest.mark.parametrize("word", ["孩子已到校", "已解决"])
def test_what_cannot_be_done_says_what_can(house: Casework, out: Callable[..., Paper], word: str) -> None:
    db, by = house.db, house.people["bureau"]
    paper = out("work")
    (sentence,) = sentences(plan(db, by, paper.fill(house.number, 办理结果=word, 办理说明="说过了").data))
    offered = sentence.partition("现在可以选：")[2].rstrip("。").split("、")
    assert "电话联系上了" in offered
    for one in offered:
        found = plan(db, by, paper.fill(house.number, 办理结果=one).data)
        assert (found.counts["changed"], sentences(found)) == (1, []), one
    assert ("请找老师办" in sentence) == (word == "孩子已到校")


def test_nobody_is_sent_for_what_a_case_does_not_allow_anybody(
    house: Casework, out: Callable[..., Paper]
) -> None:
    house.act("contact", "principal", day="2026-11-23", way="电话", whom="奶奶", result="联系上了")
    house.act("three_days", "clock")
    paper = out("work").fill(house.number, 办理结果="孩子已到校")
    (sentence,) = sentences(plan(house.db, house.people["bureau"], paper.data))
    assert ("请找" in sentence, "现在可以选：" in sentence) == (False, True)


def test_the_work_list_offers_no_deed_that_nobody_who_fills_it_in_may_do(
    house: Casework, out: Callable[..., Paper]
) -> None:
    words = [str(row[0]) for row in out("work").book["字典"].iter_rows(max_col=1, values_only=True)]
    assert ("电话联系上了" in words, "孩子已到校" in words) == (True, False)


def test_good_rows_are_taken_beside_bad_ones(house: Casework, out: Callable[..., Paper]) -> None:
    db, by, paper = house.db, house.people["bureau"], out("work")
    second = next(row for row in paper.rows() if row != paper.row(house.number))
    paper.page.cell(second, paper.column("办理结果")).value = "随便写的"
    done = take(db, by, paper.fill(house.number, 办理结果="电话没联系上").data)
    assert done.plan.counts == NOTHING | {"changed": 1, "same": 2, "wrong": 1}
    assert events(house) == ["reported", "contact"]


def test_permission_is_asked_row_by_row(house: Casework, out: Callable[..., Paper]) -> None:
    db, paper = house.db, out().fill(ref(house), 备注="改一下")
    for login, sentence in (
        ("neighbour", "找不到这一行"),
        ("subsidies", "找不到这一行"),
        ("teacher", "这一列不由您填"),
    ):
        found = plan(db, house.people[login], paper.data)
        assert sentence in sentences(found)[0], login
        assert all(row.child == "" and row.case is None for row in found.rows) is (login != "teacher"), login
    assert plan(db, house.people["town"], paper.data).counts == NOTHING | {"changed": 1, "same": 3}


def test_what_concerns_others_is_told_in_one_line(house: Casework, out: Callable[..., Paper]) -> None:
    db, teacher, paper = house.db, house.people["teacher"], out()
    for row in paper.rows():
        paper.page.cell(row, paper.column("备注")).value = "看过"
    take(db, house.people["bureau"], paper.data)
    told = [one.text for one in inbox.notices_of(db, teacher) if one.what.startswith(inbox.RETURNED)]
    assert told == ["交回的台账填了您的 4 件事，这是其中一件"]


def test_what_was_done_is_taken_back_field_by_field(house: Casework, out: Callable[..., Paper]) -> None:
    db, by = house.db, house.people["bureau"]
    take(db, by, out().fill(ref(house), 备注="早先的").data)
    done = take(db, by, out().fill(ref(house), 处理结果="甲", 备注="乙", 责任教师="刘芳").data)
    take(db, house.people["town"], out().fill(ref(house), 处理结果="后来的").data)
    found, changes = (
        history.return_of(db, done.id, by),
        {one.label: one for one in history.changes_of(db, done.id)},
    )
    (only,) = undoing.undo_changes(db, by, found, [changes["备注"].id])
    assert (only.why_not, filled(house)["remark"]) == ("", "早先的")
    rest = undoing.undo_changes(db, by, found, [one.id for one in changes.values()])
    assert {one.change.label: one.why_not for one in rest} == {
        "处理结果": "后来又改过，没有动。",
        "责任教师": "",
    }
    assert filled(house) == {"remark": "早先的", "result": "后来的"}
    assert verify.faults(db) == []


def test_a_deed_is_taken_back_unless_something_rests_on_it(
    house: Casework, out: Callable[..., Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    db, by = house.db, house.people["principal"]

    def deed(said: str, **more: str) -> tuple[str, ReturnChange]:
        done = take(db, by, out("work").fill(house.number, 办理结果=said, **more).data)
        return done.id, history.changes_of(db, done.id)[0]

    key, change = deed("电话联系上了")
    take(db, by, out().fill(ref(house), 备注="一句话").data)  # rests on nothing
    (undone,) = undoing.undo_changes(db, by, history.return_of(db, key, by), [change.id])
    assert (undone.why_not, house.case.state, house.case.duty) == ("", "待核实", "contact")
    key, change = deed("家访没见到")
    house.act("contact", "principal", day="2026-11-23", way="电话", whom="妈妈", result="联系上了")
    (kept,) = undoing.undo_changes(db, by, history.return_of(db, key, by), [change.id])
    assert "后面又办了“记联系”" in kept.why_not
    key, change = deed("误报或请假", 办理说明="记错了")
    assert house.case.state == "误报或请假"
    (undone,) = undoing.undo_changes(db, by, history.return_of(db, key, by), [change.id])
    assert (undone.why_not, house.case.state) == ("", "核实中")
    assert verify.faults(db) == []


def test_two_ledgers_in_one_workbook_say_of_one_case_what_both_say_once(
    house: Casework, out: Callable[..., Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where rows are done in parts: the one ledger's row must not make the other's stale."""
    db, by = house.db, house.people["principal"]
    house.act("contact", "principal", day="2026-11-23", way="电话", whom="奶奶", result="联系上了")
    house.act("three_days", "clock")
    at(monkeypatch, MORNING + 2 * HOUR)
    daily, register = out(), out("suspected")
    daily.fill(ref(house), 备注="两张表都写了", 处理结果="在家")
    register.fill(house.number, 备注="两张表都写了", 核实结论="在家带弟弟")
    for row in daily.rows()[1:]:
        daily.page.cell(row, daily.column("备注")).value = "看过"
    sheet = daily.book.create_sheet("疑似")
    for cells_ in register.page.iter_rows(min_row=register.head):
        sheet.append([cell.value for cell in cells_])
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    assert plan(db, by, daily.data).counts["changed"] == 5
    take(db, by, daily.data)
    assert filled(house) == {"remark": "两张表都写了", "result": "在家", "conclusion": "在家带弟弟"}
    assert take(db, by, daily.data).id == ""


def test_what_was_done_about_danger_is_not_taken_back(
    house: Casework, out: Callable[..., Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alarm has ended with it, and nobody would be called any more."""
    db, by = house.db, house.people["bureau"]
    danger = report(
        db, house.room.children["赵磊"], "safety", child_name="赵磊", what="走失失联", restricted=""
    )
    at(monkeypatch, MORNING + 2 * HOUR)
    done = take(db, by, out("work").fill(danger.number, 办理结果="电话联系上了").data)
    (kept,) = undoing.undo_changes(
        db, by, history.return_of(db, done.id, by), [history.changes_of(db, done.id)[0].id]
    )
    assert "不能撤回" in kept.why_not


def test_two_who_press_at_once_do_it_once(house: Casework, out: Callable[..., Paper]) -> None:
    db, by, data = house.db, house.people["bureau"], out().fill(ref(house), 备注="甲").data
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: take(db, by, data), range(2)))
    assert sorted(bool(one.id) for one in done) == [False, True]
    assert (count(db, "returns"), events(house)) == (1, ["reported", "filled"])


@pytest.mark.parametrize(("words", "fate"), [("甲", "same"), ("乙", "stale")])
def test_whoever_comes_second_is_told_what_became_of_the_rows(
    house: Casework, out: Callable[..., Paper], monkeypatch: pytest.MonkeyPatch, words: str, fate: str
) -> None:
    """Between looking and doing somebody else does: what was not taken is not counted as changed."""
    db, by, other = house.db, house.people["bureau"], house.people["officer"]
    first, second = out().fill(ref(house), 备注="甲").data, out().fill(ref(house), 备注=words).data
    look = plan_return

    def slow(*args: Any) -> ReturnPlan:
        found = look(*args)
        monkeypatch.setattr(applying, "plan_return", look)
        take(db, other, first)
        return found

    monkeypatch.setattr(applying, "plan_return", slow)
    done = take(db, by, second)
    assert (done.id, filled(house)) == ("", {"remark": "甲"})
    assert done.plan.counts == {**NOTHING, "same": 3, fate: 1 + 3 * (fate == "same")}


def test_many_rows_are_done_in_parts(
    house: Casework, out: Callable[..., Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    db, by, paper = house.db, house.people["bureau"], out()
    monkeypatch.setattr(applying, "AT_ONCE", 3)
    for row in paper.rows():
        paper.page.cell(row, paper.column("备注")).value = f"第 {row} 行"
    done = take(db, by, paper.data)
    (found,) = history.returns_of(db, by)
    assert (found.id, found.changed, len(history.changes_of(db, done.id))) == (done.id, 4, 4)


@pytest.mark.parametrize("key", ["work", "absence"])
def test_looking_asks_no_more_of_many_rows_than_of_one(
    house: Casework, out: Callable[..., Paper], key: str
) -> None:
    db, by, asked = house.db, house.people["bureau"], []
    said = {"work": {"办理结果": "电话没联系上", "办理说明": "x"}, "absence": {"备注": "x"}}[key]
    paper = out(key)
    for rows in (paper.rows()[:1], paper.rows()):
        for row in rows:
            for label, value in said.items():
                paper.page.cell(row, paper.column(label)).value = value
        with statements(db) as heard:
            assert plan(db, by, paper.data).counts["changed"] == len(rows)
        asked.append([one for one in heard if "FROM schools" not in one])  # that is asked once in a while
    assert len(asked[0]) == len(asked[1]) < 40, set(asked[0]) ^ set(asked[1])


def test_after_seven_days_and_for_others_nothing_is_taken_back(
    house: Casework, out: Callable[..., Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    db, by = house.db, house.people["bureau"]
    done = take(db, by, out().fill(ref(house), 备注="甲").data)
    change = history.changes_of(db, done.id)[0].id
    with pytest.raises(Missing):
        history.return_of(db, done.id, house.people["town"])
    at(monkeypatch, MORNING + 8 * DAY)
    with pytest.raises(Refused, match="7 天过了"):
        undoing.undo_changes(db, by, history.return_of(db, done.id, by), [change])
    assert filled(house) == {"remark": "甲"}


def test_verify_finds_cells_that_do_not_follow_from_events(
    house: Casework, out: Callable[..., Paper]
) -> None:
    db = house.db
    take(db, house.people["bureau"], out().fill(ref(house), 处理结果="甲", 备注="乙").data)
    assert verify.faults(db) == []
    case = db.all("SELECT case_id FROM case_cells")[0]["case_id"]
    with db.write():
        db.run("DELETE FROM case_cells WHERE key = 'remark'")
        other = db.keys.lock('"丙"', "case_cells.value", case, "result")
        db.run("UPDATE case_cells SET value = ? WHERE key = 'result'", (other,))
    assert verify.faults(db) == [
        f"个案 {house.number} 填写的内容（{one}）与经过不符" for one in ("remark", "result")
    ]
