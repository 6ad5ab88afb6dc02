"""What somebody may see: one function decides about one row, one narrows a query to such rows.

A row counts for its child's home and for the school's town, so that neither of two towns overlooks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may see: rows whose code begins with `area`, narrowed by what else is given.

    No area is nothing at all. An empty `school` or `village` and None do not narrow; an empty set leaves nothing.
    `village` is a code of 12 digits: of the rows of its own children, wherever they learn. Without `restricted` the
    rows that few may see are left out; without `reporters` nothing may be told of who asked to stay unnamed.
    """

    area: str
    school: str = ""
    classes: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    village: str = ""
    restricted: bool = False
    reporters: bool = False


REPORTS: Mapping[str, str] = {
    "town": "r.town", "school_town": "r.school_town", "school": "r.school", "kind": "r.kind",
    "restricted": "r.restricted",
}  # fmt: skip
"""Where `reports r` holds what a scope asks for."""
HOMES: Mapping[str, str] = {**REPORTS, "village": "r.town"}
"""The same for a list of a village: the code of a home is that of its village, where this is known."""


def sees(
    scope: Scope, *, town: str, school_town: str = "", school: str = "", class_id: str = "", kind: str = "",
    village: str = "", restricted: bool = False,
) -> bool:  # fmt: skip
    """Tell whether a row lies within a scope; `town` is the code of its home, a village's where it is known."""
    return (
        bool(scope.area)
        and (town.startswith(scope.area) or school_town.startswith(scope.area))
        and scope.school in ("", school)
        and (scope.classes is None or class_id in scope.classes)
        and (scope.kinds is None or kind in scope.kinds)
        and village.startswith(scope.village)
        and (scope.restricted or not restricted)
    )


def narrow(scope: Scope, columns: Mapping[str, str] = REPORTS) -> tuple[str, list[str]]:
    """Give the condition (SQL, arguments) that leaves only a scope's rows.

    `columns` says under which names a table has town, school_town, school, class_id, kind, village, restricted;
    where a scope is narrowed by what a table does not have, nothing is left. A table without a mark of what is
    restricted has no such rows.
    """
    if not scope.area:
        return "1 = 0", []
    sql, args = _begins(scope.area, [columns[key] for key in ("town", "school_town") if key in columns])
    only = (
        ("school", {scope.school} if scope.school else None),
        ("class_id", scope.classes),
        ("kind", scope.kinds),
    )
    for key, wanted in only:
        if wanted is None:
            continue
        if not wanted or key not in columns:
            return "1 = 0", []
        sql += f" AND {columns[key]} IN ({', '.join('?' * len(wanted))})"
        args += sorted(wanted)
    if scope.village:
        if "village" not in columns:
            return "1 = 0", []
        within, codes = _begins(scope.village, [columns["village"]])
        sql, args = f"{sql} AND {within}", args + codes
    if not scope.restricted and "restricted" in columns:
        sql += f" AND {columns['restricted']} = 0"
    return sql, args


def _begins(area: str, columns: list[str]) -> tuple[str, list[str]]:
    """Compare with a range, which an index serves: codes are digits, so the next prefix ends it."""
    end = str(int(area) + 1).zfill(len(area))
    ranges = [f"({one} >= ? AND {one} < ?)" for one in columns]
    return f"({' OR '.join(ranges)})", [area, end] * len(columns)
