"""What the house sends by itself: messages to parents, the platform's token, pictures and recordings."""

from intake.store.schema import Index, Schema, Table

TABLES = (
    Table(
        "outbox",
        {
            "id": str,
            "reporter": str,
            "subject": str,  # receipt, or empty
            "body": str,
            "created_at": str,
            "due_at": str,
            "lease": str,  # until when a worker has it in hand, or empty
            "attempts": int,
            "doubts": int,  # calls whose outcome nobody knows, the one under way included
            "state": str,  # waiting, sent, shown (in the chat), refused
            "error": str,
            "settled_at": str,
            "called_by": str,
            "called_at": str,
        },
        key=("id",),
        required=(
            "reporter",
            "subject",
            "body",
            "created_at",
            "due_at",
            "lease",
            "attempts",
            "doubts",
            "state",
            "error",
        ),
        indexes=(
            Index(("state", "due_at")),
            Index(("reporter", "state")),
        ),
    ),
    Table(
        "tokens",
        {"name": str, "token": str, "expires_at": str, "lease": str, "fault": str, "fault_until": str},
        key=("name",),
        required=("token", "expires_at", "lease", "fault", "fault_until"),
    ),
    Table(
        "windows",
        {"reporter": str, "said_at": str, "said_used": int, "acted_at": str, "acted_used": int},
        key=("reporter",),
        required=("said_at", "said_used", "acted_at", "acted_used"),
    ),
    Table(
        "media",
        {
            "id": str,
            "message": str,
            "reporter": str,
            "type": str,
            "media_id": str,
            "report": str,
            "state": str,
            "attempts": int,
            "due_at": str,
            "at": str,
            "file": str,
            "mime": str,
            "bytes": int,
        },
        key=("id",),
        required=(
            "message",
            "reporter",
            "type",
            "media_id",
            "report",
            "state",
            "attempts",
            "due_at",
            "at",
            "file",
            "mime",
            "bytes",
        ),
        indexes=(
            Index(("state", "due_at")),
            Index(("reporter",)),
            Index(("report",)),
        ),
    ),
)


def apply(schema: Schema) -> None:
    """What the house sends by itself: messages to parents, the platform's token, pictures and recordings."""
    for table in TABLES:
        schema.create(table)
