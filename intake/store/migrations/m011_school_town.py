"""A report counts for the town of its school, too."""

from intake.store.schema import Schema


def apply(schema: Schema) -> None:
    """Add the town; what came before is filled in from the list of schools."""
    schema.add_column("reports", "school_town", str, default="")  # 9 digits, or empty
    schema.run(
        "UPDATE reports SET school_town = COALESCE((SELECT s.town FROM schools s WHERE s.code = reports.school), '')"
    )
