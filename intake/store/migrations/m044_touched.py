"""What a message that waits for a person touches on."""

from intake.store.schema import Schema


def apply(schema: Schema) -> None:
    """Add the kind of report; of what waited before nobody noted it."""
    schema.add_column("triage", "kind", str)
