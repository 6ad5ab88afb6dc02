"""Workbooks that came back filled in: who sent them, what they changed, and what was there before."""

from intake.store.schema import Index, Schema, Table

RETURNS = Table(
    "returns",
    {
        "id": str,
        "staff": str,  # staff.id; "command" where a command named nobody
        "at": str,
        "ledgers": str,  # keys, parted by blanks
        "name": str,  # encrypted: of the file
        "digest": str,  # keyed hash of the file
        "upload": str,  # uploads.id, while that is kept
        "begun": int,  # rows by their fate
        "changed": int,
        "same": int,
        "stale": int,
        "wrong": int,
    },
    key=("id",),
    required=("staff", "at", "ledgers", "digest"),
    indexes=(Index(("staff", "at")),),
)
CHANGES = Table(
    "return_changes",
    {
        "id": str,
        "return_id": str,
        "case_id": str,
        "key": str,  # of the column; empty for something done on the case, "begins" for a new one
        "before": str,  # encrypted JSON
        "after": str,  # encrypted JSON
        "event": str,  # case_events.id
        "undone_at": str,
        "undone_by": str,  # case_events.id
    },
    key=("id",),
    required=("return_id", "case_id", "key", "before", "after", "event"),
    references={"return_id": "returns.id", "case_id": "cases.id"},
    indexes=(Index(("return_id", "id")), Index(("case_id",))),
)


def apply(schema: Schema) -> None:
    """Begin with nothing that came back."""
    schema.create(RETURNS)
    schema.create(CHANGES)
