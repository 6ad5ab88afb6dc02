"""`baoxue verify`: what must be true of the data, asked of all of it."""

import json
from collections.abc import Callable, Iterable, Iterator

from intake.cases.case import Case, happening_of
from intake.cases.filling import COLUMN, FILLED
from intake.cases.rulebook import duties
from intake.cases.rulebook.duties import NOTHING
from intake.cases.rulebook.standing import Happening, standing_of
from intake.cases.rulebook.steps import Horizon
from intake.cases.writing import deadlines, opened_of
from intake.errors import Unreadable
from intake.house import cells
from intake.house.soundness.children import faults_of_children
from intake.kinds import KINDS, tables
from intake.ledgers.signed.sent import returns_not_as_signed
from intake.reports import receipts
from intake.store import audit, seals
from intake.store.db import Database, Row

RECEIVED = "report.received"
_ENTERED = (
    (RECEIVED, "reports", "id", "报告"),
    ("staff.added", "staff", "id", "账号"),
    ("child.entered", "children", "id", "学生"),
    ("school.entered", "schools", "code", "学校"),
    ("class.entered", "classes", "id", "班级"),
    ("case.opened", "cases", "id", "个案"),
    ("full.asked", "full_exports", "id", "导出申请"),
)
"""Verbs of the audit that enter something, where it lies, and what people call it."""
NAMED = 20
BATCH = 200
"""Cases that are read at a time."""


def faults(db: Database) -> list[str]:
    """Give a Chinese sentence for each thing that is not as it must be; nothing when all is well.

    Where a part of the file is so damaged that it cannot be read, that is the sentence.
    """
    found: list[str] = []
    for words, part in _PARTS:
        try:
            found += part(db)
        except (db.engine.Error, ValueError, TypeError, KeyError) as fault:
            found.append(f"{words}读不下去，数据库这一部分损坏了（{type(fault).__name__}）")
    return found


def _file(db: Database) -> list[str]:
    return [f"数据库损坏：{one}" for one in db.engine.faults()]


def _answers(db: Database) -> list[str]:
    found = []
    for kind in KINDS:
        rows = db.each(
            f"SELECT receipt FROM reports LEFT JOIN {tables.name(kind)} a ON a.report_id = reports.id"  # noqa: S608
            " WHERE kind = ? AND a.report_id IS NULL",
            (kind,),
        )
        found += [f"回执 {row['receipt']} 没有内容" for row in rows]
        rows = db.each(
            f"SELECT a.report_id FROM {tables.name(kind)} a LEFT JOIN reports ON reports.id = a.report_id"  # noqa: S608
            " WHERE reports.id IS NULL OR reports.kind <> ?",
            (kind,),
        )
        found += [f"{tables.name(kind)} 里的 {row['report_id']} 没有对应的报告" for row in rows]
    known = ", ".join("?" * len(KINDS))
    rows = db.each(f"SELECT receipt FROM reports WHERE kind NOT IN ({known})", tuple(KINDS))  # noqa: S608
    return found + [f"回执 {row['receipt']} 的类别不认识" for row in rows]


def _receipts(db: Database) -> list[str]:
    return [
        f"回执 {row['receipt']} 的校验位不对"
        for row in db.each("SELECT receipt FROM reports")
        if receipts.read_receipt(row["receipt"]) != row["receipt"]
    ]


def _audit(db: Database) -> list[str]:
    found = [f"审计第 {one} 行与前后不符" for one in audit.broken(db)]
    rows = db.each(
        "SELECT receipt FROM reports LEFT JOIN audit ON audit.subject = reports.id AND audit.verb = 'report.received'"
        " WHERE audit.id IS NULL"
    )
    return [*found, *(f"回执 {row['receipt']} 没有审计记录" for row in rows), *_gone(db)]


def _gone(db: Database) -> list[str]:
    """Name what was entered, by the audit, and is not there any more: nothing of it is ever deleted."""
    found = []
    for verb, table, key, words in _ENTERED:
        rows = db.each(
            f"SELECT a.subject, a.detail FROM audit a LEFT JOIN {table} t ON t.{key} = a.subject"  # noqa: S608
            f" WHERE a.verb = ? AND t.{key} IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM audit d WHERE d.verb = 'child.dropped' AND d.subject = a.subject)",
            (verb,),
        )
        for row in rows:
            receipt = row["detail"].partition(" ")[2] if verb == RECEIVED else ""
            found.append(f"回执 {receipt} 的报告不见了" if receipt else f"{words} {row['subject']} 不见了")
    rows = db.each(
        "SELECT a.subject, count(*) AS n FROM audit a WHERE a.verb = 'report.amended' GROUP BY a.subject"
    )
    for row in rows:
        kept = "SELECT count(*) FROM versions WHERE report_id = r.id"
        there = db.one(f"SELECT receipt, ({kept}) AS kept FROM reports r WHERE id = ?", (row["subject"],))  # noqa: S608
        if there and there["kept"] < row["n"]:
            found.append(f"回执 {there['receipt']} 更正前的内容少了")
    return found + _numbers(db)


def _numbers(db: Database) -> list[str]:
    """Name the cases of which there is a number and nothing else: none is given twice, and none is ever deleted."""
    found = []
    for row in db.all("SELECT year, last FROM numbers WHERE series = 'case'"):
        start = f"{db.settings.district_code}-{row['year']}-"
        parts = (one["number"].split("-") for one in db.each("SELECT number FROM cases"))
        there = {int(number) for _, year, number in parts if year == str(row["year"])}
        lost = [number for number in range(1, row["last"] + 1) if number not in there]
        found += [f"个案 {start}{number:06d} 不见了" for number in lost[:NAMED]]
        found += [f"还有 {len(lost) - NAMED} 个个案不见了"] if len(lost) > NAMED else []
    return found


