"""What a report tells of a child becomes facts of its file, ends with a correction, and is undone with a withdrawal."""

from typing import Any

import pytest

from intake.children import children, links
from intake.children.facts import noting
from intake.children.facts.answers.told import facts_told
from intake.children.facts.fact import ChildFact, FactOrigin, facts_of
from intake.kinds.envelope import Envelope
from intake.reports import door, lookup
from intake.reports.whose import told_facts
from intake.store.db import Database
from tests.hands.classroom import SCHOOL, TOWN, Classroom, classroom, teacher

MOTHER, PHONE = "wechat:oMother", "13811112220"
CHILD = {"child_name": "王小明", "school": SCHOOL, "grade": "三年级", "class_name": "2班", "town": TOWN}
BOARDING: dict[str, Any] = {
    **CHILD, "relation": "父", "phone": PHONE, "guardian_name": "徐桂兰", "needs": ["寄宿"], "reason": "监护人外出",
    "father_away": "是", "mother_away": "是", "away_since": "2024-03", "away_place": "辽宁省大连市", "travel": "步行",
    "distance_km": 4,
}  # fmt: skip
SUBSIDY: dict[str, Any] = {
    **CHILD, "relation": "祖母", "phone": PHONE, "guardian_name": "徐桂兰", "hardship": ["低保", "残疾"], "program": "不清楚",
    "problem": "未申请上",
}  # fmt: skip


def told(
    db: Database, room: Classroom, kind: str, body: dict[str, Any], reporter: str = MOTHER, **how: Any
) -> Envelope:
    """Take a report, and note what it tells of 王小明."""
    channel = how.pop("channel", "wechat")
    receipt = door.receive(db, kind, body, channel=channel, reporter=reporter, **how).receipt
    return noted(db, room, receipt)


def noted(db: Database, room: Classroom, receipt: str) -> Envelope:
    report = lookup.find_report(db, receipt)
    child = children.find_child(db, room.children["王小明"])
    assert report
    assert child
    told_facts.note_report_facts(db, report, lookup.answers_of(db, report), child)
    return report


def open_facts(db: Database, room: Classroom) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in facts_of(db, room.children["王小明"]):
        found.setdefault(one.kind, []).append(dict(one.value or {}))
    return found


def former(db: Database, room: Classroom) -> list[ChildFact]:
    return [one for one in facts_of(db, room.children["王小明"], former=True) if not one.open]


def test_both_parents_away_with_since_and_where_and_who_is_there(db: Database, room: Classroom) -> None:
    told(db, room, "boarding", BOARDING)
    away = {"away": "是", "since": "2024-03", "place": "辽宁省大连市"}
    assert open_facts(db, room) == {
        "father": [away], "mother": [away], "guardian": [{"guardian_name": "徐桂兰"}],
        "phone": [{"phone": PHONE, "relation": "父"}], "travel": [{"travel": "步行", "distance_km": 4}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "channel", "kinds"),
    [
        ("祖母", "wechat", {"guardian": {"guardian_name": "徐桂兰", "relation": "祖母", "phone": PHONE}}),
        ("祖母", "api", {"guardian": {"guardian_name": "徐桂兰", "relation": "祖母", "phone": PHONE}}),
        ("其他亲属", "form", {"guardian": {"guardian_name": "徐桂兰"}, "phone": {"phone": PHONE, "relation": "其他亲属"}}),
        ("邻居/其他", "wechat", {"guardian": {"guardian_name": "徐桂兰"}}),
        ("班主任", "teacher", {"guardian": {"guardian_name": "徐桂兰"}}),
        ("村(居)干部", "proxy", {"guardian": {"guardian_name": "徐桂兰"}}),
        ("", "form", {"guardian": {"guardian_name": "徐桂兰"}}),
    ],
)  # fmt: skip
def test_a_telephone_is_a_familys_only_where_one_of_the_family_tells_it(
    relation: str, channel: str, kinds: dict[str, Any]
) -> None:
    answers = {"guardian_name": "徐桂兰", "phone": PHONE, "relation": relation}
    assert dict(facts_told(answers, channel, relation)) == kinds


