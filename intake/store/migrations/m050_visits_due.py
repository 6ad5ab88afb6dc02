"""By when whoever answers for a child must have been at its home: worked out by the worker, for a count on the first page."""

from intake.store.schema import Index, Schema, Table

VISITS = Table(
    "visits_due",
    {
        "subject": str,  # children.id, or cases.id of a child that is on no roll
        "last_on": str,  # the local day of the last visit, or empty
        "due_on": str,  # the local day from which on it is late
        "wound_on": str,  # the local day on which this was worked out
    },
    key=("subject",),
    required=("last_on", "due_on", "wound_on"),
    indexes=(Index(("due_on",)),),
)


def apply(schema: Schema) -> None:
    """Begin with nothing: the worker fills it in its first round."""
    schema.create(VISITS)
