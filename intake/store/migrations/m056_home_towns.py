"""The children of a town are counted where they live, by their file and by the register of households."""

from intake.store.schema import Index, Schema


def apply(schema: Schema) -> None:
    """Serve what asks for the homes of a town without reading those of the district."""
    schema.index("children", Index(("town",)))
    schema.index("listed", Index(("listing", "town")))
