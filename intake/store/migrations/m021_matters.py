"""Matters that are none of the kinds of report: what sort they are, and whose conversation they came from."""

from intake.store.schema import Index, Schema, Table

CASE_TALKS = Table(
    "case_talks",
    {"case_id": str, "reporter": str, "at": str},  # reporter: wechat:<hash>, as in reports
    key=("case_id", "reporter"),
    required=("at",),
    references={"case_id": "cases.id"},
    indexes=(Index(("reporter",)),),
)


def apply(schema: Schema) -> None:
    """Let a case have a sort, and conversations beside its reports; those that are there have neither."""
    schema.add_column("cases", "sort", str, default="")
    schema.create(CASE_TALKS)
