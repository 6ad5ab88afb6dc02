"""发放名单: who was paid which aid for which semester; each row is a fact of a child that is known for certain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.children.access import child_in_scope
from intake.children.children import Child
from intake.children.facts.fact import ChildFact, FactOrigin, facts_of_children
from intake.children.facts.fact_kinds import FactKind, fact_kind
from intake.children.facts.noting import NewFact, note_facts
from intake.children.facts.sources import AID
from intake.children.matching.certain import certain_child
from intake.children.matching.described import described_of
from intake.errors import Invalid
from intake.importing.content import content_of
from intake.importing.outcome import Options, Outcome, RowFault, at_once, taking, unread, unsure
from intake.importing.table import DAMAGED, LOST, ListColumn, ListRow, ListSheet
from intake.people import accounts
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.store.db import Database

COLUMNS = (
    ListColumn("name", "姓名", ("学生姓名", "受助学生", "受助人", "资助对象")),
    ListColumn("id_number", "身份证件号", ("证件号", "身份证号", "身份证号码", "证件号码", "学生身份证号")),
    ListColumn("pupil_number", "学籍号", ("全国学籍号", "省学籍号")),
    ListColumn("birth_date", "出生日期", ("出生年月日",)),
    ListColumn("program", "资助项目", ("项目", "项目名称", "资助类型", "补助项目", "资助名称")),
    ListColumn("semester", "学期", ("资助学期", "发放学期", "所属学期")),
    ListColumn("amount_due", "应发", ("应发金额", "资助标准", "标准", "应发（元）")),
    ListColumn("amount_paid", "实发", ("实发金额", "发放金额", "金额", "实际发放金额")),
    ListColumn("paid_on", "发放日期", ("发放时间", "到账日期", "日期")),
    ListColumn("remark", "备注", ("说明",)),
)
UNKNOWN = "没有找到这个孩子，或者不归您管。请核对姓名、证件号、学籍号；名单里还没有的，先导入学生名单。"
TWICE = "这个孩子这个学期的这一项，{}已经有了。请合成一行。"
_ABOUT = ("name", "id_number", "pupil_number", "birth_date")
_SAYS = ("program", "semester", "amount_due", "amount_paid", "paid_on", "remark")


@dataclass(slots=True)
class _Reading:
    """With what rows are read: whose children they may be, and what stood in rows before."""

    db: Database
    scope: Scope | None
    kind: FactKind
    seen: dict[tuple[str, str, str], str]


def take(db: Database, sheets: Sequence[ListSheet], options: Options) -> Outcome:
    """Note what a list says was paid; a row of nobody known is refused. Raises Refused, Stale."""
    outcome = Outcome("发放记录", COLUMNS)
    content = content_of(sheets, COLUMNS, "program")
    outcome.read(content)
    scope = accounts.scope_of(db, options.by) if options.by else None
    reading = _Reading(db, scope, fact_kind("aid", gazetteer.world(db)), {})
    rows = [row for one in content.tables for row in one.rows]
    with taking(db, outcome, options, "aid"):
        found = [new for row in rows if (new := _read(reading, row, outcome))]
        for verdict in _verdicts(db, found):
            outcome.count(verdict)
        note_facts(db, found, FactOrigin(AID, options.actor, db.today(), "list"))
    return outcome


def _read(reading: _Reading, row: ListRow, outcome: Outcome) -> NewFact | None:
    faults = unread(row, COLUMNS)
    for key in ("id_number", "pupil_number"):
        if LOST.fullmatch(row.get(key)) or row.marks.get(key) == DAMAGED:
            faults.append(RowFault("号码已被表格软件改坏，请重新填成文本。", key))
    said = {key: row.get(key) for key in _SAYS if row.get(key)}
    faults += unsure(row, reading.kind.answers(), reading.db.today())
    value: Mapping[str, Any] = {}
    try:
        value = reading.kind.accept(said)
    except Invalid as no:
        faults += [RowFault("".join(sentences), key) for key, sentences in no.errors.items()]
    if not said.get("semester"):
        faults.append(RowFault("请写学期，例如：2026年秋季。", "semester"))
    damaged = any(one.key in _ABOUT for one in faults)
    child = None if damaged else _child(reading, row)
    if child is None and not damaged:
        faults.append(RowFault(UNKNOWN, "name"))
    elif child and not faults:
        about = child.id, str(value.get("program")), str(value.get("semester"))
        if before := reading.seen.get(about):
            faults.append(RowFault(TWICE.format(before), "program"))
        reading.seen.setdefault(about, row.where)
    if faults or child is None:
        outcome.refuse(row, *at_once(faults))
        return None
    return NewFact(child.id, "aid", value)


def _child(reading: _Reading, row: ListRow) -> Child | None:
    """Give the child that a row is certainly about, of those whom whoever brings the list answers for."""
    child = certain_child(reading.db, described_of(reading.db, {key: row.get(key) for key in _ABOUT}))
    seen = child and (reading.scope is None or child_in_scope(reading.db, reading.scope, child))
    return child if seen else None


def _verdicts(db: Database, found: Sequence[NewFact]) -> list[str]:
    """Tell of each whether it is new, says otherwise than what is known, or the same again."""
    known = facts_of_children(db, sorted({one.child for one in found}), ("aid",))
    return [_verdict(one, known.get(one.child, ())) for one in found]


def _verdict(new: NewFact, known: Sequence[ChildFact]) -> str:
    about = [
        one for one in known if all(one.get(key) == new.value.get(key) for key in ("program", "semester"))
    ]
    if not about:
        return "new"
    return "same" if any(one.value == new.value for one in about) else "changed"
