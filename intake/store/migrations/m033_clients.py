"""Other systems come with keys of their own; what too many tell from one address is doubted; keys of idempotency are hashed."""

from collections.abc import Callable

from intake.store.schema import Index, Schema, Table

CLIENTS = Table(
    "clients",
    {
        "id": str,
        "name": str,
        "secret": str,  # keyed digest
        "area": str,
        "school": str,
        "kinds": str,  # keys with spaces between; empty: all
        "rate": int,  # reports a minute
        "made_at": str,
        "used_at": str,
        "revoked_at": str,
    },
    key=("id",),
    required=("name", "secret", "area", "school", "kinds", "rate", "made_at", "used_at", "revoked_at"),
)
ADDRESSES = Table(
    "danger_addresses",
    {
        "address": str,  # keyed digest
        "kind": str,
        "begun_at": str,
        "last_at": str,
        "number": int,
        "bunch": str,  # bunches.id, once there were too many
    },
    key=("address", "kind"),
    required=("begun_at", "last_at", "number", "bunch"),
)
BUNCHES = Table(
    "bunches",
    {"id": str, "kind": str, "begun_at": str, "told_at": str, "seen_at": str, "seen_by": str},
    key=("id",),
    required=("kind", "begun_at", "told_at", "seen_at", "seen_by"),
    indexes=(Index(("begun_at",), where="seen_at = ''"),),
)
SHARED = "api:"
"""How the keys of all systems began, in the one namespace that they shared."""
FORMER = "former:"
"""What stands before the hash of such a key: it is told from those of today, of which none has a colon."""


def apply(schema: Schema) -> None:
    """No system has a key yet, and no report is doubted."""
    for table in (CLIENTS, ADDRESSES, BUNCHES):
        schema.create(table)
    schema.add_column("reports", "bunch", str, default="")
    schema.index("reports", Index(("bunch",), where="bunch <> ''"))
    schema.add_column("cases", "doubted", int, default=0)
    schema.index("cases", Index(("id",), where="doubted = 1"))


def hash_keys(schema: Schema, digest: Callable[[str], str], *, first: bool) -> None:
    """Put in place of each key of idempotency its keyed hash; of systems of before with a mark.

    The `first` time it is all of them; later those that a server of before has still taken meanwhile. The oldest
    keys of systems had no namespace at all: where one was used again since, the newer one has it.
    """
    raw = (
        "idempotency_key IS NOT NULL"
        if first
        else "idempotency_key LIKE '%:%' AND idempotency_key NOT LIKE 'former:%'"
    )
    sql = f"SELECT id, channel, idempotency_key FROM reports WHERE {raw} ORDER BY received_at DESC"  # noqa: S608
    taken = set[str]()
    for report, channel, key in schema.all(sql):
        kept = digest(key)
        if channel == "api":
            of_system = FORMER + digest(SHARED + key.removeprefix(SHARED))
            kept = kept if of_system in taken else of_system
            taken.add(kept)
        schema.run("UPDATE reports SET idempotency_key = ? WHERE id = ?", (kept, report))
