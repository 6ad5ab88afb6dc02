"""Answers tables, derived from the declarations: tables and columns are added, never dropped or retyped."""

from collections.abc import Iterable
from functools import cache

from sqlite_utils import Database as Tools

from intake import codes
from intake.db import Database
from intake.fields import Answer, Choice
from intake.kinds import KINDS, Report
from intake.migrations import migrations


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
    """Bring the database to today's shape: migrations, answers tables, dictionary. Safe to repeat."""
    with db.tools() as tools:
        migrations.apply(tools)
        derive(tools, KINDS.values())


def derive(tools: Tools, kinds: Iterable[type[Report]]) -> None:
    """Create the answers tables of kinds, and add the columns that are missing."""
    for kind in kinds:
        table, wanted = tools.table(name(kind.kind)), columns(kind)
        if not table.exists():
            table.create(wanted, strict=True, pk="report_id", foreign_keys=[("report_id", "reports", "id")])
        for column in set(wanted) - set(table.columns_dict):
            table.add_column(column, wanted[column])
        rows = [_entry(kind, key, field) for key, field in kind.answers().items()]
        known = {(row["table_name"], row["column_name"]): row for row in tools["dictionary"].rows}
        changed = [row for row in rows if known.get((row["table_name"], row["column_name"])) != row]
        tools.table("dictionary").upsert_all(changed, pk=("table_name", "column_name"))


def _entry(kind: type[Report], key: str, field: Answer) -> dict[str, object]:
    words: tuple[str, ...] = ()
    if isinstance(field, Choice):
        words = (
            tuple(one.label for one in codes.codes(field.of))
            if isinstance(field.of, str)
            else tuple(field.of)
        )
    return {
        "table_name": name(kind.kind),
        "column_name": key,
        "label": field.asked.label,
        "privacy": str(field.asked.privacy),
        "encrypted": int(field.encrypted),
        "choices": "、".join(words),
    }
