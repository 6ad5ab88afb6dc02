"""Children of whom facts tell and no case: found within a scope, and read as files of a case that nobody opened."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from intake.cases.case import Case
from intake.children.access import PLACED, children_within
from intake.children.children import COLUMNS, Child
from intake.ledgers.casefile import CaseFile, Reading
from intake.people.scope import Scope
from intake.store.db import Cell, Database, Row


def children_told_of(
    db: Database, scope: Scope, kinds: Sequence[str], day: date, since: date, only: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Give by id the children of a scope of whom facts of some kinds tell, with their place in an order like that of cases.

    One in no class counts as long as something was said of it since a day. Of `only` some where these are named.
    """
    within, args = children_within(scope)
    marks = ", ".join("?" * len(kinds))
    among = f" AND f.child IN ({', '.join('?' * len(only))})" if only else ""
    last = "CASE WHEN f.again_on > f.said_on THEN f.again_on ELSE f.said_on END"
    rows = db.all(
        "SELECT c.id, c.child_name, c.town, coalesce(k.school, '') AS school,"  # noqa: S608
        " coalesce(k.grade, '') AS grade, coalesce(k.class_name, '') AS class_name"
        f" FROM {PLACED} JOIN (SELECT f.child, max({last}) AS last FROM child_facts f"
        f" WHERE f.kind IN ({marks}) AND f.said_on <= ?{among} GROUP BY f.child) t ON t.child = c.id"
        f" WHERE {within} AND (c.class IS NOT NULL OR t.last >= ?)",
        [*list[Cell](kinds), day.isoformat(), *only, *args, since.isoformat()],
    )
    return {
        row["id"]: (
            row["town"],
            row["school"],
            row["grade"] + row["class_name"],
            row["child_name"],
            "",
            row["id"],
        )
        for row in rows
    }


def files_of_children(reading: Reading, children: Sequence[str]) -> Mapping[str, list[CaseFile]]:
    """Give files of some children (a page of them) that have no case, by child."""
    if not children:
        return {}
    rows = reading.db.all(
        f"SELECT {COLUMNS}, c.id_number, c.pupil_number, coalesce(s.town, '') AS school_town FROM {PLACED}"  # noqa: S608
        f" WHERE c.id IN ({', '.join('?' * len(children))})",
        list(children),
    )
    return {row["id"]: [_file(reading, row)] for row in rows}


def _file(reading: Reading, row: Row) -> CaseFile:
    child = Child.of(row)
    return CaseFile(
        reading, _unopened_case(child, row["school_town"]), child, row["id_number"], (), {}, (),
        pupil_number=row["pupil_number"],
    )  # fmt: skip


def _unopened_case(child: Child, school_town: str) -> Case:
    """Give a case of no number that says where a child is: for a row, what a case would say."""
    nothing: dict[str, Any] = {one.name: 0 if one.type is int else "" for one in fields(Case)}
    return Case(**nothing | {
        "child": child.id, "child_name": child.name, "class_title": child.title, "class_id": child.class_id,
        "school": child.school, "school_town": school_town, "town": child.town, "village": child.village,
    })  # fmt: skip
