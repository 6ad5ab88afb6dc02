"""Measure the understanding on held-out messages: `python -m tests.understanding.evaluate [name …] [--file PATH]`.

Prints the goals of each part, and the table of confusions. `dev` is there to be read; what was read and chosen by of the
others, docs/understanding.md says. A file is measured alike: a line of JSON for each message, with `text`, `intent` and, where a
careful reader may take it otherwise, `also`.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bot.understanding import Understood, understand
from bot.understanding.facts.found import KEYS
from tests.understanding import corpus
from tests.understanding.corpus import INTENTS, Message, held_out

TODAY = date(2026, 11, 23)
KINDS = frozenset(INTENTS[:5])
STYLES = ("chat", "formal", "offtopic", "emergency", "trap")
HIGH = 0.9
"""Confidence from which on a verdict ought hardly ever to be wrong."""

Pairs = list[tuple[Message, Understood]]


def share(found: Iterable[bool]) -> float:
    """Give the share of those that are true; 1 where there are none."""
    all_of = list(found)
    return sum(all_of) / len(all_of) if all_of else 1.0


def understood(name: str) -> Pairs:
    """Give each message of a part with what is understood of it."""
    return [(one, understand(one.text, TODAY)) for one in held_out(name)]


def read(path: Path) -> list[Message]:
    """Read a file of messages; what it says of them beside text, intent and also is its own."""
    return [
        Message(one["text"], one["intent"], one.get("style", "file"), also=tuple(one.get("also", ())))
        for one in corpus.objects(path)
    ]


def report(name: str, messages: list[Message]) -> list[str]:
    """Measure one part; give lines to print."""
    started = time.perf_counter()
    pairs = [(one, understand(one.text, TODAY)) for one in messages]
    each = (time.perf_counter() - started) / len(pairs)
    found = {**shares(pairs), **goals(pairs)}
    measured = [f"  {key:29} {value:.3f}" for key, value in found.items()]
    return [
        f"{name}: {len(pairs)} messages, {each * 1000:.2f} ms each",
        *measured,
        *_slots(pairs),
        *_table(pairs),
    ]


def fits(message: Message, intent: str) -> bool:
    """Tell whether an intent is what was meant, or what a careful reader may take it for as well."""
    return intent == message.intent or intent in message.also


def shares(pairs: Pairs) -> dict[str, float]:
    """Give how often the intent is right: strictly, leniently, where there is no doubt; and how far to be trusted."""
    high = [(m, u) for m, u in pairs if u.confidence > HIGH]
    acted = [(m, u) for m, u in pairs if u.acts]
    return {
        "right, strict": share(m.intent == u.intent for m, u in pairs),
        "right, lenient": share(fits(m, u.intent) for m, u in pairs),
        "right, clear": share(m.intent == u.intent for m, u in pairs if not m.also),
        "danger found": share(u.intent == "safety" for m, u in pairs if m.intent == "safety"),
        "danger found or offered": share(
            "safety" in (u.intent, *u.offers) for m, u in pairs if m.intent == "safety"
        ),
        "danger right": share(fits(m, "safety") for m, u in pairs if u.intent == "safety"),
        "other taken for a report": share(
            u.intent in KINDS and not fits(m, u.intent) for m, u in pairs if m.intent == "other"
        ),
        f"more than {HIGH}": len(high) / len(pairs),
        "wrong of these": share(not fits(m, u.intent) for m, u in high) if high else 0.0,
        "acted upon": len(acted) / len(pairs),
        "right of these": share(fits(m, u.intent) for m, u in acted),
        "right or offered": share(
            fits(m, u.intent) if u.acts else any(fits(m, one) for one in u.offers) for m, u in pairs
        ),
    }


def goals(pairs: Pairs) -> dict[str, float]:
    """Give the measures by name, each from 0 to 1."""
    danger = [(m.intent == "safety", u.intent == "safety") for m, u in pairs]
    traps = [u for m, u in pairs if m.intent == "other" and (m.leave or m.style == "trap")]
    aside = [u for m, u in pairs if m.style == "offtopic" and m.intent not in KINDS]
    return {
        **{
            f"intent of {style}": share(u.intent == m.intent for m, u in pairs if m.style == style)
            for style in STYLES
            if any(m.style == style for m, _ in pairs)
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
    """Print the measures of the parts and files that are named, or of all parts."""
    asked = argparse.ArgumentParser(description="Measure the understanding.")
    asked.add_argument("names", nargs="*", help="parts of the held-out messages")
    asked.add_argument(
        "--file", type=Path, action="append", default=[], help="messages elsewhere, as lines of JSON"
    )
    args = asked.parse_args()
    for name in args.names or ([] if args.file else ("dev", "test", "fresh")):
        print("\n".join(report(name, held_out(name))))
    for path in args.file:
        print("\n".join(report(path.name, read(path))))


if __name__ == "__main__":
    main()
