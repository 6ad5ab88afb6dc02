"""The facts of a message: each reader takes its words, and the next sees only what is left."""

from datetime import date

from bot.understanding import nouns
from bot.understanding.facts import found, listed, numbers, rough, when
from bot.understanding.facts.found import Fact, Reader, Slot
from bot.understanding.names import who
from bot.understanding.spots import schooling, where
from intake.language import text
from intake.language.patterns import regex

READERS: tuple[Reader, ...] = (
    numbers.read_id_number,
    numbers.read_phone,
    numbers.read_receipt,
    where.read_school,
    where.read_place,
    schooling.read_schooling,
    when.read_birth_date,
    when.read_last_seen,
    when.read_days,
    rough.read_rough,
    schooling.read_distance,
    who.read_child_name,
    who.read_relation,
)
REASONS: dict[str, Reader] = {
    "absence": listed.read_absence_reason,
    "boarding": listed.read_boarding_reason,
}
APPROXIMATE = "approximate"
"""Key beside `last_seen` or `days`, true where nobody gave a day or counted."""
_OUR_SIGNS = regex("[\ue000-\uf8ff]")


def plain(said: str) -> str:
    """Make a message regular, and free of the signs that readers leave."""
    return _OUR_SIGNS.sub(" ", text.normalise(said))


def read(said: str, today: date) -> tuple[dict[str, Slot], str]:
    """Give the facts of a plain message, and the message with their words covered."""
    slots, _, covered = read_all(said, today)
    return slots, covered


def read_all(said: str, today: date, counted: bool = False) -> tuple[dict[str, Slot], tuple[Fact, ...], str]:
    """Give the facts of a plain message, where children are named, and the message with their words covered.

    Nouns that were heard wrongly stand in it as they are meant, once names and places are covered. With `counted` nothing is a fact that nobody gave a day of or counted.
    """
    slots: dict[str, Slot] = {}
    names: list[Fact] = []
    rough_ones: set[str] = set()
    for reader in READERS:
        if counted and reader is rough.read_rough:
            continue
        found = list(reader(said, today))
        names += [one for one in found if one.key == "child_name"]
        rough_ones |= {one.key for one in found if one.rough and one.key not in slots}
        said = _take(found, slots, said)
    if ("last_seen" if "last_seen" in slots else "days") in rough_ones:
        slots[APPROXIMATE] = True
    said = nouns.put_nouns(said, nouns.find_nouns(said))
    _take(list(listed.read_lists(said, today)), slots, said)
    return slots, tuple(names), said


def meant(plain: str, covered: str) -> str:
    """Give a message with its nouns as they are meant, and all the rest as it was said."""
    return "".join(said if _OUR_SIGNS.match(one) else one for said, one in zip(plain, covered, strict=True))


def reason(said: str, intent: str, today: date) -> dict[str, Slot]:
    """Give the reason for what the intent is about, where it is said."""
    slots: dict[str, Slot] = {}
    if reader := REASONS.get(intent):
        _take(list(reader(said, today)), slots, said)
    return slots


def _take(taken: list[Fact], slots: dict[str, Slot], said: str) -> str:
    for one in taken:
        if isinstance(one.value, list):
            known = slots.setdefault(one.key, [])
            assert isinstance(known, list)  # noqa: S101 - a key has one shape
            known += [label for label in one.value if label not in known]
        else:
            slots.setdefault(one.key, one.value)  # the first child is meant
    return found.cover(said, taken)
