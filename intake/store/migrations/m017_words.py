"""What families say of children reaches their class: found by school and by child; a teacher's answer to it is kept."""

from intake.store.schema import Index, Schema, Table

ANSWERS = Table(
    "roll_answers",
    {
        "report": str,  # id of the report that says otherwise than the roll
        "child": str,
        "answer": str,  # here, leave, missing
        "answered_by": str,
        "answered_at": str,
    },
    key=("report", "child"),
    required=("answer", "answered_by", "answered_at"),
    references={"report": "reports.id", "child": "children.id"},
)
INDEXES = (
    Index(("school", "received_at"), where="school IS NOT NULL"),
    Index(("child", "received_at"), where="child IS NOT NULL"),
)


def apply(schema: Schema) -> None:
    """Keep what a teacher answers where a report contradicts her roll, and find reports by school and by child."""
    schema.create(ANSWERS)
    for index in INDEXES:
        schema.index("reports", index)
