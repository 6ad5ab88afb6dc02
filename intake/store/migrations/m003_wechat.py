"""What was said in the chat, what was answered, and where each conversation stands."""

from intake.store.schema import Index, Schema, Table

TABLES = (
    Table(
        "messages",
        {"key": str, "reporter": str, "received_at": str, "type": str, "said": str, "reply": str},
        key=("key",),
        required=("reporter", "received_at", "type", "said", "reply"),
        indexes=(Index(("reporter", "received_at")),),
    ),
    Table(
        "conversations",
        {"reporter": str, "openid": str, "state": str, "version": int, "updated_at": str},
        key=("reporter",),
        required=("openid", "state", "version", "updated_at"),
    ),
    Table(
        "consents",
        {"id": str, "reporter": str, "notice": str, "agreed": int, "at": str},
        key=("id",),
        required=("reporter", "notice", "agreed", "at"),
        indexes=(Index(("reporter", "at")),),
    ),
)


def apply(schema: Schema) -> None:
    """What was said in the chat, what was answered, and where each conversation stands."""
    for table in TABLES:
        schema.create(table)
