"""发放名单 and 床位名单: facts of children that are known for certain, short payments, beds that are lacking."""

from datetime import date
from pathlib import Path

import pytest

from intake.children.children import number_hash
from intake.children.facts.fact import facts_of
from intake.importing.aid import beds, paid
from intake.importing.outcome import Options, Outcome
from intake.ledgers import Period
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.classroom import MORNING, SCHOOL_NAME, Classroom, classroom
from tests.hands.command import baoxue
from tests.hands.facts import fact
from tests.hands.ledgers import rows_of, seen_by, told
from tests.hands.lists import number, sheet

HEAD = ("姓名", "身份证号", "资助项目", "学期", "应发金额", "实发金额", "发放日期", "银行卡号")
TODAY = Period(MORNING.date(), MORNING.date())
NUMBERS = {"李红": number("20170302", 1), "赵磊": number("20170304", 3)}

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def room(db: Database, people: dict[str, Person]) -> Classroom:
    made = classroom(db)
    with db.write():
        for name, said in NUMBERS.items():
            db.run("UPDATE children SET id_number = ?, id_number_hash = ?, birth_date = ? WHERE id = ?",
                   (db.keys.lock(said, "children.id_number", made.children[name]), number_hash(db, said),
                    f"{said[6:10]}-{said[10:12]}-{said[12:14]}", made.children[name]))  # fmt: skip
    return made


def row(
    name: str, due: str = "625", given: str = "312.5", program: str = "营养午餐", **more: str
) -> tuple[str, ...]:
    return (name, more.get("number", NUMBERS.get(name, "")), program, more.get("semester", "2026年秋季"), due, given,
            "2026.11.20", "6222020200000000000")  # fmt: skip


def take(db: Database, *rows: tuple[str, ...], by: Person | None = None, skip: bool = False) -> Outcome:
    return paid.take(db, sheet(HEAD, *rows), Options(skip_bad=skip, by=by))


def test_a_row_is_a_fact_with_its_source_and_again_is_nothing_new(db: Database, room: Classroom) -> None:
    first = take(db, row("李红"), row("赵磊", "500", "500", "寄宿生补助"))
    assert (first.new, first.changed, first.same, first.bad, first.written) == (2, 0, 0, 0, True)
    (noted,) = [one for one in facts_of(db, room.children["李红"]) if one.kind == "aid"]
    assert (noted.source, noted.value) == (
        "aid",
        {"program": "营养餐", "semester": "2026年秋季", "amount_due": 625, "amount_paid": 312.5, "paid_on": "2026-11-20"},
    )  # fmt: skip
    again = take(db, row("李红"), row("赵磊", "500", "500", "寄宿生补助"))
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    more = take(db, row("李红", given="625"))
    assert (more.new, more.changed, more.same) == (0, 1, 0)
    assert len([one for one in facts_of(db, room.children["李红"], former=True) if one.kind == "aid"]) == 2
    assert "6222020200000000000" not in str(db.all("SELECT * FROM child_facts"))


@pytest.mark.parametrize(
    ("said", "why"), [("昨天", "说不准是哪一天"), ("11.3", "分不清是哪一天"), ("12月31日", "说不准")]
)
def test_a_day_that_the_list_does_not_tell_is_refused(
    db: Database, room: Classroom, said: str, why: str
) -> None:
    cells = [*row("李红")]
    cells[HEAD.index("发放日期")] = said
    done = take(db, tuple(cells))
    assert [(one.label, why in one.sentence) for one in done.faults] == [("发放日期", True)]


