"""What must be true of children's files: nothing hangs on a child that is not there, nor on one that became another."""

from collections.abc import Iterator

from intake.children import child_keys
from intake.children.facts.fact import fact_of
from intake.children.facts.fact_kinds import FACT_KINDS
from intake.children.facts.sources import SOURCES
from intake.store.db import Database, Row

BATCH = 400
"""Facts that are opened at a time."""
_HANGS = (
    ("child_facts", "child", "知道的情况", ""), ("child_keys", "child", "查找用的键", ""), ("stays", "child", "在校经历", ""),
    ("register_entries", "child", "学籍异动", ""), ("listed", "child", "名单上的一行", "t.child <> ''"),
    ("differences", "child", "不符的一条", "t.child <> ''"), ("child_matches", "child", "待核对的一条", ""),
    ("child_matches", "other", "待核对的一条", "t.other <> ''"), ("child_merges", "kept", "合并记录", ""),
    ("links", "child", "家长关系", ""), ("roll_marks", "child", "点名", ""), ("cases", "child", "个案", "t.child <> ''"),
    ("reports", "child", "报告", "t.child <> ''"),
)  # fmt: skip
"""What hangs on children: table, column, what people call it, and of which rows it is asked."""
_GOES_OVER = (
    ("child_facts", "知道的情况", "t.closed_at IS NULL"), ("child_keys", "查找用的键", ""),
    ("stays", "在校经历", "t.to_day = ''"), ("listed", "名单上的一行", ""), ("links", "家长关系", ""), ("cases", "个案", ""),
    ("reports", "报告", ""), ("differences", "不符的一条", "t.closed_at IS NULL"),
)  # fmt: skip
"""What goes over to the child that another one turned out to be."""


def faults_of_children(db: Database) -> Iterator[str]:
    """Yield a sentence for each thing that is not as it must be, with the ids of child and fact alone.

    Others may be at work meanwhile: where anything looks wrong it is looked at once more while nobody else writes.
    """
    for part in (_missing, _merged, _stays, _facts):
        if next(part(db), None):
            with db.write():
                yield from list(part(db))


def _missing(db: Database) -> Iterator[str]:
    for table, column, words, only in _HANGS:
        where = f" AND {only}" if only else ""
        sql = f"SELECT DISTINCT t.{column} AS child FROM {table} t WHERE t.{column} IS NOT NULL{where} AND NOT EXISTS (SELECT 1 FROM children c WHERE c.id = t.{column})"  # noqa: S608, E501
        yield from (f"{words}说的孩子 {row['child']} 不见了" for row in db.all(sql))


def _merged(db: Database) -> Iterator[str]:
    """Name those that became another child and still stand somewhere, or became one that is none."""
    for row in db.all(
        "SELECT c.id FROM children c LEFT JOIN children k ON k.id = c.merged"
        " WHERE c.merged IS NOT NULL AND (k.id IS NULL OR k.id = c.id OR k.merged = c.id)"
    ):
        yield f"孩子 {row['id']} 并入的那份档案不对"
    for row in db.all("SELECT id FROM children WHERE merged IS NOT NULL AND class IS NOT NULL"):
        yield f"已经并走的孩子 {row['id']} 还在班里"
    for table, words, only in _GOES_OVER:
        where = f" AND {only}" if only else ""
        sql = f"SELECT DISTINCT t.child FROM {table} t JOIN children c ON c.id = t.child WHERE c.merged IS NOT NULL{where}"  # noqa: S608
        yield from (f"已经并走的孩子 {row['child']} 还有{words}" for row in db.all(sql))


def _stays(db: Database) -> Iterator[str]:
    """Name who is in two classes at once, or by its path in another class than by the roll."""
    for row in db.all("SELECT child FROM stays WHERE to_day = '' GROUP BY child HAVING count(*) > 1"):
        yield f"孩子 {row['child']} 同时在两个班"
    for row in db.all(
        "SELECT s.child FROM stays s JOIN children c ON c.id = s.child"
        " WHERE s.to_day = '' AND (c.class IS NULL OR c.class <> s.class)"
    ):
        yield f"孩子 {row['child']} 的在校经历和现在的班不符"
    for row in db.all("SELECT child FROM stays WHERE to_day <> '' AND from_day > to_day"):
        yield f"孩子 {row['child']} 的在校经历先离开后到"


def _facts(db: Database) -> Iterator[str]:
    """Name facts that no declaration knows, and keys that do not follow from facts that hold."""
    for row in db.all(
        "SELECT k.fact FROM child_keys k LEFT JOIN child_facts f ON f.id = k.fact"
        " WHERE f.id IS NULL OR f.closed_at IS NOT NULL OR f.child <> k.child GROUP BY k.fact"
    ):
        yield f"查找用的键说的情况 {row['fact']} 已经不算数"
    last = ""
    while rows := db.all("SELECT * FROM child_facts WHERE id > ? ORDER BY id LIMIT ?", (last, BATCH)):
        span, last = (rows[0]["id"], rows[-1]["id"]), rows[-1]["id"]
        kept: dict[str, set[tuple[str, str]]] = {}
        for key in db.all("SELECT fact, sort, key FROM child_keys WHERE fact >= ? AND fact <= ?", span):
            kept.setdefault(key["fact"], set()).add((key["sort"], key["key"]))
        for row in rows:
            yield from _fact(db, row, kept.get(row["id"], set()))


def _fact(db: Database, row: Row, kept: set[tuple[str, str]]) -> Iterator[str]:
    if row["kind"] not in FACT_KINDS or row["source"] not in SOURCES:
        yield f"情况 {row['id']} 的类别或来源不认识"
        return
    fact = fact_of(db, row)
    if fact.open and fact.value is not None and set(child_keys.keys_told(db, fact.kind, fact.value)) != kept:
        yield f"情况 {fact.id} 查找用的键与内容不符"
