"""Phones of teachers, drafts that a chat and a page share, notices read aloud, pictures sent by a page."""

from intake.store.schema import Index, Schema, Table

TABLES = (
    Table(
        "pins",
        {"staff": str, "pin": str, "wrong": int, "set_at": str},
        key=("staff",),
        required=("pin", "wrong", "set_at"),
        references={"staff": "staff.id"},
    ),
    Table(
        "devices",
        {
            "id": str,
            "token_hash": str,
            "staff": str,
            "name": str,  # as its owner would call it: 安卓手机，微信
            "made_at": str,
            "seen_at": str,
            "until": str,
            "revoked_at": str,  # or empty
        },
        key=("id",),
        required=("token_hash", "staff", "name", "made_at", "seen_at", "until", "revoked_at"),
        references={"staff": "staff.id"},
        indexes=(
            Index(("token_hash",), unique=True),
            Index(("staff",)),
        ),
    ),
    Table(
        "drafts",
        {
            "reporter": str,
            "kind": str,
            "answers": str,  # encrypted JSON of what was said, by key
            "channel": str,  # who wrote last: wechat, form
            "updated_at": str,
            "receipt": str,  # of the report it became, or empty
        },
        key=("reporter", "kind"),
        required=("answers", "channel", "updated_at", "receipt"),
        indexes=(Index(("updated_at",)),),
    ),
)


def apply(schema: Schema) -> None:
    """Phones of teachers, drafts that a chat and a page share, notices read aloud, pictures sent by a page."""
    for table in TABLES:
        schema.create(table)
    schema.add_column("consents", "how", str)  # empty: by the reporter; spoken: read aloud by a teacher
    schema.add_column("media", "digest", str)  # of a picture sent by a page: the same twice is one
    schema.index("media", Index(("report", "digest")))
