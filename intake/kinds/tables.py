"""Answers tables, derived from the declarations: tables and columns are added, never dropped or retyped."""

from collections.abc import Collection, Sequence
from functools import cache

from intake import codes
from intake.fields import Answer, Choice
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Report
from intake.kinds.statuses import STATUSES
from intake.store.db import HURRIED, Database
from intake.store.migrations import STEPS, m033_clients
from intake.store.schema import Schema, Table

IDEMPOTENCY = "idempotency"
"""For what keys of idempotency are hashed."""
HASHING = "m033_clients"
"""The step from which on they are: what came before is hashed with it, which needs the keys of the house."""


def name(kind: str) -> str:
    """Give the answers table of a kind."""
    return f"answers_{kind}"


def place(kind: str, key: str, report_id: str) -> tuple[str, str]:
    """Give what the cell of an answer is bound to: its column, and the report."""
    return f"{name(kind)}.{key}", report_id


def hash_column(key: str) -> str:
    """Give the column of the keyed hash by which equal values of an encrypted field are found."""
    return f"{key}_hash"


def columns(kind: type[Report]) -> dict[str, type]:
    """Give the columns of a kind's table: every answer, and a hash where equality is searched."""
    found: dict[str, type] = {"report_id": str}
    for key, field in kind.answers().items():
        found[key] = float if field.column == "REAL" and not field.encrypted else str
        if field.findable:
            found[hash_column(key)] = str
    return found


@cache
def insertion(kind: type[Report]) -> tuple[str, tuple[str, ...]]:
    """Give the statement that enters answers, always the same one, and the columns it takes."""
    wanted = tuple(columns(kind))
    marks = ", ".join("?" * len(wanted))
    return f"INSERT INTO {name(kind.kind)} ({', '.join(wanted)}) VALUES ({marks})", wanted  # noqa: S608


def prepare(db: Database) -> None:
    """Bring the database to today's shape, or leave it as it was: migrations, answers tables, dictionary."""
    with db.schema() as schema:
        first = HASHING not in schema.applied()
        schema.apply(STEPS)
        m033_clients.hash_keys(schema, lambda key: db.keys.digest(IDEMPOTENCY, key), first=first)
        derive(schema, KINDS.values())


def behind(db: Database) -> bool:
    """Tell whether a database has not been brought to today's shape yet. Raises Busy."""
    with db.schema(HURRIED) as schema:
        lacking = {step.name for step in STEPS} - set(schema.applied())
        return bool(lacking) or not all(schema.columns(name(kind)) for kind in KINDS)


def table(kind: type[Report]) -> Table:
    """Declare the answers table of a kind."""
    return Table(name(kind.kind), columns(kind), key=("report_id",), references={"report_id": "reports.id"})


def derive(schema: Schema, kinds: Collection[type[Report]]) -> None:
    """Create the answers tables of kinds, and add the columns that are missing."""
    for kind in kinds:
        wanted = table(kind)
        there = schema.columns(wanted.name)
        if not there:
            schema.create(wanted)
        for column in set(wanted.columns) - (there or set(wanted.columns)):
            schema.add_column(wanted.name, column, wanted.columns[column])
    _explain(schema, kinds)


_EXPLAIN = (
    "INSERT INTO dictionary (table_name, column_name, label, privacy, encrypted, choices) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (table_name, column_name) DO UPDATE SET label = excluded.label, privacy = excluded.privacy,"
    " encrypted = excluded.encrypted, choices = excluded.choices"
)


def _explain(schema: Schema, kinds: Collection[type[Report]]) -> None:
    rows = [_row("reports", key, label) for key, label in ENVELOPE.items()]
    rows += [_entry(kind, key, field) for kind in kinds for key, field in kind.answers().items()]
    sql = "SELECT table_name, column_name, label, privacy, encrypted, choices FROM dictionary"
    known = {tuple(row) for row in schema.all(sql)}
    for row in rows:
        if row not in known:
            schema.run(_EXPLAIN, row)


ENVELOPE = {
    "id": "编号（UUIDv7，按时间排序）",
    "receipt": "回执号",
    "kind": "报告类别，内容在 answers_<类别> 表",
    "channel": "渠道，见 codes/channel.csv",
    "reporter": "报告人（微信、浏览器、账号或接入系统的代号）",
    "child": "对应的 children.id",
    "town": "镇街代码（9 位）",
    "school_town": "学校所在镇街的代码（9 位），学校不在名单上的空着",
    "school": "学校代码或名称",
    "status": "目前状态：" + "、".join(f"{one.key}（{one.word}）" for one in STATUSES.values()),
    "received_at": "收到时间（UTC）",
    "version": "第几版；以前的版本在 versions 表",
    "consent": "同意的告知书版本和时间",
    "idempotency_key": "防重复提交的键的加密摘要",
    "body_hash": "内容的加密摘要",
    "confidential": "1：报告人要求保密",
    "restricted": "1：只有少数人能看",
    "bunch": "同一地址短时间里报来很多份时，是哪一批",
    "adopted": "1：已经有个案，或者不用建个案",
}
"""What the columns of `reports` are."""


def _row(table: str, column: str, label: str, privacy: str = Privacy.OPEN, encrypted: bool = False,
         choices: Sequence[str] = ()) -> tuple[object, ...]:  # fmt: skip
    return table, column, label, str(privacy), int(encrypted), "、".join(choices)


def _entry(kind: type[Report], key: str, field: Answer) -> tuple[object, ...]:
    words: Sequence[str] = ()
    if isinstance(field, Choice):  # all that were ever valid: old rows have them
        words = [one.label for one in codes.codes(field.of)] if isinstance(field.of, str) else field.of
    return _row(name(kind.kind), key, field.asked.label, field.asked.privacy, field.encrypted, words)
