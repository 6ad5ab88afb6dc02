"""When a difference last changed: up to when the data of a workbook are."""

from intake.store.schema import Schema


def apply(schema: Schema) -> None:
    """Let each difference say when it last changed; those that are there changed when they were opened or closed."""
    schema.add_column("differences", "changed_at", str)
    schema.run("UPDATE differences SET changed_at = coalesce(closed_at, opened_at)")
