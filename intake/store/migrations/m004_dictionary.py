"""The table that explains the others."""

from intake.store.schema import Schema, Table

TABLES = (
    Table(
        "dictionary",
        {
            "table_name": str,
            "column_name": str,
            "label": str,
            "privacy": str,
            "encrypted": int,
            "choices": str,
        },
        key=("table_name", "column_name"),
    ),
)


def apply(schema: Schema) -> None:
    """The table that explains the others."""
    for table in TABLES:
        schema.create(table)
