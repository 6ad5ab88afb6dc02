"""The world that declarations are bound to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from intake.places.places import Places


@dataclass(frozen=True)
class World:
    """What a declaration needs to know of the world: the places, and the local time."""

    places: Places
    now: Callable[[], datetime]
