"""Reports, their versions, and the audit chain."""

from intake.store.schema import Index, Schema, Table

TABLES = (
    Table(
        "reports",
        {
            "id": str,  # UUIDv7
            "receipt": str,
            "kind": str,
            "channel": str,
            "reporter": str,  # wechat:<hash>, staff:<id>, or empty
            "child": str,
            "town": str,  # 9 digits
            "school": str,
            "status": str,
            "received_at": str,
            "version": int,
            "consent": str,  # version of the notice, and when it was agreed to
            "idempotency_key": str,
            "body_hash": str,
        },
        key=("id",),
        required=("receipt", "kind", "channel", "reporter", "town", "status", "received_at", "version"),
        indexes=(
            Index(("receipt",), unique=True),
            Index(("idempotency_key",), unique=True),
            Index(("received_at",)),
            Index(("reporter", "received_at"), where="reporter <> ''"),
        ),
    ),
    Table(
        "versions",
        {
            "report_id": str,
            "version": int,
            "answers": str,
            "changed_at": str,
            "changed_by": str,
            "reason": str,
        },
        key=("report_id", "version"),
        required=("answers", "changed_at", "changed_by", "reason"),
        references={"report_id": "reports.id"},
    ),
    Table(
        "audit",
        {"id": int, "at": str, "actor": str, "verb": str, "subject": str, "detail": str, "mac": str},
        key=("id",),
        required=("at", "actor", "verb", "subject", "detail", "mac"),
    ),
)


def apply(schema: Schema) -> None:
    """Reports, their versions, and the audit chain."""
    for table in TABLES:
        schema.create(table)
    schema.append_only("audit")
