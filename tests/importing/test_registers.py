"""Registers are taken child by child, of a part or of all, by whom they are, twice without harm."""

from collections.abc import Sequence
from datetime import date

import pytest

from intake.children.children import Child, child_of_number, enter_child, number_hash
from intake.children.facts.fact import facts_of
from intake.children.facts.noting import close_fact
from intake.children.listed import last_batches, listed_of_child, listed_rows
from intake.errors import Refused, Stale
from intake.importing.outcome import Options
from intake.importing.registers import taking
from intake.importing.registers.knowing import PlannedRow
from intake.importing.registers.writing import RegisterWriting, write_rows
from intake.reports.whose.working import match_reports
from intake.store.db import Database
from intake.store.ids import new_id
from tests.hands import classroom, registers, staffed
from tests.hands.classroom import SCHOOL, SCHOOL_NAME, TOWN
from tests.hands.command import baoxue
from tests.hands.lists import number
from tests.hands.registers import DRY, HEAD, HOUSEHOLDS, MIDDLE_NAME, cells_of, pupil, rows_of, take

VILLAGE, VILLAGE_NAME = "220605105203", "大石棚子村"


@pytest.fixture(autouse=True)
def _schools(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    registers.schools(db, monkeypatch)


# -- what is refused, by row


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"身份证件号": "2.20605E+17"}, "已被表格软件改坏"),
        ({"身份证件号": "220605201703010000"}, "已被表格软件改坏"),
        ({"身份证件号": "22060520170301"}, "应是 18 位"),
        ({"学籍号": "2.20605E+17"}, "学籍号在表格里成了数字"),
        ({"学籍号": "G2206052017030100"}, "学籍号是字母 G、L 或 J 加 18 位"),
        ({"性别": "2-女"}, "性别和身份证号对不上"),
        ({"出生日期": "20170302"}, "出生日期和身份证号对不上"),
        ({"出生日期": "2017.4"}, "出生日期和身份证号对不上"),
        ({"学籍号": f"G{number('20170401', 5)}"}, "学籍号和身份证号对不上"),
        ({"学校名称": "没有的学校"}, "学校名单里没有这所学校"),
        ({"姓名": ""}, "请写姓名"),
    ],
)
def test_a_row_says_what_is_wrong_and_nothing_is_taken(
    db: Database, cells: dict[str, str], sentence: str
) -> None:
    rows = rows_of([{**pupil("王小明"), **cells}, pupil("李红", "20170405", 2)])
    done = take(db, "xueji", rows)
    (fault,) = done.faults
    assert sentence in fault.sentence
    assert fault.line == 2
    assert fault.column >= 0
    assert "王小明" not in fault.sentence
    assert not done.written
    assert not db.all("SELECT id FROM children")
    skipped = take(db, "xueji", rows, Options(skip_bad=True))
    assert (skipped.new, skipped.bad, skipped.written) == (1, 1, True)
    assert set(cells_of(db, "xueji")) == {"李红"}


def test_a_number_that_no_citizen_has_is_taken_unbelieved(db: Database) -> None:
    """Whose number of identity is wrong in the register stands among what does not fit: the row must be there."""
    own = number("20121105", 3)
    wrong = own[:17] + ("1" if own[17] != "1" else "2")
    done = take(db, "xueji", rows_of([pupil("王小明", 身份证件号=wrong, 学籍号="L220605201700000001")]))
    assert (done.errors, done.new) == ([], 1)
    assert any("查不到这样的号" in one for one in done.doubts)
    cells = cells_of(db, "xueji")["王小明"]
    assert cells["wrong_number"] == wrong
    assert "id_number" not in cells
    assert child_of_number(db, number_hash(db, wrong)) is None


