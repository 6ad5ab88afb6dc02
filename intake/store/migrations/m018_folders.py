"""Cases as the desk looks them up: every count of a page out of one index, what is owed by its duty, who looked by day."""

from intake.store.schema import Index, Schema

INDEXES = (
    # All that counts ask for, in the order in which they group: no row of the table is read.
    ("cases", Index(("open", "kind", "state", "town", "owner", "due", "duty", "restricted", "school_town", "school",
                     "class", "village", "id"))),
    ("duties", Index(("duty", "due", "case_id"), where="done_at IS NULL")),
    ("audit", Index(("at",))),
    ("audit", Index(("actor", "id"))),
)  # fmt: skip


def apply(schema: Schema) -> None:
    """Serve the work list, the first page of the desk, and who looked at whom."""
    for table, index in INDEXES:
        schema.index(table, index)
