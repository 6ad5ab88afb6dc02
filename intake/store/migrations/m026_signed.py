"""What leaves the house on somebody's word: exports without masks, and the monthly returns of schools."""

from intake.store.schema import Index, Schema, Table

FULL_EXPORTS = Table(
    "full_exports",
    {
        "id": str,
        "key": str,  # of the ledger
        "level": str,  # district, town, village, school
        "code": str,  # of that place
        "first": str,  # local days
        "last": str,
        "purpose": str,
        "reason": str,  # encrypted
        "state": str,  # waiting, allowed, refused
        "asked_by": str,
        "asked_at": str,
        "decided_by": str,
        "decided_at": str,
        "why": str,  # encrypted: why it was refused
        "expires_at": str,
        "password": str,  # encrypted, until it expires
        "shown_at": str,  # when the password was shown
        "fetched": int,  # how many times
        "fetched_at": str,
    },
    key=("id",),
    required=("key", "level", "code", "first", "last", "purpose", "reason", "state", "asked_by", "asked_at", "decided_by",
              "decided_at", "why", "expires_at", "password", "shown_at", "fetched", "fetched_at"),
    indexes=(
        Index(("state", "asked_at")),
        Index(("asked_by", "asked_at")),
    ),
)  # fmt: skip
SENT_RETURNS = Table(
    "sent_returns",
    {
        "id": str,
        "school": str,
        "month": str,  # 2026-11
        "version": int,
        "sent_at": str,
        "sent_by": str,
        "sent_name": str,  # as it was then
        "reason": str,  # encrypted: why a later version
        "content": str,  # encrypted: figures and rows as they were signed
        "hash": str,  # SHA-256 of the content before it was encrypted
    },
    key=("id",),
    required=("school", "month", "version", "sent_at", "sent_by", "sent_name", "reason", "content", "hash"),
    indexes=(Index(("month", "school", "version"), unique=True), Index(("school", "month"))),
)


def apply(schema: Schema) -> None:
    """Begin with none; what a principal has signed is never changed and never deleted."""
    schema.create(FULL_EXPORTS)
    schema.create(SENT_RETURNS)
    schema.append_only("sent_returns", sealed=("reason", "content"))
