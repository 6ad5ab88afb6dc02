"""学籍异动 as a list: who came, went, paused or is back; each row is an entry of the register, by the rules of its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from intake.children import register
from intake.children.access import child_in_scope
from intake.children.children import Child
from intake.children.matching.certain import certain_child
from intake.children.matching.described import described_of
from intake.children.register import RegisterEntry
from intake.errors import Invalid, Refused
from intake.importing.content import content_of
from intake.importing.outcome import Options, Outcome, RowFault, at_once, taking, unread, unsure
from intake.importing.table import DAMAGED, LOST, ListColumn, ListRow, ListSheet
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import sees
from intake.places import gazetteer
from intake.school.register import entering
from intake.school.register.entry_kinds import ENTRY_KINDS
from intake.store.db import Database

COLUMNS = (
    ListColumn("sort", "类别", ("异动类别", "异动类型", "异动", "变动类别", "变动类型")),
    ListColumn("name", "姓名", ("学生姓名",)),
    ListColumn("id_number", "身份证件号", ("证件号", "身份证号", "身份证号码", "证件号码", "学生身份证号")),
    ListColumn("pupil_number", "学籍号", ("全国学籍号", "省学籍号")),
    ListColumn("birth_date", "出生日期", ("出生年月日",)),
    ListColumn("day", "日期", ("异动日期", "异动时间", "变动日期", "办理日期")),
    ListColumn("from_school", "转出校", ("转出学校", "原学校", "原就读学校", "学籍学校", "学籍所在学校")),
    ListColumn("to_school", "转入校", ("转入学校", "现学校", "去向学校", "就读学校", "转往学校")),
    ListColumn("grade", "年级", ("现年级", "转入年级")),
    ListColumn("class_name", "班级", ("现班级", "转入班级")),
    ListColumn("reason", "原因", ("异动原因", "变动原因")),
    ListColumn("paper", "证明材料", ("材料", "文号", "批准文号", "依据")),
    ListColumn("review_on", "复核日期", ("到期日期", "休学期满", "预计复学日期")),
    ListColumn("finished_on", "办结日期", ("办结时间",)),
    ListColumn("remark", "备注", ("说明",)),
    ListColumn("sure", "超过班额也要登记"),
)
NO_SORT = f"类别请写：{'、'.join(ENTRY_KINDS)}。"
UNKNOWN = "没有找到这个孩子，或者不归您管。请核对姓名、证件号、学籍号；名单里还没有的，先导入学生名单。"
ELSEWHERE = "系统里这个孩子不在转出校。请核对转出校；已经登记过的不用再导入。"
SINCE = "系统里这个孩子 {} 登记了{}，比这一条晚，这一条会把它改回去。请核对日期；已经登记过的不用再导入。"
WRONG_END = "办结日期没有看懂，或者早于异动的日期、晚于今天。请写成 2026-09-01 这样。"
NOT_ENDED = "{}的办结日期没有记下：结束了的，请写一行复学，或者在孩子的页上办结。"
OF_LIST = "学籍异动名单"
"""What stands for the paper where a list, like the official register, has no column for it."""
_ABOUT = ("name", "id_number", "pupil_number", "birth_date")
_OF_CLASS = ("grade", "class_name")
_ARRIVES = frozenset({register.IN, register.BACK})
"""Sorts of which the class is the one that the child comes to; of others it is the one that it had."""
_LASTS = frozenset({register.PAUSED, register.AT_HOME, register.BORROWED})
"""Sorts of which 办结日期 is the end of the time itself in the register; a list means that of the papers."""
_MOVES = _ARRIVES | register.LEAVES.keys()


@dataclass(frozen=True, slots=True)
class _Listed:
    """A row that can be read: its sort, what it says of that, and 办结日期 where it says one."""

    row: ListRow
    sort: str
    said: Mapping[str, object]
    finished: str


def take(db: Database, sheets: Sequence[ListSheet], options: Options) -> Outcome:
    """Enter what a list says became of children, in the order of its days; a row of nobody known is refused.

    What stands in the register already is the same. Raises Refused, Stale.
    """
    outcome = Outcome("学籍异动", COLUMNS)
    content = content_of(sheets, COLUMNS, "sort")
    outcome.read(content)
    by = options.by or accounts.person_of_command(db)
    with taking(db, outcome, options, "entries"):
        rows = [one for table in content.tables for row in table.rows if (one := _read(db, row, outcome))]
        for one in sorted(rows, key=lambda listed: str(listed.said["day"])):
            try:
                outcome.count(_enter(db, one, by))
            except Invalid as no:
                outcome.refuse(one.row, *_faults(no))
            except Refused as no:
                outcome.refuse(one.row, RowFault(str(no), no.field or "name"))
    return outcome


def _read(db: Database, row: ListRow, outcome: Outcome) -> _Listed | None:
    """Read a row by the declaration of its sort, before anything is entered: its day says when its turn is."""
    faults, sort = unread(row, COLUMNS), row.get("sort").strip()
    for key in ("id_number", "pupil_number"):
        if LOST.fullmatch(row.get(key)) or row.marks.get(key) == DAMAGED:
            faults.append(RowFault("号码已被表格软件改坏，请重新填成文本。", key))
    said: Mapping[str, object] = {}
    finished = ""
    if sort not in ENTRY_KINDS:
        faults.append(RowFault(NO_SORT, "sort"))
    else:
        form = ENTRY_KINDS[sort](gazetteer.world(db))
        days = {**form.answers(), "finished_on": form.field("day")}
        faults += unsure(row, days, db.today())
        try:
            said = form.accept(_said(row, sort))
        except Invalid as no:
            faults += _faults(no)
        done = row.get("finished_on")
        if done and sort in _LASTS:
            outcome.doubt(row, NOT_ENDED.format(sort))
        elif done:
            finished = str(form.field("day").value_of(done) or "")
            if not str(said.get("day", "")) <= finished <= db.today().isoformat():
                faults.append(RowFault(WRONG_END, "finished_on"))
    if faults:
        outcome.refuse(row, *at_once(faults))
        return None
    return _Listed(row, sort, said, finished)


def _said(row: ListRow, sort: str) -> dict[str, str]:
    """Give what a row says for its sort; 办结日期 is said afterwards."""
    keys = ENTRY_KINDS[sort].answers().keys() - ({*_OF_CLASS} if sort not in _ARRIVES else set())
    said = {key: row.get(key) for key in keys if row.get(key)}
    return {"paper": OF_LIST, **said} if "paper" in keys else said


def _enter(db: Database, one: _Listed, by: Person) -> str:
    """Enter a row, or say on which day its entry was 办结; tell which. Raises Invalid, Refused."""
    child = certain_child(db, described_of(db, {key: one.row.get(key) for key in _ABOUT}))
    entry = there = _entered(db, child, one) if child else None
    if child is None or not _answers_for(db, by, child, there):
        raise Refused(UNKNOWN, "name")
    if entry is None:
        _refuse_older(db, child, one)
        if one.sort == register.OUT:
            _refuse_elsewhere(db, child, one.row)
        entry = entering.enter(db, child, one.sort, _said(one.row, one.sort), by)
    if one.finished and not entry.finished_on:
        # a roll that brought the child enters a transfer on its own day, which may be later than that of 办结
        entering.finish(db, entry, {"finished_on": max(one.finished, entry.day)}, by, entry.version)
        return "changed" if there else "new"
    return "same" if there else "new"


def _answers_for(db: Database, by: Person, child: Child, there: RegisterEntry | None) -> bool:
    """Tell whether a child, or the entry that a row tells of once more, is of those whom whoever brings the list answers for."""
    scope = replace(accounts.scope_of(db, by), kinds=None, restricted=True)
    mine = there is not None and sees(scope, town=there.town, school=there.school)
    return mine or child_in_scope(db, scope, child)


def _entered(db: Database, child: Child, listed: _Listed) -> RegisterEntry | None:
    """Give the entry that a row tells of: of the same day, or of the transfer that is open, or brought it where it is."""
    for one in register.entries_of_child(db, child.id):
        last = one.open or one.to_school == child.school
        same_way = last and one.to_school == listed.said.get("to_school")
        transfer = listed.sort in (register.IN, register.OUT) and same_way
        if one.sort == listed.sort and (one.day == listed.said["day"] or transfer):
            return one
    return None


def _refuse_older(db: Database, child: Child, listed: _Listed) -> None:
    """Refuse what would move a child that has moved since: lists go back for years, and are corrected and sent again."""
    for one in register.entries_of_child(db, child.id) if listed.sort in _MOVES else ():
        if one.sort in _MOVES and one.day > str(listed.said["day"]):
            raise Refused(SINCE.format(one.day, one.sort), "day")


def _refuse_elsewhere(db: Database, child: Child, row: ListRow) -> None:
    """Refuse 转出 of a school where the child is not, for all that is known."""
    said = row.get("from_school")
    meant = gazetteer.world(db).places.school(said).place if said else None
    home = child.school or register.school_left(db, child.id)
    if meant and home and meant.code != home:
        raise Refused(ELSEWHERE, "from_school")


def _faults(no: Invalid) -> list[RowFault]:
    """Give what is wrong with a row, at its columns; what has none here is said of the row."""
    known = {one.key for one in COLUMNS}
    return [RowFault("".join(words), key if key in known else "") for key, words in no.errors.items()]