def test_doubles_in_a_file_are_named(db: Database) -> None:
    one = pupil("王小明")
    twice = take(db, "xueji", rows_of([one, one]), DRY)
    assert [fault.sentence for fault in twice.faults] == ["和第 2 行是同一个学籍号，这一行重复了。"]
    two_numbers = take(db, "xueji", rows_of([one, {**one, "学籍号": "L220605201700000001"}]))
    assert (two_numbers.errors, two_numbers.new) == ([], 2)
    assert any("和第 2 行是同一个身份证号" in doubt for doubt in two_numbers.doubts)
    assert len(db.all("SELECT id FROM children")) == 1, "one child has two rows"
    alike = [pupil("李红", 身份证件号="", 学籍号=f"L22060520170000000{n}", 性别="女") for n in (2, 3)]
    named = take(db, "xueji", rows_of(alike))
    assert any("姓名、性别、出生日期都一样" in doubt for doubt in named.doubts)
    assert named.new == 2


# -- again, partly, gone


def test_the_same_file_again_changes_nothing(db: Database) -> None:
    rows = rows_of(
        [pupil("王小明", 联系电话="13912340001"), pupil("李红", "20170405", 2)], (*HEAD, "联系电话")
    )
    assert take(db, "xueji", rows).new == 2
    before = db.all("SELECT id, value, closed_at FROM child_facts ORDER BY id")
    again = take(db, "xueji", rows)
    assert (again.new, again.changed, again.same, again.gone) == (0, 0, 2, 0)
    assert [tuple(one) for one in db.all("SELECT id, value, closed_at FROM child_facts ORDER BY id")] == [
        tuple(one) for one in before
    ]
    assert len(db.all("SELECT id FROM children")) == 2
    assert len(db.all("SELECT id FROM list_batches")) == 2
    assert last_batches(db, "xueji") == {SCHOOL: db.here().date().isoformat()}


def test_a_later_list_closes_what_it_says_otherwise_and_no_more(db: Database) -> None:
    head = (*HEAD, "是否留守儿童", "现住址")
    take(
        db,
        "xueji",
        rows_of([pupil("王小明", 是否留守儿童="1-是", 现住址="石人镇1号")], head),
        Options(as_of=date(2026, 3, 1)),
    )
    (row,) = listed_rows(db, "xueji")
    done = take(
        db,
        "xueji",
        rows_of([pupil("王小明", 就读方式="2-住校", 是否留守儿童="0-否", 现住址="石人镇2号")], head),
    )
    assert (done.new, done.changed) == (0, 1)
    facts = facts_of(db, row.child, former=True)
    held = {one.kind: one for one in facts if one.open}
    assert held["boarding"].value == {"lodging": "住校"}
    assert held["residence"].value == {"residence": "石人镇2号"}
    assert "group" not in held
    former = {one.kind: (one.said_on, one.why) for one in facts if not one.open}
    assert former["group"] == ("2026-03-01", "later")
    assert former["residence"] == ("2026-03-01", "later")


def test_what_staff_found_wrong_does_not_come_back_with_the_same_list(db: Database) -> None:
    rows = rows_of([pupil("王小明", 是否孤儿="1-是")], (*HEAD, "是否孤儿"))
    take(db, "xueji", rows)
    (row,) = listed_rows(db, "xueji")
    (fact,) = (one for one in facts_of(db, row.child) if one.kind == "group")
    close_fact(db, fact, "staff:1")
    take(db, "xueji", rows)
    assert not [one for one in facts_of(db, row.child) if one.kind == "group"]


def test_a_list_of_one_school_says_nothing_of_others(db: Database) -> None:
    other = pupil("赵磊", "20121105", 7, 学校名称=MIDDLE_NAME, 年级="八年级")
    take(db, "xueji", rows_of([pupil("王小明"), pupil("李红", "20170405", 2), other]))
    preview = take(db, "xueji", rows_of([pupil("王小明")]), DRY)
    assert preview.gone == 1
    assert any("李*" in note and "赵" not in note for note in preview.notes)
    assert len(list(listed_rows(db, "xueji"))) == 3, "a preview writes nothing"
    take(db, "xueji", rows_of([pupil("王小明")]))
    assert set(cells_of(db, "xueji")) == {"王小明", "赵磊"}
    (gone,) = listed_rows(db, "xueji", "l.gone_at IS NOT NULL")
    assert gone.get("child_name") == "李红"
    assert listed_of_child(db, gone.child) == [gone]
    back = take(db, "xueji", rows_of([pupil("王小明"), pupil("李红", "20170405", 2)]))
    assert (back.new, back.changed, back.same) == (0, 1, 1)
    whole = take(db, "xueji", rows_of([pupil("王小明")]), Options(whole=True))
    assert whole.gone == 2
    assert db.settings.district_code in last_batches(db, "xueji")