def test_an_enrolment_tells_of_home_and_papers_and_a_teacher_of_groups() -> None:
    answers = {
        "household_place": "辽宁省大连市甘井子区", "household_type": "农业户口", "residence": "石人镇大石棚村2组",
        "ethnic": "满族", "basis": "居住证", "permit_number": "220605201500000001", "boards": "否", "disability_review": "是",
        "father_away": "否", "mother_away": "是",
    }  # fmt: skip
    assert dict(facts_told(answers, "form", "父")) == {
        "father": {"away": "否"}, "mother": {"away": "是"}, "residence": {"residence": "石人镇大石棚村2组"},
        "household": {"household_place": "辽宁省大连市甘井子区", "household_type": "农业户口"}, "ethnic": {"ethnic": "满族"},
        "permit": {"permit_number": "220605201500000001"},
    }  # fmt: skip
    groups = {
        "special_group": ["留守", "低保", "孤儿"],
        "on_leave": "否",
        "whereabouts": "在家",
        "reason": "厌学",
    }
    assert facts_told(groups, "teacher", "班主任") == [
        ("hardship", {"hardship": "低保"}), ("hardship", {"hardship": "孤儿"}), ("group", {"group_name": "留守"}),
    ]  # fmt: skip
    assert facts_told({"hardship": ["不清楚"], "program": "营养餐"}, "wechat", "母") == []


def test_the_same_report_tells_once(db: Database, room: Classroom) -> None:
    report = told(db, room, "boarding", BOARDING)
    before = facts_of(db, room.children["王小明"])
    noted(db, room, report.receipt)
    assert facts_of(db, room.children["王小明"]) == before


def test_a_correction_closes_what_was_told_first_and_leaves_the_rest(db: Database, room: Classroom) -> None:
    report = told(db, room, "boarding", BOARDING)
    door.amend(db, report, {"mother_away": "否", "phone": "13811112221"}, actor=MOTHER, reason="说错了")
    noted(db, room, report.receipt)
    facts = open_facts(db, room)
    assert facts["mother"] == [{"away": "否"}]
    assert facts["phone"] == [{"phone": "13811112221", "relation": "父"}]
    assert facts["father"][0]["away"] == "是"
    assert {(one.kind, one.why) for one in former(db, room)} == {
        ("mother", noting.LATER), ("phone", noting.LATER),
    }  # fmt: skip
    aid = told(db, room, "subsidy", SUBSIDY)
    door.amend(db, aid, {"hardship": ["低保"]}, actor=MOTHER, reason="说错了")
    noted(db, room, aid.receipt)
    assert open_facts(db, room)["hardship"] == [{"hardship": "低保"}]
    assert next(one.why for one in former(db, room) if one.kind == "hardship") == noting.UNDONE


def test_a_withdrawal_undoes_what_was_told_and_what_was_known_before_holds_again(
    db: Database, room: Classroom
) -> None:
    first = told(db, room, "boarding", {**BOARDING, "away_place": "辽宁省沈阳市"})
    second = told(db, room, "boarding", BOARDING)
    third = told(db, room, "boarding", {**BOARDING, "away_place": "山东省青岛市"})
    assert open_facts(db, room)["father"][0]["place"] == "山东省青岛市"
    door.withdraw(db, second, actor=MOTHER)  # what came after it stands
    noted(db, room, second.receipt)
    assert open_facts(db, room)["father"][0]["place"] == "山东省青岛市"
    door.withdraw(db, third, actor=MOTHER)  # and what the second had closed comes back with the first
    noted(db, room, third.receipt)
    assert [one["place"] for one in open_facts(db, room)["father"]] == ["辽宁省沈阳市"]
    assert all(one.report in ("", first.id) for one in facts_of(db, room.children["王小明"]))


def test_an_old_report_that_is_read_late_changes_nothing_that_was_said_since(
    db: Database, room: Classroom
) -> None:
    old = told(db, room, "boarding", BOARDING)
    with db.write():
        db.run("DELETE FROM child_keys")
        db.run("DELETE FROM child_facts")
        db.run("UPDATE reports SET received_at = '2024-09-02T01:00:00.000000+00:00' WHERE id = ?", (old.id,))
    told(db, room, "boarding", {**BOARDING, "away_place": "山东省青岛市"})
    noted(db, room, old.receipt)
    assert [one["place"] for one in open_facts(db, room)["father"]] == ["山东省青岛市"]
    known = next(one for one in former(db, room) if one.kind == "father")
    assert (known.get("place"), known.said_on, known.why) == ("辽宁省大连市", "2024-09-02", noting.LATER)


