"""What a file that staff sent is about, where it does not say so itself: the school of a list."""

from intake.store.schema import Schema


def apply(schema: Schema) -> None:
    """Files of before are about nothing."""
    schema.add_column("uploads", "about", str, default="")
