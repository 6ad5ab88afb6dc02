"""Who looked at a masked value of a case or a report, when and why."""

from intake.store.schema import Index, Schema, Table

LOOKS = Table(
    "looks",
    {
        "id": str,
        "subject": str,  # cases.id or reports.id
        "staff": str,
        "at": str,
        "field": str,  # key of the declaration
        "why": str,  # key of a reason
        "words": str,  # encrypted: the reason in words, where none of the keys says it
    },
    key=("id",),
    required=("subject", "staff", "at", "field", "why"),
    indexes=(Index(("subject", "at")), Index(("staff", "at"))),
)


def apply(schema: Schema) -> None:
    """Begin with no look on record here; those of before stand in the audit."""
    schema.create(LOOKS)