def test_who_says_less_says_nothing_else(db: Database, room: Classroom) -> None:
    told(db, room, "boarding", BOARDING)
    told(db, room, "boarding", {key: one for key, one in BOARDING.items() if not key.startswith("away_")})
    assert open_facts(db, room)["father"] == [{"away": "是", "since": "2024-03", "place": "辽宁省大连市"}]
    assert former(db, room) == []


def test_the_class_teacher_answers_for_what_she_writes_and_no_other_teacher(
    db: Database, room: Classroom
) -> None:
    person = teacher(db, room)
    stranger = teacher(db, classroom(db, name="3班"), login="stranger")
    body = {**SUBSIDY, "hardship": ["低保"]}
    told(db, room, "subsidy", body, person.actor, channel="proxy")
    told(
        db, room, "subsidy", {**body, "phone": person.login}, person.actor, channel="proxy"
    )  # grandmother has none
    assert [one.get("phone") for one in facts_of(db, room.children["王小明"]) if one.kind == "guardian"] == [
        PHONE
    ]
    told(db, room, "subsidy", {**body, "hardship": ["特困"]}, stranger.actor, channel="proxy")
    known = {
        one.get("hardship"): one for one in facts_of(db, room.children["王小明"]) if one.kind == "hardship"
    }
    assert known["低保"].confirmed_by == person.actor
    assert known["特困"].confirmed_by == ""


def test_a_confidential_report_names_nobody_also_where_that_is_wished_later(
    db: Database, room: Classroom
) -> None:
    told(db, room, "subsidy", SUBSIDY, confidential=True)
    assert set(open_facts(db, room)) == {"hardship"}
    assert {one.actor for one in facts_of(db, room.children["王小明"])} == {""}
    spoken = told(db, room, "subsidy", {**SUBSIDY, "hardship": ["特困"], "phone": "13811112223"})
    assert "guardian" in open_facts(db, room)
    door.conceal_reporter(db, spoken, actor=MOTHER)
    every = facts_of(db, room.children["王小明"], former=True)
    assert {one.kind for one in every} == {"hardship"}
    assert {one.actor for one in every} == {""}
    assert db.all("SELECT * FROM child_keys") == []


def test_a_restricted_report_leaves_nothing_in_the_file(db: Database, room: Classroom) -> None:
    body = {**CHILD, "relation": "祖母", "phone": PHONE, "guardian_name": "徐桂兰", "happened_at": "昨天", "place": "学校",
            "what": "受侵害", "safe_now": "是"}  # fmt: skip
    report = told(db, room, "safety", body)
    assert report.restricted
    assert facts_of(db, room.children["王小明"], former=True) == []


def test_a_report_that_turns_out_to_be_about_another_child_takes_its_facts_along(
    db: Database, room: Classroom
) -> None:
    report = told(db, room, "boarding", BOARDING)
    other = children.find_child(db, room.children["李红"])
    assert other
    told_facts.note_report_facts(db, report, lookup.answers_of(db, report), other)
    assert open_facts(db, room) == {}
    assert {one.kind for one in facts_of(db, other.id)} == {"father", "mother", "guardian", "phone", "travel"}
    told_facts.undo_report_facts(db, report)
    assert facts_of(db, other.id) == []


def test_what_a_list_says_comes_back_when_a_report_is_undone(db: Database, room: Classroom) -> None:
    child = room.children["王小明"]
    first = noting.note_fact(
        db, child, "residence", {"residence": "石人镇1组"}, FactOrigin("old", "command", db.today())
    )
    report = told(db, room, "subsidy", SUBSIDY)
    noting.note_fact(
        db,
        child,
        "residence",
        {"residence": "石人镇2组"},
        FactOrigin("report", MOTHER, db.today(), "wechat", report.id),
    )
    told_facts.undo_report_facts(db, report)
    assert [one.id for one in facts_of(db, child)] == [first]
    assert links.confirmed(db, MOTHER) == []
