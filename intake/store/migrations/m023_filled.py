"""What staff fill in beside a case in workbooks that come back, as it is now; how it came to be stands in case_events."""

from intake.store.schema import Schema, Table

FILLED = Table(
    "case_cells",
    {
        "case_id": str,
        "key": str,  # of the ledgers' column
        "value": str,  # encrypted JSON
        "event": str,  # case_events.id by which it became so
    },
    key=("case_id", "key"),
    required=("value", "event"),
    references={"case_id": "cases.id"},
)


def apply(schema: Schema) -> None:
    """Begin with nothing filled in."""
    schema.create(FILLED)
