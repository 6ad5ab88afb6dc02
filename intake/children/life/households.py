"""Children of one family: the same guardian with the same telephone, or the same home with its house number."""

from intake.children import child_keys
from intake.children.child_keys import FAMILY, HOME
from intake.children.children import Child, children_of_ids
from intake.store.db import Database


def siblings_of(db: Database, child: Child) -> list[Child]:
    """Give the other children of a child's family, by name; a key that more share than a family has children tells nothing."""
    rows = db.all(
        "SELECT DISTINCT sort, key FROM child_keys WHERE child = ? AND sort IN (?, ?)",
        (child.id, FAMILY, HOME),
    )
    ids = {
        other
        for row in rows
        for other in child_keys.children_by_key(db, row["sort"], [row["key"]])
        if other != child.id
    }
    found = children_of_ids(db, sorted(ids)).values()
    return sorted(found, key=lambda one: (one.name, one.id))
