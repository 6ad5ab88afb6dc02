"""Cases that may be of one child are offered to each other with the reason; brothers and sisters are not."""

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.rounds import clocks, matching
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, SCHOOL_NAME, at, classroom, school
from tests.hands.samples import sample
from tests.hands.watching import plan, statements

PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch, db: Database) -> None:
    at(monkeypatch, MORNING)
    school(db)


def reported(db: Database, name: str, child: str = "", **said: str) -> Case:
    body = {**sample("absence", 1), "last_seen": "2026-11-20", "on_leave": "否", "child_name": name, "town": "石人镇",
            "school": SCHOOL_NAME, "grade": "三年级", "class_name": "2班", "phone": "", "relation": "母", **said}  # fmt: skip
    for key in ("id_number", "village"):
        body.pop(key, None)
    body["phone"] = (
        body["phone"] or f"139{len(db.all('SELECT id FROM cases')):04d}{abs(hash(name)) % 9000 + 1000}"
    )
    done = door.receive(
        db, "absence", body, channel="wechat", reporter=f"wechat:{body['phone']}", child=child
    )
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    return case


def offers(db: Database) -> list[tuple[str, str, str]]:
    matching.match_cases(db)
    rows = db.all("SELECT * FROM case_offers ORDER BY case_id, other")
    names = {row["id"]: row["number"][-1] for row in db.all("SELECT id, number FROM cases")}
    return [(names[row["case_id"]], names[row["other"]], row["reason"]) for row in rows]


ELSEWHERE = {"school": "江源区实验小学", "grade": "一年级", "class_name": "1班", "town": "孙家堡子街道"}


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (("王小明", {}), ("王小明", {}), "姓名和班级相同"),
        (("王小明", {}), ("王小明", {"class_name": "5班"}), "姓名和学校相同"),
        (("王小明", {"phone": PHONE}), ("王小明", {"phone": PHONE, **ELSEWHERE}), "姓名和电话相同"),
        (("王小明", {"phone": PHONE}), ("王晓明", {"phone": PHONE, **ELSEWHERE}), "姓名读音相同，电话相同"),
        (("徐小强", {"phone": PHONE}), ("小强", {"phone": PHONE, **ELSEWHERE}), "电话相同"),
        (("张雨桐", {}), ("章雨童", {}), "姓名读音相同，班级相同"),
        (("冯志强", {}), ("冯志刚", {}), "姓名相近，班级相同"),
        (("王小明", {}), ("王小明", {"school": "", "grade": "", "class_name": ""}), "姓名和镇街相同"),
    ],
)
def test_what_is_alike_is_offered_with_the_reason(
    db: Database, first: tuple[str, dict[str, str]], second: tuple[str, dict[str, str]], reason: str
) -> None:
    for name, said in (first, second):
        reported(db, name, **said)
    assert offers(db) == [("2", "1", reason)]
    assert matching.match_cases(db) == 0
    assert len(db.all("SELECT id FROM cases WHERE open = 1")) == 2  # nothing joins by itself


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("王佳怡", {"phone": PHONE}), ("王佳欣", {"phone": PHONE, "class_name": "3班"})),  # twins, one telephone
        (("王小明", {"phone": PHONE}), ("王小红", {"phone": PHONE, **ELSEWHERE})),
        (("王小明", {}), ("王小明", ELSEWHERE)),  # two of one name at two schools
        (("王小明", {}), ("李红", {})),
        (("王小明", {"phone": "13812345678"}), ("李红", {"phone": "13900005678"})),  # the last four alone
    ],
)  # fmt: skip
def test_others_are_not(
    db: Database, first: tuple[str, dict[str, str]], second: tuple[str, dict[str, str]]
) -> None:
    for name, said in (first, second):
        reported(db, name, **said)
    assert offers(db) == []


