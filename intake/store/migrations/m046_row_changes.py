"""What workbooks that came back changed of what is no case: facts of a child, a difference, an entry of a register."""

from intake.store.schema import Index, Schema, Table

CHANGES = Table(
    "row_changes",
    {
        "id": str,
        "return_id": str,
        "ledger": str,
        "subject": str,  # what the row's key names: a letter and an id, see intake/ledgers/subjects.py
        "key": str,  # of the column; "begins" for a new one
        "before": str,  # encrypted JSON
        "after": str,  # encrypted JSON
        "seen": str,  # the version that the row had when it went out
        "made": str,  # the version that it has since
        "token": str,  # by which a new row is one, however often it is sent
        "undone_at": str,
        "undone_by": str,
    },
    key=("id",),
    required=("return_id", "ledger", "subject", "key", "before", "after", "seen", "made", "token"),
    references={"return_id": "returns.id"},
    indexes=(Index(("return_id", "id")), Index(("subject",)), Index(("token",), where="token <> ''")),
)


def apply(schema: Schema) -> None:
    """Begin with nothing that came back of them."""
    schema.create(CHANGES)
