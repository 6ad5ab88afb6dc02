"""Answers tables, derived from the declarations: tables and columns are added, never dropped or retyped."""

from collections.abc import Collection, Sequence
from functools import cache

from sqlite_utils import Database as Tools

from intake import codes
from intake.fields import Answer, Choice
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Report
from intake.kinds.statuses import STATUSES
from intake.store.db import Database
from intake.store.migrations import migrations


def name(kind: str) -> str:
    """Give the answers table of a kind."""
    return f"answers_{kind}"


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
    with db.tools() as tools, tools.atomic():
        migrations.apply(tools)
        derive(tools, KINDS.values())


def behind(db: Database) -> bool:
    """Tell whether a database has not been brought to today's shape yet."""
    with db.tools() as tools:
        return bool(migrations.pending(tools)) or any(not tools.table(name(kind)).exists() for kind in KINDS)


def derive(tools: Tools, kinds: Collection[type[Report]]) -> None:
    """Create the answers tables of kinds, and add the columns that are missing."""
    for kind in kinds:
        table, wanted = tools.table(name(kind.kind)), columns(kind)
        if not table.exists():
            table.create(wanted, strict=True, pk="report_id", foreign_keys=[("report_id", "reports", "id")])
        for column in set(wanted) - set(table.columns_dict):
            table.add_column(column, wanted[column])
    _explain(tools, kinds)


def _explain(tools: Tools, kinds: Collection[type[Report]]) -> None:
    rows = [_row("reports", key, label) for key, label in ENVELOPE.items()]
    rows += [_entry(kind, key, field) for kind in kinds for key, field in kind.answers().items()]
    known = {(row["table_name"], row["column_name"]): row for row in tools["dictionary"].rows}
    changed = [row for row in rows if known.get((row["table_name"], row["column_name"])) != row]
    tools.table("dictionary").upsert_all(changed, pk=("table_name", "column_name"))


ENVELOPE = {
    "id": "编号（UUIDv7，按时间排序）",
    "receipt": "回执号",
    "kind": "报告类别，内容在 answers_<类别> 表",
    "channel": "渠道，见 codes/channel.csv",
    "reporter": "报告人（微信、浏览器或账号的代号）",
    "child": "对应的 children.id",
    "town": "镇街代码（9 位）",
    "school_town": "学校所在镇街的代码（9 位），学校不在名单上的空着",
    "school": "学校代码或名称",
    "status": "目前状态：" + "、".join(f"{one.key}（{one.word}）" for one in STATUSES.values()),
    "received_at": "收到时间（UTC）",
    "version": "第几版；以前的版本在 versions 表",
    "consent": "同意的告知书版本和时间",
    "idempotency_key": "防重复提交的键",
    "body_hash": "内容的加密摘要",
    "confidential": "1：报告人要求保密",
    "restricted": "1：只有少数人能看",
}
"""What the columns of `reports` are."""


def _row(table: str, column: str, label: str, privacy: str = Privacy.OPEN, encrypted: bool = False,
         choices: Sequence[str] = ()) -> dict[str, object]:  # fmt: skip
    return {
        "table_name": table,
        "column_name": column,
        "label": label,
        "privacy": str(privacy),
        "encrypted": int(encrypted),
        "choices": "、".join(choices),
    }


def _entry(kind: type[Report], key: str, field: Answer) -> dict[str, object]:
    words: Sequence[str] = ()
    if isinstance(field, Choice):  # all that were ever valid: old rows have them
        words = [one.label for one in codes.codes(field.of)] if isinstance(field.of, str) else field.of
    return _row(name(kind.kind), key, field.asked.label, field.asked.privacy, field.encrypted, words)
