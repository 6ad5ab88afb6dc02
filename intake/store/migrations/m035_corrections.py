"""Corrections by those who reported: what was said anew, whether or not it was said before."""

from intake.store.schema import Index, Schema, Table

CORRECTIONS = Table(
    "corrections",
    {
        "id": str,
        "report": str,
        "at": str,
        "keys": str,  # of the answers, parted by blanks
        "guarded": int,  # 1: one of them is masked, and only so many of those are taken on a day
        "replaced": int,  # the version that it replaced; 0 where nothing was new
        "body": str,  # keyed hash of what was said: sent twice it is done once
    },
    key=("id",),
    required=("report", "at", "keys", "body"),
    references={"report": "reports.id"},
    indexes=(Index(("report", "at")),),
)


def apply(schema: Schema) -> None:
    """Nobody has corrected anything yet: what was corrected before is told from its versions."""
    schema.create(CORRECTIONS)
