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
FORMER = "api:"
"""How the keys of all systems began, in the one namespace that they shared."""


def apply(schema: Schema) -> None:
    """No system has a key yet, and no report is doubted."""
    for table in (CLIENTS, ADDRESSES, BUNCHES):
        schema.create(table)
    schema.add_column("reports", "bunch", str, default="")
    schema.index("reports", Index(("bunch",), where="bunch <> ''"))
    schema.add_column("cases", "doubted", int, default=0)
    schema.index("cases", Index(("id",), where="doubted = 1"))


def hash_keys(schema: Schema, digest: Callable[[str], str]) -> None:
    """Put in place of each key of idempotency its keyed hash; those of systems are told by a mark from those of today.

    The oldest of them had no namespace at all: where one was used again since, the newer one has it.
    """
    sql = "SELECT id, channel, idempotency_key FROM reports WHERE idempotency_key IS NOT NULL ORDER BY received_at DESC"
    taken = set[str]()
    for report, channel, key in schema.all(sql):
        kept = digest(key)
        if channel == "api":
            of_system = FORMER + digest(FORMER + key.removeprefix(FORMER))
            kept = kept if of_system in taken else of_system
            taken.add(kept)
        schema.run("UPDATE reports SET idempotency_key = ? WHERE id = ?", (kept, report))
