"""Links from the chat: the browser that opened one first, devices that came by one, answers that a page wrote."""

from intake.store.schema import Index, Schema, Table

OPENED_LINKS = Table(
    "opened_links",
    {
        "link": str,  # keyed digest of the pass's own id
        "browser": str,  # keyed digest of a token that one browser's cookie holds; empty: nobody's any more
        "until": str,
    },
    key=("link",),
    required=("link", "browser", "until"),
    indexes=(Index(("until",)),),
)
TYPED_ANSWERS = Table(
    "typed_answers",
    {
        "report_id": str,
        "keys": str,  # of the answers that a page wrote into a draft of the chat, parted by blanks
    },
    key=("report_id",),
    required=("report_id", "keys"),
    references={"report_id": "reports.id"},
)


def apply(schema: Schema) -> None:
    """Begin with no link opened; devices of before are confirmed, reports from the chat were told there."""
    schema.create(OPENED_LINKS)
    schema.create(TYPED_ANSWERS)
    schema.add_column("devices", "link", str, default="")
