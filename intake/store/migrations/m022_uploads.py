"""Files that staff send to the desk: what for, from whom, until when."""

from intake.store.schema import Index, Schema, Table

UPLOADS = Table(
    "uploads",
    {
        "id": str,
        "staff": str,
        "purpose": str,
        "name": str,  # encrypted
        "at": str,
        "media": str,  # media.id, where the file is
        "expires": str,
    },
    key=("id",),
    required=("staff", "purpose", "name", "at", "media", "expires"),
    indexes=(Index(("staff", "at")), Index(("expires",)), Index(("media",))),
)


def apply(schema: Schema) -> None:
    """Begin with no file."""
    schema.create(UPLOADS)
