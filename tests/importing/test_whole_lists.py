"""Lists as other hands lay them out: read whole, each child in its class, or what was left is said."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from intake.errors import Refused, Stale
from intake.importing import roster, schools, staff
from intake.importing.outcome import Options, Outcome
from intake.importing.table import DAMAGED, ERROR, FORMULA, MONTH, ListLine, ListSheet
from intake.people import bindings
from intake.places import gazetteer
from intake.store.db import Database
from tests.hands import classroom, staffed
from tests.hands.casework import report
from tests.hands.classroom import SCHOOL, SCHOOL_NAME
from tests.hands.lists import STAFF, number, sheet

PLAIN = Options()
OTHER, OTHER_NAME = "2206050002", "湾沟镇中心小学"
HEAD = ("姓名", "学校", "班级")
ONE, TWO = f"{SCHOOL_NAME}三年级1班学生名单", f"{SCHOOL_NAME}三年级2班学生名单"
WHO = ("序号", "姓名", "性别")
GIVEN = "安宝春丹芳刚海佳凯兰敏娜鹏琪荣帅婷薇雪燕宇泽志"


@pytest.fixture(autouse=True)
def _two_schools(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    classroom.school(db)
    classroom.school(db, OTHER, OTHER_NAME, "220605102")


def take(db: Database, sheets: list[ListSheet], options: Options = PLAIN) -> Outcome:
    return roster.take(db, sheets, options)


def where(db: Database) -> dict[str, str]:
    """Give school and class of every child."""
    rows = db.all(
        "SELECT c.child_name, s.name, k.grade, k.class_name FROM children c JOIN classes k ON k.id = c.class"
        " JOIN schools s ON s.code = k.school"
    )
    return {row[0]: "".join((row[1], row[2], row[3])).removeprefix(SCHOOL_NAME) for row in rows}


# -- below each other


@pytest.mark.parametrize(
    "gap", [(), ([""],), (["合计", "2 人"],), (["填表人：刘老师"], [""]), (["班主任：刘春梅"],)]
)
@pytest.mark.parametrize("again", [(WHO,), ()])
@pytest.mark.parametrize("title", [TWO, "三年级2班", "三（2）班", "2班"])
def test_a_second_title_begins_a_second_class(
    db: Database, gap: Sequence[Sequence[str]], again: Sequence[Sequence[str]], title: str
) -> None:
    rows = [[ONE], WHO, ["1", "王试一", "男"], ["2", "王试二", "女"], *gap, [title, "", ""], *again,
            ["1", "李试三", "男"], ["2", "李试四", "女"]]  # fmt: skip
    done = take(db, sheet(*rows))
    assert (done.errors, done.whole) == ([], True)
    assert where(db) == {
        "王试一": "三年级1班",
        "王试二": "三年级1班",
        "李试三": "三年级2班",
        "李试四": "三年级2班",
    }


def test_a_second_table_has_columns_of_its_own(db: Database) -> None:
    done = take(
        db,
        sheet(
            [ONE], ["姓名", "性别", "备注"], ["王试一", "男", "李红"],
            [TWO], ["学号", "性别", "备注", "姓名"], ["7", "女", "王小明", "李试三"],
        ),
    )  # fmt: skip
    assert (done.errors, where(db)) == ([], {"王试一": "三年级1班", "李试三": "三年级2班"})


def test_a_header_that_is_only_repeated_goes_on(db: Database) -> None:
    done = take(db, sheet([ONE], WHO, ["1", "王试一", "男"], WHO, ["2", "王试二", "女"]))
    assert (done.errors, set(where(db).values())) == ([], {"三年级1班"})


@pytest.mark.parametrize(
    "title", [f"{OTHER_NAME}三年级1班", f"{OTHER_NAME}学生名单", "松树镇中心小学三年级1班", "七彩班"]
)
def test_a_title_that_names_another_school_or_class_never_leaves_children_in_the_first(
    db: Database, title: str
) -> None:
    take(
        db,
        sheet([ONE], WHO, ["1", "王试一", "男"], [title], WHO, ["1", "李试三", "男"]),
        Options(skip_bad=True),
    )
    assert where(db).get("李试三") in (None, f"{OTHER_NAME}三年级1班")
    assert where(db)["王试一"] == "三年级1班"


def test_a_chosen_school_does_not_overrule_a_title(db: Database) -> None:
    rows = sheet([f"{OTHER_NAME}三年级1班"], WHO, ["1", "李试三", "男"])
    done = roster.take(db, rows, PLAIN, bindings.school_meant(db, SCHOOL))
    assert "对不上" in done.errors[0]
    assert not where(db)


@pytest.mark.parametrize("rows", [[WHO * 80], [WHO, ["1", "王试一", "男"]] * 3000])
def test_more_tables_than_anybody_makes_are_refused_soon(db: Database, rows: list[Sequence[str]]) -> None:
    began = time.process_time()
    with pytest.raises(Refused, match="太多了"):
        take(db, sheet([ONE], *rows, *[["1", "王试一", "男"] * 80] * 2000))
    assert time.process_time() - began < 30


@pytest.mark.parametrize("between", ["班主任：刘春梅", "2025年9月1日", "填报日期：9月"])
def test_what_stands_between_a_title_and_its_header_is_nobody(db: Database, between: str) -> None:
    rows = [[ONE], [between], WHO, ["1", "王试一", "男"], [TWO], [between], WHO, ["1", "李试三", "男"]]
    done = take(db, sheet(*rows))
    assert (done.errors, where(db)) == ([], {"王试一": "三年级1班", "李试三": "三年级2班"})


def test_what_is_told_of_a_child_is_no_title(db: Database) -> None:
    head = ["姓名", "年级", "班级"]
    rows = [
        [SCHOOL_NAME],
        head,
        ["王试一", "三年级", "1"],
        [f"李试三转到{OTHER_NAME}"],
        ["赵试五", "三年级", "1"],
    ]
    done = take(db, sheet(*rows), Options(skip_bad=True))
    assert [line.split("：")[0] for line in done.errors] == ["第 4 行"] * len(done.errors) != []
    assert where(db) == {"王试一": "三年级1班", "赵试五": "三年级1班"}


def test_five_hundred_tables_below_each_other_are_read(db: Database) -> None:
    rows: list[Sequence[str]] = []
    for n in range(500):
        rows += [[f"三年级{n % 9 + 1}班"], WHO, ["1", f"王{GIVEN[n // 23]}{GIVEN[n % 23]}", ""]]
    done = take(db, sheet([SCHOOL_NAME], *rows))
    assert (done.new, done.errors, len(set(where(db).values()))) == (500, [], 9)


def test_teachers_of_a_second_school_stay_there(db: Database) -> None:
    classroom.classroom(db, name="1班", names=())
    head = ["序号", "姓名", "手机", "角色", "班级"]
    rows = [[f"{SCHOOL_NAME}教师名单"], head, ["1", "王老试", "13811110001", "班主任", "三年级1班"], [""],
            [f"{OTHER_NAME}教师名单"], head, ["1", "李老试", "13811110002", "班主任", "三年级1班"]]  # fmt: skip
    done = staff.take(db, sheet(*rows), Options(skip_bad=True))
    assert (done.new, [line.split("：")[0] for line in done.errors]) == (1, ["第 7 行"])
    assert f"{OTHER_NAME}没有三年级1班" in done.errors[0]
    assert [row["name"] for row in db.all("SELECT name FROM staff")] == ["王老试"]


def test_somebodys_post_is_no_header(db: Database) -> None:
    rows = [
        ["刘春梅", "13812340001", "教师", SCHOOL_NAME, ""],
        ["孙丽", "13812340002", "教师", SCHOOL_NAME, ""],
    ]
    done = staff.take(db, sheet(STAFF, *rows), PLAIN)
    assert (done.new, done.errors) == (2, [])


@pytest.mark.parametrize("line", [["", "", "", "", "转学待定"], ["", "", "", "", "见附表"]])
def test_a_line_that_is_no_row_is_told_and_nobody_leaves(db: Database, line: Sequence[str]) -> None:
    room = classroom.classroom(db)
    rows = [("王小明", SCHOOL_NAME, "三年级2班", "", ""), ("李红", SCHOOL_NAME, "三年级2班", "", "")]
    done = take(db, sheet((*HEAD, "备注", "说明"), *rows, line), Options(leave=True))
    assert any("看不出是什么的行" in note and "第 4 行" in note for note in done.notes)
    assert len(done.leaving) == 2
    assert len(db.all("SELECT 1 FROM children WHERE class = ?", (room.id,))) == 4


def test_numbered_lines_that_nobody_filled_in_are_blank(db: Database) -> None:
    done = take(db, sheet([ONE], WHO, ["1", "王试一", "男"], ["2", "", ""], ["3.", "", ""]))
    assert (done.new, done.whole, done.errors) == (1, True, [])


# -- beside each other


def test_two_blocks_beside_each_other_are_two_halves(db: Database) -> None:
    done = take(
        db,
        sheet([ONE], (*WHO, *WHO), ["1", "王试一", "男", "3", "赵试五", "女"], ["2", "王试二", "女", "", "", ""],
              ["", "", "", "4", "赵试六", "不明"]),
    )  # fmt: skip
    assert [line.split("：")[0] for line in done.errors] == ["第 5 行第 2 栏"]
    assert done.faults[0].column == 5
    assert (done.new, done.written) == (3, False)
    done = take(db, sheet([ONE], (*WHO, *WHO), ["1", "王试一", "男", "3", "赵试五", "女"]))
    assert where(db) == {"王试一": "三年级1班", "赵试五": "三年级1班"}


def test_each_block_has_the_title_above_it(db: Database) -> None:
    take(
        db,
        sheet(
            [SCHOOL_NAME], ["三年级1班", "", "", "", "三年级2班", "", ""], ["姓名", "性别", "", "", "姓名", "性别"],
            ["王试一", "男", "", "", "李试三", "男"], ["三年级3班", "", "", "", "", ""], ["赵试五", "", "", "", "赵试六", ""],
        ),
    )  # fmt: skip
    assert where(db) == {
        "王试一": "三年级1班",
        "李试三": "三年级2班",
        "赵试五": "三年级3班",
        "赵试六": "三年级3班",
    }


def test_two_names_that_ask_for_different_things_are_refused(db: Database) -> None:
    with pytest.raises(Refused, match=r"“姓名”（A 列、C 列）.*家长姓名"):
        take(db, sheet([ONE], ["姓名", "性别", "姓名", "电话"], ["王试一", "男", "王大力", "13812340001"]))


@pytest.mark.parametrize(
    "head",
    [
        (
            ["学生信息", "学生信息", "家长信息", "家长信息", "备注"],
            ["姓名", "性别", "姓名", "身份证号", "班级"],
        ),
        (["学生信息", "", "监护人", "", "备注"], ["姓名", "性别", "姓名", "身份证号", "班级"]),
        (["姓名", "性别", "父亲", "父亲", "班级"], ["姓名", "性别", "姓名", "身份证号", "班级"]),
    ],
)
def test_columns_below_a_heading_of_parents_are_never_a_childs(
    db: Database, head: Sequence[Sequence[str]]
) -> None:
    rows = [
        ["王试一", "男", "王大力", number("19800101"), "三年级2班"],
        ["王试二", "女", "王小力", "", "三年级2班"],
    ]
    done = take(db, sheet([SCHOOL_NAME], *head, *rows))
    assert (done.errors, where(db)) == ([], {"王试一": "三年级2班", "王试二": "三年级2班"})
    assert all(row["id_number"] is None for row in db.all("SELECT id_number FROM children"))
    assert "身份证号（家长的）" in done.notes[-2]


def test_a_table_that_begins_beside_rows_is_refused(db: Database) -> None:
    with pytest.raises(Refused, match="第 4 行右边又有一个表头"):
        take(db, sheet([ONE], WHO, ["1", "王试一", "男"], ["2", "王试二", "女", "", "姓名", "性别"],
                       ["3", "王试三", "女", "", "赵试五", "男"]))  # fmt: skip


def test_names_below_no_header_are_told_and_nobody_leaves(db: Database) -> None:
    done = take(db, sheet([ONE], WHO, ["1", "王试一", "男", "", "赵磊"], ["2", "王试二", "女", "", "李红"]))
    assert ("E 列没有表头，里面的内容没有读。" in done.notes, done.whole) == (True, False)


# -- sheets, and what is hidden


def test_a_sheet_without_a_header_is_named_and_nobody_leaves(db: Database) -> None:
    room = classroom.classroom(db)
    first = sheet(HEAD, ["王小明", SCHOOL_NAME, "三年级2班"], ["李红", SCHOOL_NAME, "三年级2班"], name="一")
    second = sheet(["张雨桐", SCHOOL_NAME, "三年级2班"], ["赵磊", SCHOOL_NAME, "三年级2班"], name="续")
    done = take(db, first + second, Options(leave=True))
    assert any("工作表“续”没有表头“姓名”" in note for note in done.notes)
    assert any("没有读全" in note for note in done.notes)
    assert len(db.all("SELECT 1 FROM children WHERE class = ?", (room.id,))) == 4
    assert take(db, first, Options(leave=True)).notes[-1].startswith("已经移出班级：2 人")


def hidden(*rows: Sequence[str], lines: Sequence[int] = (), **more: Any) -> list[ListSheet]:
    (one,) = sheet(*rows)
    return [
        replace(one, lines=tuple(replace(line, hidden=line.number in lines) for line in one.lines), **more)
    ]


def test_hidden_rows_are_left_and_named_and_nobody_leaves(db: Database) -> None:
    room = classroom.classroom(db)
    rows = hidden(
        HEAD, *([name, SCHOOL_NAME, "三年级2班"] for name in ("王小明", "李红", "赵磊")), lines=(3,)
    )
    done = take(db, rows, Options(leave=True))
    assert (done.same + done.new, done.whole) == (2, False)
    assert any("隐藏或筛选掉的行没有导入：1 行（第 3 行）" in note for note in done.notes)
    assert [one.title for one in done.leaving] == ["三年级2班张*桐"]  # 李红 is in the file
    assert len(db.all("SELECT 1 FROM children WHERE class = ?", (room.id,))) == 4


def test_hidden_sheets_are_left_and_named(db: Database) -> None:
    good = sheet(HEAD, ["王小明", SCHOOL_NAME, "三年级2班"], name="一")
    lists = hidden(["男"], ["女"], name="字典", hidden=True)
    old = hidden(HEAD, ["李红", SCHOOL_NAME, "三年级2班"], name="旧", hidden=True)
    assert (take(db, good + lists).whole, take(db, good + old).whole) == (True, False)
    assert any("隐藏的工作表“旧”没有导入" in note for note in take(db, good + old).notes)
    assert set(where(db)) == {"王小明"}
    with pytest.raises(Refused, match="隐藏"):
        take(db, old)


def test_what_stands_too_far_away_is_named(db: Database) -> None:
    done = take(db, hidden(HEAD, ["王小明", SCHOOL_NAME, "三年级2班"], far="XFD9"))
    assert (done.new, done.whole) == (1, False)
    assert any("XFD9" in note and "请删掉下面和右边的空行空列" in note for note in done.notes)


# -- cells


def marked(*rows: Sequence[str], marks: dict[tuple[int, int], str], **more: object) -> list[ListSheet]:
    lines = [
        ListLine(n, tuple(row), marks={at: mark for (line, at), mark in marks.items() if line == n})
        for n, row in enumerate(rows, 1)
    ]
    return [ListSheet("", tuple(lines), **more)]  # type: ignore[arg-type]


BORN = (*HEAD, "身份证号", "出生年月")


@pytest.mark.parametrize("mark", [FORMULA, ERROR])
def test_what_cannot_be_read_is_not_what_is_absent(db: Database, mark: str) -> None:
    row = ["王试一", SCHOOL_NAME, "三年级1班", "", ""]
    done = take(db, marked(BORN, row, marks={(2, 3): mark}))
    assert (len(done.errors), done.faults[0].column, done.faults[0].label) == (1, 3, "身份证号")
    assert "公式" in done.errors[0]
    assert (
        take(db, marked((*HEAD, "备注"), row[:4], marks={(2, 3): mark})).errors == []
    )  # nobody asked for it


@pytest.mark.parametrize(
    ("born", "mark", "head"),
    [("2017-09-01", MONTH, "出生年月"), ("2017-09-01", MONTH, "出生日期"), ("2017-09-20", MONTH, "出生日期"),
     ("2017-09-01", "", "出生年月"), ("2017年9月", "", "出生日期"), ("2017.9", "", "出生年月")],
)  # fmt: skip
def test_a_month_is_no_day(db: Database, born: str, mark: str, head: str) -> None:
    marks = {(n, 4): mark for n in (2, 3) if mark}
    whose = number("20170915")
    rows = [["王试一", SCHOOL_NAME, "三年级1班", whose, born], ["王试二", SCHOOL_NAME, "三年级1班", "", born]]
    done = take(db, marked((*HEAD, "身份证号", head), *rows, marks=marks))
    assert done.errors == []
    kept = {
        row["child_name"]: row["birth_date"] for row in db.all("SELECT child_name, birth_date FROM children")
    }
    assert kept == {"王试一": "2017-09-15", "王试二": None}
    assert "只有年月" in done.doubts[0]


def test_a_month_that_is_another_one_is_a_fault_and_a_full_day_stays_one(db: Database) -> None:
    wrong = ["王试一", SCHOOL_NAME, "三年级1班", number("20170915"), "2017-08-01"]
    done = take(db, marked(BORN, wrong, marks={(2, 4): MONTH}))
    assert ("出生日期和身份证号对不上" in done.errors[0], done.faults[0].column) == (True, 4)
    take(db, sheet(BORN, ["王试二", SCHOOL_NAME, "三年级1班", "", "2017-09-15"]))
    (row,) = db.all("SELECT birth_date FROM children")
    assert row["birth_date"] == "2017-09-15"


def test_a_day_without_its_format_counts_as_its_file_counts(db: Database) -> None:
    head = (*HEAD, "出生日期")
    take(db, marked(head, ["王试一", SCHOOL_NAME, "三年级1班", "41333"], marks={}, from_1904=True))
    take(db, marked(head, ["王试二", SCHOOL_NAME, "三年级1班", "42795"], marks={}))
    assert {row["birth_date"] for row in db.all("SELECT birth_date FROM children")} == {"2017-03-01"}


@pytest.mark.parametrize("sign", ["(", "王", "1", "（班", "三年级", "转"])
def test_a_book_in_a_cell_is_a_fault_and_takes_no_time(db: Database, sign: str) -> None:
    book = sign * (30_000 // len(sign)) + "终"
    rows = [[*(book if at == place else cell for at, cell in enumerate(["王试一", SCHOOL_NAME, "三年级1班", "", ""]))]
            for place in range(5) for _ in range(20)]  # fmt: skip
    began = time.process_time()
    done = take(db, sheet([book], BORN, *rows), Options(skip_bad=True))
    assert time.process_time() - began < 30
    assert done.new + done.changed == 0
    assert sum("太长了" in line for line in done.errors) >= 80


@pytest.mark.parametrize("said", ["2.20605E+17", "2.20605201703010E+17"])
def test_a_number_that_lost_its_digits_is_refused_at_its_cell(db: Database, said: str) -> None:
    row = ["王试一", SCHOOL_NAME, "三年级1班", said, ""]
    done = take(db, marked(BORN, row, marks={(2, 3): DAMAGED}))
    assert "证件号已被表格软件改坏，请重新填成文本" in done.errors[0]
    assert done.faults[0].column == 3


def test_full_width_digits_and_odd_blanks_are_read(db: Database) -> None:
    whose = number("20170915")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in whose)
    rows = [["王\u3000试一", f"\u00a0{SCHOOL_NAME}\u3000", "三年级\uff12班", f" {wide}\u200b"]]
    done = take(db, sheet((*HEAD, "身份证号"), *rows))
    assert (done.errors, where(db)) == ([], {"王试一": "三年级2班"})
    assert db.one("SELECT 1 FROM children WHERE id_number_hash = ?", (db.keys.digest("IdNumber", whose),))


# -- stages that are not ours


@pytest.mark.parametrize(
    ("school", "klass"),
    [
        ("石人镇中心幼儿园", "大班"),
        (SCHOOL_NAME, "学前班"),
        ("江源区高级中学", "高一3班"),
        ("江源区职业高中", "2班"),
    ],
)
def test_children_of_other_stages_are_skipped_and_said(db: Database, school: str, klass: str) -> None:
    rows = sheet(HEAD, ["王小明", SCHOOL_NAME, "三年级2班"], ["李红", school, klass])
    done = take(db, rows)
    assert (done.new, done.errors, done.written, done.whole) == (1, [], True, True)
    assert done.skipped == ["不是义务教育阶段（幼儿园、高中、职业学校），没有导入：1 行（第 3 行）。"]


def test_schools_and_teachers_of_other_stages_are_skipped_and_said(db: Database) -> None:
    head = ("学校名称", "乡镇", "学段")
    done = schools.take(
        db, sheet(head, ["石人镇中心幼儿园", "石人镇", ""], ["江源区高级中学", "孙家堡子街道", "高中"],
                  ["湾沟镇完全中学", "湾沟镇", ""]), PLAIN,
    )  # fmt: skip
    assert (done.new, done.errors, "2 行" in done.skipped[0]) == (1, [], True)
    done = staff.take(db, sheet(STAFF, ["刘春梅", "13812340001", "教师", "石人镇中心幼儿园", "大班"]), PLAIN)
    assert (done.new, done.errors, len(done.skipped)) == (0, [], 1)


# -- who is no longer listed


def test_a_refused_row_is_not_a_child_that_left(db: Database) -> None:
    classroom.classroom(db)
    rows = [
        [name, SCHOOL_NAME, "三年级2班", "男" if name == "李红" else "什么"] for name in ("王小明", "李红")
    ]
    done = take(db, sheet((*HEAD, "性别"), *rows), Options(skip_bad=True, leave=True))
    assert sorted(one.title for one in done.leaving) == ["三年级2班张*桐", "三年级2班赵*"]
    assert any("不把任何孩子移出" in note for note in done.notes)


def test_a_child_with_an_open_case_leaves_only_if_named(db: Database) -> None:
    room = classroom.classroom(db)
    case = report(db, room.children["赵磊"])
    rows = sheet(HEAD, ["王小明", SCHOOL_NAME, "三年级2班"], ["李红", SCHOOL_NAME, "三年级2班"])
    done = take(db, rows, Options(leave=True))
    assert {one.title: one.case for one in done.leaving} == {
        "三年级2班张*桐": "",
        "三年级2班赵*": case.number,
    }
    assert any("没办完的个案" in note and case.number in note for note in done.notes)
    there = "SELECT child_name FROM children WHERE class = ? ORDER BY child_name"
    assert [row[0] for row in db.all(there, (room.id,))] == ["李红", "王小明", "赵磊"]
    take(db, rows, Options(leave=True, confirmed=frozenset({case.number})))
    assert [row[0] for row in db.all(there, (room.id,))] == ["李红", "王小明"]


def test_schools_and_people_that_are_not_listed_are_named_and_left(db: Database) -> None:
    classroom.classroom(db)
    done = schools.take(db, sheet(("学校名称", "乡镇"), [OTHER_NAME, "湾沟镇"]), PLAIN)
    assert f"系统里有、名单里没有的学校：1 所（{SCHOOL_NAME}），没有动。" in done.notes
    rows = [[name, f"1381234000{n}", "老师", SCHOOL_NAME, ""] for n, name in enumerate(("刘春梅", "孙丽红"))]
    staff.take(db, sheet(STAFF, *rows), PLAIN)
    done = staff.take(db, sheet(STAFF, rows[0]), PLAIN)
    assert any("名单里没有的人：1 人（孙*红），没有动" in note for note in done.notes)


# -- a trial


def test_a_trial_says_what_the_real_run_does_and_writes_nothing(db: Database) -> None:
    classroom.classroom(db)
    whose = number("20170301")
    rows = sheet(
        (*HEAD, "身份证号", "出生日期"), ["王小明", SCHOOL_NAME, "三年级2班", "", ""],
        ["李红", SCHOOL_NAME, "四年级1班", "", "2017-03-02"], ["孙浩", SCHOOL_NAME, "三年级2班", whose, ""],
        ["周婷", SCHOOL_NAME, "四年级1班", whose, ""], ["", SCHOOL_NAME, "", "", ""],
    )  # fmt: skip
    before = [list(db.all(f"SELECT * FROM {name}")) for name in ("children", "classes", "audit")]
    tried = take(db, rows, Options(skip_bad=True, dry_run=True))
    assert [list(db.all(f"SELECT * FROM {name}")) for name in ("children", "classes", "audit")] == before
    real = take(db, rows, Options(skip_bad=True, seen=tried.mark))
    assert (tried.new, tried.changed, tried.same, tried.bad) == (1, 1, 1, 2)
    assert (real.new, real.changed, real.same, real.bad, real.errors, real.notes) == (
        tried.new, tried.changed, tried.same, tried.bad, tried.errors, tried.notes,
    )  # fmt: skip
    with pytest.raises(Stale):  # it has been taken: the numbers that were seen are no longer true
        take(db, rows, Options(skip_bad=True, seen=tried.mark))


# -- whose children


def test_a_principal_takes_her_own_school_and_nobody_elses_child(db: Database) -> None:
    by = staffed.everybody(db)["principal"]
    whose = number("20170301")
    take(db, sheet((*HEAD, "身份证号"), ["孙浩", OTHER_NAME, "三年级1班", whose]))
    rows = sheet(
        (*HEAD, "身份证号"), ["王小明", SCHOOL_NAME, "三年级2班", ""], ["李红", OTHER_NAME, "三年级2班", ""],
        ["孙浩", SCHOOL_NAME, "三年级2班", whose],
    )  # fmt: skip
    done = take(db, rows, Options(by=by, skip_bad=True))
    assert (done.new, [line.split("：")[0] for line in done.errors]) == (1, ["第 3 行", "第 4 行"])
    assert where(db)["孙浩"].startswith(OTHER_NAME)
    (row,) = db.all("SELECT actor FROM audit WHERE verb = 'roster.imported' ORDER BY id DESC LIMIT 1")
    assert row["actor"] == by.actor
