"""What people must answer; and a mark by which a message that is played back is known."""

from intake.store.schema import Index, Schema, Table

TABLES = (
    Table(
        "triage",
        {
            "message": str,  # messages.key
            "reporter": str,
            "thread": str,  # stands for the reporter in addresses
            "at": str,
            "why": str,
            "state": str,  # open, done
            "done_at": str,
            "done_by": str,
            "outcome": str,  # report, answer, closed, or empty
            "receipt": str,
            "reason": str,  # why it was closed
        },
        key=("message",),
        required=("reporter", "thread", "at", "why", "state", "outcome", "receipt", "reason"),
        indexes=(
            Index(("state", "at")),
            Index(("reporter", "at")),
            Index(("thread",)),
        ),
    ),
)


def apply(schema: Schema) -> None:
    """What people must answer; and a mark by which a message that is played back is known."""
    for table in TABLES:
        schema.create(table)
    schema.add_column("messages", "nonce", str)
    schema.index("messages", Index(("nonce",), unique=True))
