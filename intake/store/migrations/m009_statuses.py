"""A report is received, on leave or withdrawn: the words that were kept before become keys."""

from intake.store.schema import Schema


def apply(schema: Schema) -> None:
    """Turn words into keys; words of older versions were shown, but nobody could set them."""
    schema.run(
        "UPDATE reports SET status = CASE status WHEN '已请假' THEN 'on_leave' WHEN '已撤回' THEN 'withdrawn'"
        " ELSE 'received' END WHERE status NOT IN ('received', 'on_leave', 'withdrawn')"
    )
