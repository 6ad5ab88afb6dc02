"""What a year of reports is looked up by: without these the whole table is read."""

from intake.store.schema import Index, Schema

INDEXES = (
    ("reports", Index(("kind", "status"))),
    ("audit", Index(("subject",))),
    ("children", Index(("child_name",))),
    ("classes", Index(("school",))),
    ("teaches", Index(("class",))),
    ("roll_marks", Index(("report",))),
    ("messages", Index(("received_at",))),
    ("conversations", Index(("updated_at",))),
)


def apply(schema: Schema) -> None:
    """Make them where they are not there yet."""
    for table, index in INDEXES:
        schema.index(table, index)
