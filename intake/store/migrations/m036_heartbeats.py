"""The worker's heartbeat: when each part of it last came round."""

from intake.store.schema import Schema, Table

HEARTBEATS = Table(
    "heartbeats",
    {"part": str, "at": str, "ticks": float, "place": str, "count": int},
    key=("part",),
    required=("at", "ticks", "place", "count"),
)


def apply(schema: Schema) -> None:
    """Nothing has been heard yet."""
    schema.create(HEARTBEATS)
