"""Teachers in the chat: who they are, what they teach, their class rolls, whose parents write to us."""

from intake.store.schema import Index, Schema, Table

TABLES = (
    Table(
        "bindings",
        {"code_hash": str, "staff": str, "expires_at": str, "used_at": str},
        key=("code_hash",),
        required=("staff", "expires_at"),
        references={"staff": "staff.id"},
        indexes=(Index(("staff",)),),
    ),
    Table(
        "bound",
        {"reporter": str, "staff": str, "at": str},
        key=("reporter",),
        required=("staff", "at"),
        references={"staff": "staff.id"},
        indexes=(Index(("staff",)),),
    ),
    Table(
        "teaches",
        {"staff": str, "class": str},
        key=("staff", "class"),
        references={"staff": "staff.id", "class": "classes.id"},
    ),
    Table(
        "roll",
        {"class": str, "day": str, "marked_at": str, "marked_by": str, "present": int, "absent": int},
        key=("class", "day"),
        required=("marked_at", "marked_by", "present", "absent"),
        references={"class": "classes.id"},
    ),
    Table(
        "roll_marks",
        {
            "class": str,
            "day": str,
            "child": str,
            "reason": str,  # 病假, 事假, 不明
            "report": str,  # receipt, or empty
        },
        key=("class", "day", "child"),
        required=("reason", "report"),
        references={"class": "classes.id", "child": "children.id"},
    ),
    Table(
        "links",
        {
            "reporter": str,
            "child": str,
            "state": str,  # asked, confirmed, refused
            "asked_at": str,
            "decided_by": str,
            "decided_at": str,
        },
        key=("reporter", "child"),
        required=("state", "asked_at", "decided_by", "decided_at"),
        references={"child": "children.id"},
        indexes=(Index(("child", "state")),),
    ),
)


def apply(schema: Schema) -> None:
    """Teachers in the chat: who they are, what they teach, their class rolls, whose parents write to us."""
    for table in TABLES:
        schema.create(table)
    schema.index("children", Index(("class",)))
