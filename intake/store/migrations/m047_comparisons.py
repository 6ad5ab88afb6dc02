"""When the lists were last compared, and what came of it."""

from intake.store.schema import Schema, Table

COMPARISONS = Table(
    "comparisons",
    {
        "sheet": str,  # key of the ledger
        "at": str,
        "new": int,
        "same": int,
        "gone": int,
        "actor": str,
    },
    key=("sheet",),
    required=("at", "new", "same", "gone", "actor"),
)


def apply(schema: Schema) -> None:
    """Begin with lists that nobody has compared."""
    schema.create(COMPARISONS)
