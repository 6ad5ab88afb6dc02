"""The row of a child that turned out to be another: what the other one lacks goes over to it, and comes back."""

from typing import Any

from intake.children.children import Child, cells_of_child, number_of_child, write_cells
from intake.store.db import Cell, Database

_PLAIN = ("sex", "birth_date", "village", "class")
_NUMBERS = (("id_number", "id_number_hash"), ("pupil_number", "pupil_number_hash"))


def merge_child_row(db: Database, kept: Child, gone: Child) -> dict[str, Any]:
    """Let a child be another from now on, in the caller's transaction; give what that changed.

    What the kept one has stays; what it lacks it takes: its class, too.
    """
    mine, other = cells_of_child(db, kept), cells_of_child(db, gone)
    taken: dict[str, Cell] = {one: other[one] for one in _PLAIN if not mine[one] and other[one]}
    write_cells(db, kept.id, taken)
    numbers = [
        column
        for column, hashed in _NUMBERS
        if not mine[hashed] and _take_number(db, kept, gone, column, hashed)
    ]
    write_cells(db, gone.id, {"merged": kept.id, "class": None})
    return {"taken": taken, "numbers": numbers, "class": other["class"]}


def part_child_row(db: Database, kept: Child, gone: Child, did: dict[str, Any]) -> None:
    """Let a child be itself again, in the caller's transaction: what the other one took goes, unless it has changed since.

    A class that it took goes back as it is by now: the child of the roll moved up, or left, under the other's name.
    """
    mine, taken = cells_of_child(db, kept), did["taken"]
    gone_back = {one: None for one, cell in taken.items() if mine[one] == cell or one == "class"}
    write_cells(db, kept.id, gone_back)
    for column, hashed in _NUMBERS:
        same = number_of_child(db, kept, column) == number_of_child(db, gone, column)
        if column in did["numbers"] and same:
            write_cells(db, kept.id, {column: None, hashed: None})
    write_cells(db, gone.id, {"merged": None, "class": mine["class"] if "class" in taken else did["class"]})


def _take_number(db: Database, kept: Child, gone: Child, column: str, hashed: str) -> bool:
    """Close a number anew, for the row it goes to; one that no key opens stays where it is."""
    number = number_of_child(db, gone, column)
    if not number:
        return False
    cell = db.keys.lock(number, f"children.{column}", kept.id)
    write_cells(db, kept.id, {column: cell, hashed: cells_of_child(db, gone)[hashed]})
    return True