def test_nobody_is_gone_after_a_list_that_was_not_read_whole(db: Database) -> None:
    take(db, "xueji", rows_of([pupil("王小明"), pupil("李红", "20170405", 2)]))
    rows = rows_of([pupil("王小明"), pupil("李红", "20170405", 2, 性别="男")])
    done = take(db, "xueji", rows, Options(skip_bad=True))
    assert (done.written, done.gone) == (True, 0)
    assert len(list(listed_rows(db, "xueji"))) == 2


def test_a_list_that_was_cut_off_is_whole_the_next_time(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "SLICE", 2)
    rows = rows_of([pupil(f"王小{sign}", "20170301", order) for order, sign in enumerate("明红刚", 1)])
    turns = list[int]()

    def cut(writing: RegisterWriting, some: Sequence[PlannedRow]) -> None:
        turns.append(len(some))
        if len(turns) == 2:
            raise Refused("断了")
        write_rows(writing, some)

    monkeypatch.setattr(taking, "write_rows", cut)
    with pytest.raises(Refused):
        take(db, "xueji", rows)
    assert len(list(listed_rows(db, "xueji"))) == 2
    assert last_batches(db, "xueji") == {}, "what was cut off tells of nothing"
    monkeypatch.setattr(taking, "write_rows", write_rows)
    done = take(db, "xueji", rows)
    assert (done.new, done.same) == (1, 2)
    assert len(db.all("SELECT id FROM children")) == 3


def test_who_was_entered_since_a_list_was_looked_through_is_found(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "SLICE", 1)
    own, turns = number("20170405", 2), list[int]()

    def turn(writing: RegisterWriting, some: Sequence[PlannedRow]) -> None:
        turns.append(len(some))
        if len(turns) == 1:  # another list, before this one comes to its second row
            child = Child(
                new_id(), "李红", "女", "2017-04-05", TOWN, "", "", "", "", "", number_hash(db, own)
            )
            enter_child(db, child, own, actor="command")
        write_rows(writing, some)

    monkeypatch.setattr(taking, "write_rows", turn)
    assert take(db, "xueji", rows_of([pupil("王小明"), pupil("李红", "20170405", 2)])).written
    assert turns == [1, 1], "nobody waits for more than a turn"
    (named,) = db.all("SELECT id FROM children WHERE child_name = '李红'")
    assert named["id"] in {row.child for row in listed_rows(db, "xueji")}


def test_a_new_hash_key_finds_the_rows_again(db: Database) -> None:
    rows = rows_of([pupil("王小明"), pupil("李红", "20170405", 2)])
    take(db, "xueji", rows)
    data = db.settings.data
    for words in (("rotate-keys",), ("rotate-keys", "--hash")):
        done = baoxue(data, *words)
        assert done.returncode == 0, done.stderr
    anew = Database(db.settings)
    again = take(anew, "xueji", rows)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert set(cells_of(anew, "xueji")) == {"王小明", "李红"}
    anew.close()


def test_a_decision_counts_only_for_what_was_looked_at(db: Database) -> None:
    rows = rows_of([pupil("王小明")])
    seen = take(db, "xueji", rows, DRY).mark
    take(db, "xueji", rows)
    with pytest.raises(Stale):
        take(db, "xueji", rows, Options(seen=seen))


# -- whose row it is


def test_a_row_finds_the_child_of_the_roll(db: Database) -> None:
    room = classroom.classroom(db)  # a girl of that name, born on the first of March
    done = take(db, "xueji", rows_of([pupil("王小明", order=2)]))
    (row,) = listed_rows(db, "xueji")
    assert row.child == room.children["王小明"], "name and birth date are certain"
    assert len(db.all("SELECT id FROM children")) == len(room.children)
    assert child_of_number(db, number_hash(db, number("20170301", 2))), "what was not known is filled in"
    assert not any("新建档案" in note for note in done.notes)


