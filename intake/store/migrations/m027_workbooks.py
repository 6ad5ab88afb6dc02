"""Workbooks that lie ready: what is to be made, what was made of it, and who fetched it."""

from intake.store.schema import Index, Schema, Table

_WHAT = {
    "key": str,  # of the workbook: work, daily, or a ledger's
    "level": str,  # district, town, village, school
    "code": str,
    "first": str,  # the local days of which it tells
    "last": str,
    "staff": str,  # whose own scope it has; empty: what everybody of the place may see
}
_REQUIRED = tuple(_WHAT)
ORDERS = Table(
    "workbook_orders",
    {
        "id": str,
        **_WHAT,
        "day": str,  # of whose daily set it is; empty where somebody asked for it alone
        "asked_at": str,
        "asked_by": str,  # an actor of the audit
        "state": str,  # waiting, making, made, failed
        "claimed_at": str,
        "tries": int,
        "workbook": str,  # workbooks.id, once it is made
    },
    key=("id",),
    required=(*_REQUIRED, "day", "asked_at", "asked_by", "state", "claimed_at", "tries", "workbook"),
    indexes=(
        Index(("key", "level", "code", "first", "last", "staff"), unique=True),
        Index(("state", "claimed_at")),
        Index(("day", "code")),
    ),
)
WORKBOOKS = Table(
    "workbooks",
    {
        "id": str,
        **_WHAT,
        "name": str,  # of the file, as it is called where it is saved
        "made_at": str,
        "cut_off": str,
        "export": str,  # hash of what is in it: the same data give the same
        "rows": int,
        "bytes": int,
        "sha256": str,
        "made_by": str,
        "kept": int,  # whether its file lies in the data directory, under the id
        "expires": str,
    },
    key=("id",),
    required=(*_REQUIRED, "name", "made_at", "cut_off", "export", "rows", "bytes", "sha256", "made_by", "kept", "expires"),
    indexes=(Index(("code", "level", "made_at")), Index(("key", "made_at")), Index(("staff", "made_at")),
             Index(("expires",))),
)  # fmt: skip
DOWNLOADS = Table(
    "workbook_downloads",
    {"id": str, "workbook": str, "staff": str, "at": str},
    key=("id",),
    required=("workbook", "staff", "at"),
    references={"workbook": "workbooks.id"},
    indexes=(Index(("workbook", "at")),),
)


def apply(schema: Schema) -> None:
    """Begin with none."""
    for table in (ORDERS, WORKBOOKS, DOWNLOADS):
        schema.create(table)
