"""How each report came to its child, and what hangs on that, so that it can be undone; days of birth are looked up."""

from intake.store.schema import Index, Schema, Table

LINKED = Table(
    "linked_reports",
    {
        "id": str,
        "report": str,
        "child": str,
        "how": str,  # certain, confirmed, entered
        "kept": str,  # what was before, as JSON, encrypted: the case with its child, facts that ended
        "actor": str,
        "at": str,
        "undone_by": str,
        "undone_at": str,
    },
    key=("id",),
    required=("report", "child", "how", "kept", "actor", "at"),
    references={"report": "reports.id", "child": "children.id"},
    indexes=(Index(("report",)), Index(("child",))),
)


def apply(schema: Schema) -> None:
    """Keep what a link of a report to a child has changed, and find children by their day of birth."""
    schema.create(LINKED)
    schema.index("children", Index(("birth_date",), where="birth_date IS NOT NULL"))