def test_who_is_only_likely_becomes_no_second_child_in_silence(db: Database) -> None:
    room = classroom.classroom(db)
    done = take(
        db,
        "xueji",
        rows_of([pupil("王小明", 身份证件号="", 出生日期="", 学籍号="L220605201700000001", 性别="")]),
    )
    assert any("新建档案：1 人" in note for note in done.notes)
    (row,) = listed_rows(db, "xueji")
    assert row.child not in room.children.values()
    match_reports(db)
    (match,) = db.all("SELECT child, other, state FROM child_matches")
    assert (match["child"], match["other"], match["state"]) == (room.children["王小明"], row.child, "open")


def test_what_the_roll_knows_otherwise_stays_and_stands_beside(db: Database) -> None:
    take(db, "xueji", rows_of([pupil("王小明")]))
    (row,) = listed_rows(db, "xueji")
    with db.write():
        db.run("UPDATE children SET child_name = '王晓明' WHERE id = ?", (row.child,))
    take(db, "xueji", rows_of([pupil("王小明", 就读方式="2-住校")]))
    known = db.one("SELECT child_name FROM children WHERE id = ?", (row.child,))
    assert known is not None
    assert known["child_name"] == "王晓明"
    assert [one.value for one in facts_of(db, row.child) if one.kind == "name"] == [{"name": "王小明"}]


# -- households, poor households, permits


def _household(name: str, born: str, order: int, **cells: str) -> dict[str, str]:
    return {
        "户号": "0012", "户主": "王建国", "与户主关系": "长子", "姓名": name, "性别": "男" if order % 2 else "女",
        "出生日期": born, "身份证号": number(born, order), "户籍地址": "石人镇大石棚子村3组12号", "村（社区）": VILLAGE_NAME,
        "民族": "汉族", "是否常住": "是", **cells,
    }  # fmt: skip


def test_of_a_household_only_children_of_school_age_are_kept(db: Database) -> None:
    people = [
        _household("王建国", "19850101", 1, 与户主关系="户主"), _household("王小明", "20170301", 3),
        _household("王小妹", "20210301", 2), _household("王小幼", "20201001", 4), _household("王大明", "20090831", 5),
        _household("王二明", "20090901", 7, 是否常住="空挂"),
    ]  # fmt: skip
    done = take(db, "huji", rows_of(people, HOUSEHOLDS))
    assert done.errors == []
    cells = cells_of(db, "huji")
    assert set(cells) == {"王小明", "王二明"}, "six to sixteen by 31 August"
    assert any("不是学龄儿童，没有收，也没有留下：4 人" in note for note in done.notes)
    assert {one["child_name"] for one in db.all("SELECT child_name FROM children")} == set(cells)
    assert (cells["王小明"]["head"], cells["王小明"]["present"], cells["王二明"]["present"]) == (
        "王建国",
        "常住",
        "空挂",
    )
    row = next(listed_rows(db, "huji", "l.gone_at IS NULL AND l.village = ?", (VILLAGE,)))
    child = db.one("SELECT town, village, class FROM children WHERE id = ?", (row.child,))
    assert child is not None
    assert (child["town"], child["village"], child["class"]) == (TOWN, VILLAGE, None)
    facts = {one.kind: one.value for one in facts_of(db, row.child)}
    assert facts["household"] is not None
    assert facts["household"]["household_number"] == "0012"
    assert last_batches(db, "huji").keys() == {VILLAGE}


def test_a_village_is_found_in_an_address(db: Database) -> None:
    head = tuple(one for one in HOUSEHOLDS if one != "村（社区）")
    take(db, "huji", rows_of([_household("王小明", "20170301", 3)], head))
    assert [row.village for row in listed_rows(db, "huji")] == [VILLAGE]
    done = take(db, "huji", rows_of([_household("王小红", "20170301", 2, 户籍地址="长春市某街1号")], head))
    assert "请写镇街和村" in done.faults[0].sentence


