"""A device says by which door it came in: a phone's PIN opens no desk."""

from intake.store.schema import Schema


def apply(schema: Schema) -> None:
    """Add the door: phone or desk."""
    schema.add_column("devices", "door", str, default="phone")