def _returns(db: Database) -> list[str]:
    return [
        f"学校 {one.school} {one.month} 的月报第 {one.version} 版和签报时不一样"
        for one in returns_not_as_signed(db)
    ]


def _cells(db: Database) -> list[str]:
    found = cells.unreadable(db, bound=seals.cells_are_bound(db))
    return [f"打不开、或者不是原来那一格的加密内容：{one}" for one in found]


def _cases(db: Database) -> Iterator[str]:
    """Derive how every case stands from its events anew, and name those that are kept otherwise, by their number.

    Others may be at work meanwhile: what looks wrong is looked at once more while nobody else writes.
    """
    last = ""
    while rows := db.all("SELECT * FROM cases WHERE id > ? ORDER BY id LIMIT ?", (last, BATCH)):
        doubtful = [row["id"] for row in rows if any(_faults(db, [row]))] if any(_faults(db, rows)) else []
        for case_id in doubtful:
            with db.write():
                yield from list(_faults(db, db.all("SELECT * FROM cases WHERE id = ?", (case_id,))))
        last = rows[-1]["id"]


def _faults(db: Database, rows: list[Row]) -> Iterator[str]:
    span = (rows[0]["id"], rows[-1]["id"])
    events: dict[str, list[Happening]] = {row["id"]: [] for row in rows}
    for row in db.all("SELECT * FROM case_events WHERE case_id >= ? AND case_id <= ? ORDER BY id", span):
        if row["case_id"] in events:
            events[row["case_id"]].append(happening_of(row))
    owed: dict[str, dict[str, str]] = {row["id"]: {} for row in rows}
    for row in db.all(
        "SELECT case_id, duty, due FROM duties WHERE case_id >= ? AND case_id <= ? AND done_at IS NULL", span
    ):
        if row["case_id"] in owed:
            owed[row["case_id"]][row["duty"]] = row["due"]
    for row in rows:
        yield from _case(db, row, events[row["id"]], owed[row["id"]])
    yield from _filled(db, rows)


def _filled(db: Database, rows: list[Row]) -> Iterator[str]:
    """Name what is kept as filled in beside cases otherwise than their events say; what no key opens is told elsewhere."""
    span = (rows[0]["id"], rows[-1]["id"])
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for row in db.all(
        "SELECT id, case_id, words FROM case_events WHERE case_id >= ? AND case_id <= ? AND event = ? ORDER BY id",
        (*span, FILLED),
    ):
        for key, value in json.loads(
            _opened(db, row["words"], "case_events.words", row["id"]) or "{}"
        ).items():
            said[row["case_id"], key] = (row["id"], json.dumps(value, ensure_ascii=False))
    kept = {
        (row["case_id"], row["key"]): (
            row["event"],
            _opened(db, row["value"], COLUMN, row["case_id"], row["key"]),
        )
        for row in db.all("SELECT * FROM case_cells WHERE case_id >= ? AND case_id <= ?", span)
    }
    numbers = {row["id"]: row["number"] for row in rows}
    for case_id, key in sorted(said.keys() | kept.keys()):
        wanted, there = said.get((case_id, key), ("", "null")), kept.get((case_id, key), ("", "null"))
        alike = wanted == there if "null" not in (wanted[1], there[1]) else wanted[1] == there[1]
        if case_id in numbers and there[1] and not alike:
            yield f"个案 {numbers[case_id]} 填写的内容（{key}）与经过不符"


def _opened(db: Database, cell: str | None, *place: str) -> str:
    try:
        return db.keys.unlock(cell, *place) if cell else ""
    except Unreadable:
        return ""


def _case(db: Database, row: Row, events: list[Happening], owed: dict[str, str]) -> Iterator[str]:
    case, now = Case.of(row), standing_of(events)
    for event in events:
        if event.id in now.impossible:
            place = events.index(event) + 1
            yield f"个案 {case.number} 的第 {place} 条经过（{event.key}）不可能发生在那个状态"
    kept = {
        "类别": (case.kind, now.kind or case.kind),
        "状态": (case.state, now.state), "办结": (case.open, int(now.open)), "责任人": (case.owner, now.owner),
        "存疑": (case.doubted, int(now.doubted)),
        "最后到校日期": (case.last_seen, now.last_seen), "经过条数": (case.version, len(events)),
        "期限": (case.due, min(owed.values(), default=NOTHING)),
    }  # fmt: skip
    yield from (
        f"个案 {case.number} 的{name}与经过不符" for name, (one, other) in kept.items() if one != other
    )
    horizon = Horizon(db.here())
    if horizon.reached(row["wake"] or ""):  # the clock has something to do there first
        return
    wanted = {one.key for one in duties.owed(case.kind, now, deadlines(db), opened_of(case))}
    for key in sorted(wanted ^ owed.keys()):
        yield f"个案 {case.number} 该办的事（{key}）与经过不符"


_PARTS: tuple[tuple[str, Callable[[Database], Iterable[str]]], ...] = (
    ("数据库文件", _file),
    ("密钥和条数", seals.faults),
    ("报告的内容", _answers),
    ("回执", _receipts),
    ("审计", _audit),
    ("个案", _cases),
    ("孩子的档案", faults_of_children),
    ("月报", _returns),
    ("加密内容", _cells),
)