def test_a_household_and_a_pupil_are_one_child(db: Database) -> None:
    take(db, "xueji", rows_of([pupil("王小明", "20170301", 3)]))
    done = take(db, "huji", rows_of([_household("王小明", "20170301", 3)], HOUSEHOLDS))
    assert (done.new, len(db.all("SELECT id FROM children"))) == (1, 1)
    child = db.one("SELECT id, village FROM children")
    assert child is not None
    assert child["village"] == VILLAGE
    assert {one.listing for one in listed_of_child(db, child["id"])} == {"xueji", "huji"}


def test_poor_households(db: Database) -> None:
    head = ("户编号", "户主姓名", "镇", "行政村", "组", "姓名", "身份证号", "脱贫年度", "户类型")
    own = number("20170301", 3)
    rows = [
        head,
        ("P1", "王建国", "石人镇", VILLAGE_NAME, "3组", "王建国", number("19850101", 1), "2019", "脱贫户"),
        ("P1", "王建国", "石人镇", VILLAGE_NAME, "3组", "王小明", own, "2019", "脱贫不稳定户（监测对象）"),
    ]
    done = take(db, "poor", rows)
    assert (done.errors, done.new) == ([], 1)
    (row,) = listed_rows(db, "poor")
    assert (row.village, row.get("hardship"), row.get("poor_since")) == (
        VILLAGE,
        "防止返贫致贫对象、脱贫户",
        "2019",
    )
    hardships = {
        one.value["hardship"] for one in facts_of(db, row.child) if one.kind == "hardship" and one.value
    }
    assert hardships == {"脱贫户", "防止返贫致贫对象"}
    parent = number("19850101", 1)
    assert all(parent not in str(tuple(one)) for one in db.all("SELECT * FROM children"))


@pytest.mark.parametrize("said", ["没有这个村", ""])
def test_a_village_that_nobody_finds_is_told_in_every_register(db: Database, said: str) -> None:
    """A poor household of a village with another name was kept as one of its town, without a word."""
    head = ("户主", "镇", "村", "姓名", "身份证号")
    row = ("王建国", "石人镇", said, "王小明", number("20170301", 3))
    for listing in ("huji", "poor"):
        done = take(db, listing, [head, row], Options(dry_run=True))
        assert (done.errors, done.doubts) == ([], ["第 2 行：没有看出是哪个村（社区），只记到镇街。"])


def test_a_month_that_lost_its_nought_is_that_of_the_number(db: Database) -> None:
    row = {**pupil("王小明"), "身份证件号": number("20171015", 3), "学籍号": "", "出生日期": "2017.1"}
    assert take(db, "xueji", rows_of([row])).errors == []


def test_children_who_came_with_the_holder_of_a_permit(db: Database) -> None:
    holder, son = number("19850101", 1), number("20170301", 3)
    head = ("姓名", "证件号", "居住证号", "现住址", "有效期", "联系电话", "随行子女")
    rows = [
        head,
        ("赵大", holder, "JZ22060500001", "石人镇大石棚子村", "2025-01-01至2027-12-31", "13912340009",
         f"赵小一 {son}、赵小二（女，2018-05-06）、赵小三"),
        ("钱小雨", number("20160606", 2), "JZ22060500002", "石人镇大石棚子村5组", "20271231", "", ""),
        ("孙大", number("19800101", 1), "JZ22060500003", "石人镇", "20271231", "", ""),
    ]  # fmt: skip
    done = take(db, "juzhuzheng", rows)
    assert done.errors == []
    cells = cells_of(db, "juzhuzheng")
    assert set(cells) == {"赵小一", "赵小二", "赵小三", "钱小雨"}
    assert cells["赵小一"]["until"] == "2027-12-31"
    assert (cells["赵小二"]["sex"], cells["赵小二"]["birth_date"]) == ("女", "2018-05-06")
    children = {one["child_name"] for one in db.all("SELECT child_name FROM children")}
    assert children == {"赵小一", "赵小二", "钱小雨"}, "a name alone is nobody"
    (first,) = (one for one in listed_rows(db, "juzhuzheng") if one.get("child_name") == "赵小一")
    facts = {one.kind: one.value for one in facts_of(db, first.child)}
    assert facts["permit"] == {"permit_number": "JZ22060500001", "until": "2027-12-31"}
    assert facts["guardian"] == {"guardian_name": "赵大", "phone": "13912340009"}
    assert all(holder not in str(one) for one in cells.values())


