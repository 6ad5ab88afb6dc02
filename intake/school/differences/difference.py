"""One difference between two lists, as it is kept: of which child, what each side says, who owes an answer by when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.calendar.deadlines import OVERDUE
from intake.cases.rulebook.states import TODO
from intake.children.children import ROWS
from intake.errors import Unreadable
from intake.people.scope import Scope, narrow
from intake.store.db import Cell, Database, Row
from intake.store.keys import UNOPENED

HUJI, XUEJI, POOR, MISMATCH = "compare-huji", "compare-xueji", "compare-poor", "mismatch"
SHEETS: Mapping[str, str] = {
    HUJI: "户籍学籍比对表（适龄失学）", XUEJI: "学籍与在校学生比对表（辍学）", POOR: "辍学与脱贫户库比对表（脱贫户辍学）",
    MISMATCH: "人籍不符表",
}  # fmt: skip
"""By key, in the order in which they are compared: 教基厅函〔2024〕15号 names the first three."""
OUT_OF_SCHOOL, DROPPED, LONG_LEAVE = "适龄失学", "疑似辍学", "长时间请假"
POOR_DROPPED = "脱贫户辍学"
REGISTERED_ONLY, PRESENT_ONLY = "有籍无人", "有人无籍"
NUMBER_TWICE, PUPIL_NUMBER_TWICE, PERSON_TWICE = "证件号重复", "学籍号重复", "姓名性别出生日期重复"
NO_SUCH_NUMBER, OTHER_NAME, OTHER_VALUES = "身份证号不存在", "与姓名不匹配", "信息不一致"
EXPLAINED = ("休学", "专门学校", "特教学校", "送教上门", "借读")
"""在籍不在校 by law or on paper: it stands in the sheet, and nobody owes an answer."""
MAKE, MOVE, UPDATE, DELETE = "补建学籍", "转接学籍", "更新学生状态", "学籍误操作删除"
ADVICE = (MAKE, MOVE, UPDATE, DELETE)
DONE, GONE = "done", "gone"
"""How one ended: somebody answered, or the next comparison did not find it any more."""
LATE, ANSWERED, VANISHED, NO_DUTY = OVERDUE, "已办结", "已消除", "已说明"
SCOPED: Mapping[str, str] = {
    "town": "d.town", "school_town": "d.school_town", "school": "d.school", "class_id": "c.class",
    "village": "d.village",
}  # fmt: skip
"""Where FROM holds what a scope asks for."""
FROM = f"differences d JOIN {ROWS} ON c.id = d.child"
WORDS = ("evidence", "conclusion", "remark")


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference; `here` and `there` are what both sides say by key, `at` of the sides the word for each.

    `due` is empty where nobody owes an answer.
    """

    id: str
    sheet: str
    problem: str
    child: str
    town: str
    school: str
    village: str
    here: Mapping[str, str]
    there: Mapping[str, str]
    advice: str
    owner: str
    due: str
    evidence: str
    conclusion: str
    handled_by: str
    finished_on: str
    remark: str
    opened_at: str
    closed_at: str
    how: str

    def __repr__(self) -> str:
        return f"Difference({self.id})"  # what stands in a traceback tells nothing about the child

    @classmethod
    def of(cls, db: Database, row: Row) -> "Difference":
        """Read a row of `differences`; a cell that no key opens says so in its place."""
        plain = {key: row[key] or "" for key in _PLAIN}
        here, there = (sides_opened(db, row["id"], row[key], key) for key in ("here", "there"))
        words = {key: words_opened(db, row["id"], row[key], key) for key in WORDS}
        return cls(here=here, there=there, **plain, **words)

    def state(self, today: str) -> str:
        """Say where it stands."""
        if self.closed_at:
            return ANSWERED if self.how == DONE else VANISHED
        if not self.due:
            return NO_DUTY
        return LATE if self.due < today else TODO


_PLAIN = ("id", "sheet", "problem", "child", "town", "school", "village", "advice", "owner", "due", "handled_by",
          "finished_on", "opened_at", "closed_at", "how")  # fmt: skip


def differences_within(
    db: Database,
    scope: Scope,
    where: str,
    args: Sequence[Cell],
    order: str = "d.town, d.school, d.village, d.id",
) -> list[Difference]:
    """Give the differences of a scope that meet a condition (SQL over `differences d`, `children c`), in an order."""
    within, mine = narrow(scope_of_children(scope), SCOPED)
    sql = f"SELECT d.* FROM {FROM} WHERE {within} AND {where} ORDER BY {order}"  # noqa: S608
    return [Difference.of(db, row) for row in db.all(sql, [*mine, *args])]


def scope_of_children(scope: Scope) -> Scope:
    """Give a scope without what narrows cases alone: lists are of no kind of report."""
    return Scope(scope.area, scope.school, scope.classes, None, scope.village, restricted=True)


def closed_sides(db: Database, one: str, said: Mapping[str, str], column: str) -> str:
    """Give the cell of what a side says."""
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return db.keys.lock(plain, f"differences.{column}", one)


def sides_opened(db: Database, one: str, cell: str | None, column: str) -> Mapping[str, str]:
    """Open what a side says; nothing where no key does."""
    if not cell:
        return {}
    try:
        found: Mapping[str, str] = json.loads(db.keys.unlock(cell, f"differences.{column}", one))
    except (Unreadable, ValueError):
        return {"": UNOPENED}
    return found


def words_opened(db: Database, one: str, cell: str | None, column: str) -> str:
    """Open what somebody wrote."""
    try:
        return db.keys.unlock(cell, f"differences.{column}", one) if cell else ""
    except Unreadable:
        return UNOPENED
