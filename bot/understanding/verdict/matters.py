"""Several matters in one message: what each clause speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.understanding.verdict import features
from bot.understanding.verdict.model import model
from intake.language.patterns import regex

SHORTEST = 4
"""Characters of a clause that can speak of a matter."""
KINDS = frozenset({"enrollment", "boarding", "subsidy", "absence", "safety"})
_ANOTHER = regex("还有|另外|再就是|再一个|顺便|捎带|对了|二一个|还想|也想|以及")
"""Words that announce another matter."""
_CUT = regex(r"[。！？；!?;\n，,、 ]+|(?=还有|另外|再就是|再一个|顺便|捎带|还想|也想|以及|二一个)")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: where it stands, and the intent it speaks of most, with its probability."""

    start: int
    end: int
    intent: str
    sure: float


def clauses(covered: str) -> list[Clause]:
    """Give the clauses of a message that can speak of a matter; none of a message that is one clause."""
    spans = list(_spans(covered))
    if len(spans) < 2:
        return []
    found = []
    for start, end in spans:
        intent, sure = next(iter(model().score(features.features(covered[start:end])).items()))
        if _ANOTHER.match(covered, start):
            sure += (1 - sure) / 2
        found.append(Clause(start, end, intent, sure))
    return found


def _spans(covered: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cut in [*_CUT.finditer(covered), None]:
        end = cut.start() if cut else len(covered)
        if end - start >= SHORTEST:
            yield start, end
            start = cut.end() if cut else end
        elif cut and end == start:
            start = cut.end()
