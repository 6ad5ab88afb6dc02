"""Two files of one child become one, with all that hangs on them, and are parted again."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.children.children import Child
from intake.people.accounts import Person
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class Merge:
    """A file that went into another one: the ids of both, who did it and when; empty while it stands: `undone_at`."""

    id: str
    kept: str
    gone: str
    actor: str
    at: str
    undone_by: str
    undone_at: str


def merge_preview(db: Database, kept: Child, gone: Child, person: Person) -> Mapping[str, int]:
    """Count what would go over, by the words for it (情况, 个案, 报告 …); nothing is written. Raises Denied, Missing."""
    raise NotImplementedError


def merge_children(db: Database, kept: Child, gone: Child, person: Person, *, words: str = "") -> str:
    """Let one file go into another; give the id of the merge.

    Two valid numbers that differ need `words`: why it is one child all the same. Raises Denied, Missing, Refused at
    `words`, Stale.
    """
    raise NotImplementedError


def merges_of_child(db: Database, child: Child) -> list[Merge]:
    """Give what went into a child's file and stands, and what was parted again, the newest first."""
    raise NotImplementedError


def undo_merge(db: Database, merge_id: str, person: Person) -> None:
    """Part two files: what went over comes back; what was done since stays with the kept child.

    Raises Dealt where somebody was first, Denied, Missing, Refused.
    """
    raise NotImplementedError
