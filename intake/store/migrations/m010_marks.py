"""Reports that only some may see: told in confidence, or kept to few."""

from intake.store.schema import Schema


def apply(schema: Schema) -> None:
    """Add the two marks, not set."""
    for mark in ("confidential", "restricted"):
        schema.add_column("reports", mark, int, default=0)
