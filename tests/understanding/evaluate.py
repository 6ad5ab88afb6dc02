"""Measure the understanding on held-out messages: `python -m tests.understanding.evaluate [name …]`.

Prints the goals of each part, and the table of confusions. Nothing here was looked at while the rules were written,
except in the part `dev`.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date

from bot.understanding import Understood, understand
from bot.understanding.facts.found import KEYS
from tests.understanding.corpus import INTENTS, Message, held_out

TODAY = date(2026, 11, 23)
KINDS = frozenset(INTENTS[:5])
STYLES = ("chat", "formal", "offtopic", "emergency", "trap")

Pairs = list[tuple[Message, Understood]]


def share(found: Iterable[bool]) -> float:
    """Give the share of those that are true; 1 where there are none."""
    all_of = list(found)
    return sum(all_of) / len(all_of) if all_of else 1.0


def understood(name: str) -> Pairs:
    """Give each message of a part with what is understood of it."""
    return [(one, understand(one.text, TODAY)) for one in held_out(name)]


def report(name: str) -> list[str]:
    """Measure one part; give lines to print."""
    started = time.perf_counter()
    pairs = understood(name)
    each = (time.perf_counter() - started) / len(pairs)
    measured = [f"  {key:29} {value:.3f}" for key, value in goals(pairs).items()]
    return [
        f"{name}: {len(pairs)} messages, {each * 1000:.2f} ms each",
        *measured,
        *_slots(pairs),
        *_table(pairs),
    ]


def goals(pairs: Pairs) -> dict[str, float]:
    """Give the measures by name, each from 0 to 1."""
    danger = [(m.intent == "safety", u.intent == "safety") for m, u in pairs]
    traps = [u for m, u in pairs if m.intent == "other" and (m.leave or m.style == "trap")]
    aside = [u for m, u in pairs if m.style == "offtopic" and m.intent not in KINDS]
    return {
        **{
            f"intent of {style}": share(u.intent == m.intent for m, u in pairs if m.style == style)
            for style in STYLES
        },
        "intent among the first two": share(m.intent in dict(u.alternatives[:2]) for m, u in pairs),
        "emergencies found": share(got for meant, got in danger if meant),
        "emergencies right": share(meant for meant, got in danger if got),
        "missing children found": share(u.intent == "absence" for m, u in pairs if m.intent == "absence"),
        "off topic taken for a report": share(u.intent in KINDS for u in aside),
        "traps that open an absence": share(u.intent == "absence" for u in traps),
        "leave known": share(u.leave for m, u in pairs if m.leave),
        "leave invented": share(u.leave for m, u in pairs if not m.leave),
        "questions known": share(u.question for m, u in pairs if m.question),
        "further matters found": share({k for k, _ in u.also} >= {*m.also} for m, u in pairs if m.also),
        "further matters invented": share(bool(u.also) for m, u in pairs if not m.also),
    }


def scores(pairs: Pairs) -> dict[str, tuple[float, float, int]]:
    """Give precision, recall and number of each slot."""
    right, said, wanted = Counter[str](), Counter[str](), Counter[str]()
    for message, understood in pairs:
        for key in KEYS:
            expected, got = _norm(message.slots.get(key)), _norm(understood.slots.get(key))
            wanted[key] += len(expected)
            said[key] += len(got)
            right[key] += len(expected & got)
    return {
        key: (
            right[key] / said[key] if said[key] else 1.0,
            right[key] / wanted[key] if wanted[key] else 1.0,
            wanted[key],
        )
        for key in KEYS
    }


def _norm(value: object) -> set[str]:
    if value is None:
        return set()
    if isinstance(value, list):
        return {str(one) for one in value}
    return {f"{value:g}" if isinstance(value, int | float) else str(value)}


def _slots(pairs: Pairs) -> Iterable[str]:
    for key, (precision, recall, number) in scores(pairs).items():
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        yield f"  {key:12} F1 {f1:.3f} (precision {precision:.3f}, recall {recall:.3f}, {number} said)"


def _table(pairs: Pairs) -> Iterable[str]:
    counts = Counter((message.intent, understood.intent) for message, understood in pairs)
    yield "  meant \\ taken " + " ".join(f"{one[:7]:>7}" for one in INTENTS)
    for meant in INTENTS:
        yield f"  {meant:13} " + " ".join(f"{counts[meant, taken] or '·':>7}" for taken in INTENTS)


def main() -> None:
    """Print the measures of the parts that are named, or of all."""
    for name in sys.argv[1:] or ("dev", "test", "fresh"):
        print("\n".join(report(name)))


if __name__ == "__main__":
    main()
