"""Roles of the bureau are in charge of kinds; 包保 slots name who answers for a place; a code may open one door alone."""

from intake.store.schema import Index, Schema, Table

SLOTS = Table(
    "slots",
    {
        "slot": str,  # principal_of_school, teacher_of_class, town_of_school, village, child_director, child_supervisor
        "place": str,  # code of the school, village or town, id of the class
        "staff": str,
    },
    key=("slot", "place", "staff"),
    references={"staff": "staff.id"},
    indexes=(Index(("staff",)),),
)


def apply(schema: Schema) -> None:
    """Leave every account what it had: of all kinds, and no slots filled; codes open any door of their owner."""
    schema.add_column("staff", "kinds", str, default="")  # keys with spaces between, or empty: all of them
    schema.add_column("bindings", "door", str, default="")  # phone, or empty: any
    schema.create(SLOTS)
    schema.index("staff", Index(("role", "area")))