def test_two_children_of_the_roll_are_never_offered(db: Database) -> None:
    room = classroom(db, names=("王佳怡", "王佳仪"))
    reported(db, "王佳怡", room.children["王佳怡"], phone=PHONE)
    reported(db, "王佳仪", room.children["王佳仪"], phone=PHONE)
    assert offers(db) == []


def test_two_names_that_the_class_has_are_two_children(db: Database) -> None:
    classroom(db, names=("王佳怡", "王佳仪"))
    reported(db, "王佳怡", relation="邻居/其他")
    reported(db, "王佳仪", relation="邻居/其他")
    assert offers(db) == []


def test_a_teachers_telephone_is_no_family(db: Database) -> None:
    for name in ("王小明", "王晓明"):
        reported(db, name, phone=PHONE, relation="班主任", **({} if name == "王小明" else ELSEWHERE))
    assert offers(db) == []


@pytest.mark.parametrize("number", ["1", "2"])
def test_the_telephone_of_who_wants_to_stay_unnamed_offers_nothing(db: Database, number: str) -> None:
    reported(db, "王小明", phone=PHONE)
    reported(db, "王小明", phone=PHONE, **ELSEWHERE)
    with db.write():
        db.run("UPDATE cases SET confidential = 1 WHERE number = ?", (f"220605-2026-00000{number}",))
    assert offers(db) == []


def test_what_few_may_see_is_not_offered_with_others(db: Database) -> None:
    reported(db, "王小明")
    reported(db, "王小明")
    with db.write():
        db.run("UPDATE cases SET restricted = 1 WHERE number = '220605-2026-000001'")
    assert offers(db) == []


def test_a_case_whose_child_is_known_later_is_looked_at_again(db: Database) -> None:
    officer = staffed.one(db, "bureau")
    reported(db, "王小明")
    case = reported(db, "王小明", **ELSEWHERE)
    assert offers(db) == []
    work.act(db, case, "identified", {"school": SCHOOL_NAME}, officer, channel="desk")
    assert len(offers(db)) == 1


def test_what_a_person_has_refused_is_not_offered_again(db: Database) -> None:
    reported(db, "王小明")
    reported(db, "王小明")
    assert len(offers(db)) == 1
    with db.write():
        db.run("UPDATE case_offers SET state = 'refused'")
        db.run("UPDATE cases SET matched = NULL")
    assert matching.match_cases(db) == 0
    assert [row["state"] for row in db.all("SELECT state FROM case_offers")] == ["refused"]


def test_no_round_reads_every_case(db: Database) -> None:
    reported(db, "王小明", phone=PHONE)
    reported(db, "王小明", phone=PHONE)
    with statements(db) as sent:
        matching.match_cases(db)
        clocks.tick(db)
    plans = [step for sql in sent if sql.startswith("SELECT") for step in plan(db, sql).split("; ")]
    assert not [one for one in plans if one.startswith("SCAN") and "cases" in one]
    assert not [one for one in plans if one == "SCAN c"]
    assert not [one for one in plans if "idx_cases_open_kind" in one], (
        "as many as there are open cases of a kind"
    )


def test_cases_are_compared_while_others_write(db: Database) -> None:
    for _ in range(3):
        reported(db, "王小明", phone=PHONE)
    with statements(db) as sent:
        assert matching.match_cases(db)
    begun = next(number for number, sql in enumerate(sent) if sql.startswith("BEGIN"))
    compared = [number for number, sql in enumerate(sent) if "FROM cases c WHERE" in sql]
    assert compared
    assert max(compared) < begun


@pytest.mark.parametrize("which", [0, 1])
def test_a_telephone_never_tells_who_reports_in_confidence(db: Database, which: int) -> None:
    both = [reported(db, "王小明", phone=PHONE), reported(db, "王晓明", phone=PHONE, **ELSEWHERE)]
    with db.write():
        db.run("UPDATE cases SET confidential = 1 WHERE id = ?", (both[which].id,))
    assert offers(db) == []
