"""What shows that the keys are this database's, and how many rows of a table there must be."""

from intake.store.schema import Schema, Table

SEALS = Table(
    "seals",
    {
        "name": str,  # "keys", "hash", "bound", or a table whose rows are counted
        "number": int,  # how many rows there are
        "value": str,  # a cell that the keys open, or a keyed digest over name and number
    },
    key=("name",),
    required=("number", "value"),
)


def apply(schema: Schema) -> None:
    """Begin with none: the program that has the keys makes them."""
    schema.create(SEALS)