def test_a_row_that_was_nobody_finds_its_child_later(db: Database) -> None:
    head = ("姓名", "证件号", "居住证号", "现住址", "联系电话", "随行子女")
    rows = [head, ("赵大", number("19850101", 1), "JZ1", "石人镇大石棚子村", "13912340009", "赵小三")]
    take(db, "juzhuzheng", rows)
    assert [row.child for row in listed_rows(db, "juzhuzheng")] == [""]
    known = [{**pupil("赵小三"), "监护人姓名": "赵大", "监护人电话": "13912340009"}]
    take(db, "xueji", rows_of(known, (*HEAD, "监护人姓名", "监护人电话")))
    done = take(db, "juzhuzheng", rows)
    (row,) = listed_rows(db, "juzhuzheng")
    assert (done.changed, row.child) == (1, next(listed_rows(db, "xueji")).child), (
        "name and telephone are certain"
    )


# -- who may bring what


@pytest.mark.parametrize(
    ("login", "listing", "refused"),
    [
        ("bureau", "xueji", 0), ("officer", "huji", 0), ("principal", "xueji", 1), ("town", "huji", 0),
        ("neighbour", "huji", 1), ("subsidies", "huji", 0),
    ],
)  # fmt: skip
def test_everybody_brings_what_is_theirs(db: Database, login: str, listing: str, refused: int) -> None:
    by = staffed.one(db, login)
    there = [pupil("赵磊", "20121105", 7, 学校名称=MIDDLE_NAME, 年级="八年级")]
    rows = (
        rows_of(there) if listing == "xueji" else rows_of([_household("王小明", "20170301", 3)], HOUSEHOLDS)
    )
    done = take(db, listing, rows, Options(by=by, skip_bad=True))
    assert (done.bad, done.new) == (refused, 1 - refused)
    assert all("不归您管" in fault.sentence for fault in done.faults)


def test_all_of_a_principal_is_her_school(db: Database) -> None:
    take(
        db,
        "xueji",
        rows_of(
            [pupil("李红", "20170405", 2), pupil("赵磊", "20121105", 7, 学校名称=MIDDLE_NAME, 年级="八年级")]
        ),
    )
    by = staffed.one(db, "principal")
    done = take(db, "xueji", rows_of([pupil("王小明")]), Options(by=by, whole=True))
    assert done.gone == 1
    assert set(cells_of(db, "xueji")) == {"王小明", "赵磊"}


def test_all_of_a_town_is_its_villages(db: Database) -> None:
    take(
        db,
        "huji",
        rows_of([_household("王小明", "20170301", 3), _household("王小红", "20180301", 2)], HOUSEHOLDS),
    )
    done = take(db, "huji", rows_of([_household("王小红", "20180301", 2)], HOUSEHOLDS),
                Options(by=staffed.one(db, "town"), whole=True))  # fmt: skip
    assert (done.same, done.gone) == (1, 1)


# -- the words of headers are the bureau's


def test_the_bureau_adds_words_of_its_own(db: Database) -> None:
    own = [("单位名称", "学生大名", "证件编码"), (SCHOOL_NAME, "王小明", number("20170301", 1))]
    with pytest.raises(Refused):
        take(db, "xueji", own)
    path = db.settings.data / "headers.csv"
    path.write_text(
        "list,key,header\nxueji,name,学生大名\nxueji,id_number,证件编码\nxueji,school,单位名称\n", "gb18030"
    )
    assert take(db, "xueji", own).new == 1
    path.write_text("list,key,header\nxueji,name,学生大名\nnothing,name,大名\n", "utf-8")
    with pytest.raises(Refused, match="第 3 行"):
        take(db, "xueji", own)
