"""How many beds a school has, as a list says: without it a sheet could only say 未填报."""

from intake.store.schema import Schema, Table

BEDS = Table(
    "school_beds",
    {"school": str, "beds": int, "actor": str, "at": str},
    key=("school",),
    required=("beds", "actor", "at"),
)


def apply(schema: Schema) -> None:
    """Begin with no school of which it is known."""
    schema.create(BEDS)
