"""Second factors with their recovery codes; sessions that know when their owner last proved who it is."""

from intake.store.schema import Index, Schema, Table

TABLES = (
    Table(
        "factors",
        {
            "staff": str,
            "secret": str,  # encrypted, or empty before the first code was right
            "step": int,  # of the last code that was taken: none is taken twice
            "made_at": str,  # when the secret became good, or empty
            "next_secret": str,  # encrypted, of an authenticator that is being set up, or empty
            "next_at": str,
        },
        key=("staff",),
        required=("secret", "step", "made_at", "next_secret", "next_at"),
        references={"staff": "staff.id"},
    ),
    Table(
        "recovery_codes",
        {"digest": str, "staff": str, "used_at": str},
        key=("digest",),
        required=("staff", "used_at"),
        references={"staff": "staff.id"},
        indexes=(Index(("staff",)),),
    ),
)


def apply(schema: Schema) -> None:
    """Add both tables; when a session was proved; whose password another chose; wrong tries since the last sign-in."""
    for table in TABLES:
        schema.create(table)
    schema.add_column("devices", "proved_at", str, default="")
    schema.add_column("staff", "chosen", int, default=0)
    schema.add_column("staff", "failed", int, default=0)
