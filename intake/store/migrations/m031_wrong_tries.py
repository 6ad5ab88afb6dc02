"""Wrong tries by secret, account and origin: what strangers do counts for strangers."""

from intake.store.schema import Index, Schema, Table

WRONG_TRIES = Table(
    "wrong_tries",
    {
        "secret": str,  # password, pin, code …; `place` counts an address, `house` everybody
        "account": str,  # keyed digest of a login or receipt
        "origin": str,  # an address's digest, a browser that was good before, a device that is in; empty: all strangers
        "count": int,
        "free_at": str,  # when the next try is taken; empty: at once
        "until": str,  # when it is forgotten
    },
    key=("secret", "account", "origin"),
    required=("count", "free_at", "until"),
    indexes=(Index(("until",)), Index(("account",))),
)


def apply(schema: Schema) -> None:
    """Begin with none: those of before were counted for an account alone, whoever tried, and are forgotten."""
    schema.create(WRONG_TRIES)
    schema.run("DELETE FROM tries")
    schema.run("UPDATE pins SET wrong = 0")
