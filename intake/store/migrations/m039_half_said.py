"""What the worker must know of a report that is half said, in plain beside the state that is encrypted."""

from intake.store.schema import Index, Schema

FRESH = "silent_since <> ''"
UNREMINDED = "unreminded_since <> ''"


def apply(schema: Schema) -> None:
    """Note which report is under way and since when nobody has gone on with it; what stopped before counts too."""
    for column in ("draft", "draft_kind", "reminded"):
        schema.add_column("conversations", column, str, default="")
    schema.add_column("drafts", "reminded", int, default=0)
    for table in ("conversations", "drafts"):
        schema.add_column(table, "silent_since", str, default="")
        schema.add_column(table, "unreminded_since", str, default="")
        schema.index(table, Index(("silent_since",), where=FRESH))
        schema.index(table, Index(("unreminded_since",), where=UNREMINDED))
    schema.run(
        "UPDATE drafts SET silent_since = updated_at WHERE channel = 'form' AND receipt = '' AND answers <> ''"
    )
    schema.run(
        "UPDATE conversations SET draft = 'before', silent_since = updated_at, draft_kind = (SELECT max(d.kind)"
        " FROM drafts d WHERE d.reporter = conversations.reporter AND d.channel = 'wechat' AND d.receipt = '')"
        " WHERE EXISTS (SELECT 1 FROM drafts d WHERE d.reporter = conversations.reporter"
        " AND d.channel = 'wechat' AND d.receipt = '')"
    )
