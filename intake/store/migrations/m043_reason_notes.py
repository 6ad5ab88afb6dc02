"""What the bureau writes for its staff about a reason why a child does not come to school: versions, the newest counts."""

from intake.store.schema import Schema, Table

REASON_NOTES = Table(
    "reason_notes",
    {"id": str, "reason": str, "words": str, "written_by": str, "written_at": str},
    key=("id",),
    required=("reason", "words", "written_by", "written_at"),
)


def apply(schema: Schema) -> None:
    """Nothing has been written yet; until then the house's own words stand."""
    schema.create(REASON_NOTES)
