"""The registry of report kinds: a new kind is one module and one line here."""

from functools import lru_cache

from intake.errors import Invalid
from intake.kinds.absence import Absence
from intake.kinds.base import Report
from intake.kinds.boarding import Boarding
from intake.kinds.enrollment import Enrollment
from intake.kinds.form import Answers
from intake.kinds.safety import Safety
from intake.kinds.subsidy import Subsidy
from intake.places.world import World

__all__ = ["KINDS", "Answers", "Invalid", "Report", "World", "bind"]

KINDS: dict[str, type[Report]] = {
    kind.kind: kind for kind in (Enrollment, Boarding, Subsidy, Absence, Safety)
}


@lru_cache(maxsize=64)
def _bound(kind: type[Report], world: World) -> Report:
    return kind(world)


def bind(kind: str, world: World) -> Report:
    """Give the schema of a kind bound to a world; built once (a build costs 120 µs and more).

    Raises KeyError for a kind that is not in the registry.
    """
    return _bound(KINDS[kind], world)
