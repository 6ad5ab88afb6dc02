"""What hangs on a child, table by table: it goes over to another file, row by row, and comes back to the one it was of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intake.store.db import Cell, Database, Row


@dataclass(frozen=True, slots=True)
class Hanging:
    """A table whose rows are of a child: its key without the child, and what of a child there can be only once.

    `words` is how people call such rows.
    """

    table: str
    key: tuple[str, ...]
    words: str = ""
    column: str = "child"
    once: tuple[str, ...] = ()


FACTS = "知道的情况"
HANGINGS = (
    Hanging("child_facts", ("id",), FACTS),
    Hanging("child_keys", ("key", "sort", "fact")),
    Hanging("stays", ("id",), "上学经历"),
    Hanging("register_entries", ("id",), "学籍异动"),
    Hanging("listed", ("id",), "名单上的行"),
    Hanging("differences", ("id",), "对不上的地方"),
    Hanging("roll_marks", ("class", "day"), "点名记录", once=("class", "day")),
    Hanging("roll_answers", ("report",), once=("report",)),
    Hanging("links", ("reporter",), "家长", once=("reporter",)),
    Hanging("reports", ("id",), "报告"),
    Hanging("linked_reports", ("id",)),
    Hanging("cases", ("id",), "个案"),
    Hanging("child_matches", ("id",), once=("report", "other")),
    Hanging("child_matches", ("id",), column="other", once=("report", "child")),
    Hanging("looks", ("id",), column="subject"),
)


@dataclass(slots=True)
class GoneOver:
    """What went over: by table and column the keys of the rows; and the rows that the other child had already."""

    keys: dict[str, list[list[Cell]]]
    dropped: list[list[Any]]


def count_hanging(db: Database, child: str) -> dict[str, int]:
    """Count what hangs on a child, by the words for it."""
    found: dict[str, int] = {}
    for one in HANGINGS:
        sql = f"SELECT count(*) AS n FROM {one.table} WHERE {one.column} = ?"  # noqa: S608
        row = db.one(sql, (child,)) if one.words else None
        if row and row["n"]:
            found[one.words] = row["n"]
    return found


def move_hanging(db: Database, start: str, end: str) -> GoneOver:
    """Let all that hangs on one child hang on another, in the caller's transaction.

    Where that one has the same already, the row waits among those dropped.
    """
    moved = GoneOver({}, [])
    for one in HANGINGS:
        for row in db.all(f"SELECT * FROM {one.table} WHERE {one.column} = ?", (start,)):  # noqa: S608
            if one.table == "child_matches" and {row["child"], row["other"]} == {start, end}:
                continue  # that is why they are merged
            _move_row(db, one, row, end, moved)
    return moved


def _move_row(db: Database, one: Hanging, row: Row, end: str, moved: GoneOver) -> None:
    """Move a row; of two links of one parent the one that a teacher has confirmed stays."""
    there = _twin(db, one, row, end)
    if there is not None and one.table == "links" and row["state"] == "confirmed" != there["state"]:
        _drop(db, one, there, moved)
    elif there is not None:
        _drop(db, one, row, moved)
        return
    key = [row[column] for column in one.key]
    db.run(f"UPDATE {one.table} SET {one.column} = ? WHERE {_where(one)}", [end, *key, row[one.column]])  # noqa: S608
    moved.keys.setdefault(f"{one.table}.{one.column}", []).append(key)


def bring_back(
    db: Database, start: str, end: str, keys: Mapping[str, list[list[Cell]]], dropped: Iterable[Any]
) -> None:
    """Let what went over from `start` to `end` hang on `start` again, as far as it still hangs there, in the transaction."""
    for one in HANGINGS:
        for key in keys.get(f"{one.table}.{one.column}", ()):
            db.run(f"UPDATE {one.table} SET {one.column} = ? WHERE {_where(one)}", [start, *key, end])  # noqa: S608
    for table, row in dropped:
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        db.run(f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING", list(row.values()))  # noqa: S608


def give_schooling_back(db: Database, start: str, end: str, merge: str, day: str) -> None:
    """Let what became of a class since a merge on a day be of the child whose class it was, in the transaction.

    Stays and entries with a later id than the merge came after it, ids grow with time; marks of the roll have their day, and
    what they reported goes along: a case that has other reports, too, stays.
    """
    for table in ("stays", "register_entries"):
        db.run(f"UPDATE {table} SET child = ? WHERE child = ? AND id > ?", [start, end, merge])  # noqa: S608
    db.run(
        "UPDATE roll_marks SET child = ? WHERE child = ? AND day >= ? AND NOT EXISTS (SELECT 1 FROM roll_marks m"
        " WHERE m.child = ? AND m.class = roll_marks.class AND m.day = roll_marks.day)",
        [start, end, day, start],
    )
    db.run(
        "UPDATE reports SET child = ? WHERE child = ? AND id > ? AND receipt IN"
        " (SELECT m.report FROM roll_marks m WHERE m.child = ?)",
        [start, end, merge, start],
    )
    of_case = "SELECT 1 FROM case_reports r JOIN reports p ON p.id = r.report WHERE r.case_id = cases.id AND p.child"
    db.run(
        f"UPDATE cases SET child = ? WHERE child = ? AND id > ? AND EXISTS ({of_case} = ?) AND NOT EXISTS ({of_case} <> ?)",  # noqa: S608
        [start, end, merge, start, start],
    )


def _twin(db: Database, one: Hanging, row: Row, end: str) -> Row | None:
    """Give the row of the other child that is there only once."""
    if not one.once:
        return None
    same = " AND ".join(f"{column} = ?" for column in one.once)
    return db.one(
        f"SELECT * FROM {one.table} WHERE {same} AND {one.column} = ?",  # noqa: S608
        [*(row[column] for column in one.once), end],
    )


def _drop(db: Database, one: Hanging, row: Row, moved: GoneOver) -> None:
    db.run(
        f"DELETE FROM {one.table} WHERE {_where(one)}",  # noqa: S608
        [*(row[column] for column in one.key), row[one.column]],
    )
    moved.dropped.append([one.table, {column: row[column] for column in row.keys()}])  # noqa: SIM118 - a row has no other way


def _where(one: Hanging) -> str:
    return " AND ".join(f"{column} = ?" for column in (*one.key, one.column))