@pytest.mark.parametrize(
    ("bad", "key"),
    [(row("钱多多", number=number("20160101", 5)), "姓名"), (row("李红", program="看电影"), "资助项目"),
     (row("李红", due="很多"), "应发"), (row("李红", semester=""), "学期"), (row("李红", number="2.20605E+17"), "身份证件号")],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_where_and_nothing_is_taken(
    db: Database, room: Classroom, bad: tuple[str, ...], key: str
) -> None:
    done = take(db, row("赵磊"), bad)
    assert [one.label for one in done.faults] == [key]
    assert (done.bad, done.written) == (1, False)
    assert not db.all("SELECT 1 FROM child_facts")
    assert take(db, row("赵磊"), bad, skip=True).new == 1


def test_the_same_twice_in_one_file_is_refused(db: Database, room: Classroom) -> None:
    assert take(db, row("李红"), row("李红", given="625")).bad == 1
    assert take(db, row("李红"), row("李红", semester="2026年春季")).new == 2


def test_namesakes_are_nobody_known_for_certain(db: Database, room: Classroom) -> None:
    classroom(db, "四年级", "1班", ("李红",))
    assert take(db, row("李红", number="")).bad == 1


def test_who_brings_it_answers_for_the_children(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    assert take(db, row("李红"), by=people["principal"]).new == 1
    assert take(db, row("李红"), by=people["neighbour"]).bad == 1


def test_what_was_paid_short_stands_beside_the_report_of_it(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    case = told(db, "subsidy", 1, room.children["李红"], program="营养餐", amount_paid="300")
    take(db, row("李红"), row("赵磊", "500", "500"))
    fact(
        db,
        room.children["李红"],
        "hardship",
        "poor",
        hardship="低保",
        proof="有证明",
        number="低保 12 号",
        until="2026-06-30",
    )
    fact(db, room.children["赵磊"], "hardship", "poor", hardship="残疾", until="2027-06-30")
    rows = {one["姓名"]: one for one in rows_of(db, "aid-paid", period=TODAY)}
    wanted = (
        "困难类型",
        "依据有效期",
        "学期",
        "资助项目",
        "应发",
        "实发",
        "少发",
        "发放日期",
        "报告说实发",
        "个案编号",
    )
    assert [rows["李红"][key] for key in wanted] == [
        "低保", "2026-06-30 已过期", "2026年秋季", "营养餐", 625, 312.5, 312.5, date(2026, 11, 20), 300, case.number,
    ]  # fmt: skip
    assert [rows["赵磊"][key] for key in wanted] == [
        "残疾", "有效到 2027-06-30", "2026年秋季", "营养餐", 500, 500, None, date(2026, 11, 20), None, None,
    ]  # fmt: skip
    masked = {one["姓名"]: one for one in rows_of(db, "aid-paid", period=TODAY, full=False)}
    assert (masked["李*"]["困难类型"], masked["李*"]["少发"]) == ("已填（见系统）", 312.5)
    assert len(rows_of(db, "aid", period=TODAY)) == 1  # the ledger of what was reported is what it was


@pytest.mark.parametrize(
    ("login", "sees"),
    [("bureau", True), ("subsidies", True), ("town", True), ("principal", True), ("village", True), ("neighbour", False),
     ("administrator", False)],
)  # fmt: skip
def test_what_was_paid_is_seen_by_role_area_school_and_kind(
    db: Database, people: dict[str, Person], room: Classroom, login: str, sees: bool
) -> None:
    take(db, row("李红"))
    assert bool(seen_by(db, people[login], "aid-paid", period=TODAY)) is sees


def test_beds_stand_in_the_summary_and_what_is_lacking(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    told(db, "boarding", 1, room.children["李红"], school=SCHOOL_NAME, needs=["寄宿"])
    told(db, "boarding", 1, room.children["赵磊"], school=SCHOOL_NAME, needs=["寄宿"])
    found = rows_of(db, "boarding", sheet=1)
    assert [(one["床位数"], one["缺口"]) for one in found] == [("未填报", "未填报")]
    head = ("学校", "床位")
    for said, verdict, beds_, lacking in (
        ("1", "new", "1", "1"),
        ("1张", "same", "1", "1"),
        ("60", "changed", "60", "0"),
    ):
        done = beds.take(db, sheet(head, (SCHOOL_NAME, said)), Options(by=people["principal"]))
        assert getattr(done, verdict) == 1
        assert [(one["床位数"], one["缺口"]) for one in rows_of(db, "boarding", sheet=1)] == [
            (beds_, lacking)
        ]
    for bad in ((SCHOOL_NAME, "很多"), ("没有的学校", "3"), (SCHOOL_NAME, "")):
        assert beds.take(db, sheet(head, bad), Options()).bad == 1
    assert beds.take(db, sheet(head, (SCHOOL_NAME, "9")), Options(by=people["neighbour"])).bad == 1


def test_by_command(db: Database, room: Classroom, tmp_path: Path) -> None:
    paths = {"aid": tmp_path / "发放.csv", "beds": tmp_path / "床位.csv"}
    paths["aid"].write_text("\n".join(map(",".join, (HEAD, row("李红")))), "utf-8")
    paths["beds"].write_text(f"学校,床位数\n{SCHOOL_NAME},40\n", "utf-8")
    for key, path in paths.items():
        done = baoxue(db.settings.data, "import", key, str(path))
        assert (done.returncode, "新增 1" in done.stdout) == (0, True), done.stderr
