"""The corpora: phrases to learn from (templates by section) and held-out messages to be measured by."""

import json
import random
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PHRASES, HELD_OUT = HERE / "phrases", HERE / "held_out"
INTENTS = ("enrollment", "boarding", "subsidy", "absence", "safety", "status", "human", "greeting", "other")
LEAVE = "leave"
_PART = re.compile(r"[(|)]|\{\w+\}|[^(|){]+")


@dataclass(frozen=True, slots=True)
class Template:
    """A line of the phrases: the intent, the flags of its section, the words with their choices."""

    intent: str
    flags: frozenset[str]
    words: str


@dataclass(frozen=True, slots=True)
class Message:
    """A held-out message with what a careful reader understood."""

    text: str
    intent: str
    style: str
    leave: bool = False
    question: bool = False
    also: tuple[str, ...] = ()
    slots: dict[str, Any] = field(default_factory=dict)


def templates() -> list[Template]:
    """Read all phrases. Raises ValueError on a line that is none."""
    found: list[Template] = []
    for path in sorted(PHRASES.glob("*.txt")):
        intent, flags = "", frozenset[str]()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            line = line.strip()
            if line.startswith("[") and line.endswith("]"):
                intent, *rest = line[1:-1].split()
                flags = frozenset(rest)
            elif line and not line.startswith("#"):
                if intent not in INTENTS or line.count("(") != line.count(")"):
                    raise ValueError(f"{path.name}:{number}")
                found.append(Template(intent, flags, line))
    return found


def pilot(path: Path) -> list[Template]:
    """Read labelled lines that a house wrote without names (`baoxue phrases`). Raises ValueError on a line that is none."""
    found: list[Template] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        raw = json.loads(line) if line else {"text": ""}
        if raw["text"] and raw["intent"] not in INTENTS:
            raise ValueError(f"{path.name}:{number}")
        found += [Template(raw["intent"], frozenset(), raw["text"])] if raw["text"] else []
    return found


def words() -> dict[str, list[str]]:
    """Read the lists that fill the templates."""
    return tomllib.loads((PHRASES / "words.toml").read_text("utf-8"))


def expand(template: str, lists: dict[str, list[str]], dice: random.Random) -> str:
    """Make one message of a template."""
    parts = iter(_PART.findall(template))
    return _choices(parts, lists, dice)


def _choices(parts: Iterator[str], lists: dict[str, list[str]], dice: random.Random) -> str:
    options = [""]
    for part in parts:
        if part == ")":
            break
        if part == "|":
            options.append("")
        elif part == "(":
            options[-1] += _choices(parts, lists, dice)
        else:
            options[-1] += dice.choice(lists[part[1:-1]]) if part[0] == "{" else part
    return dice.choice(options)


def held_out(name: str) -> list[Message]:
    """Read a file of held-out messages."""
    return [_message(one) for one in objects(HELD_OUT / f"{name}.jsonl")]


def objects(path: Path) -> list[dict[str, Any]]:
    """Read a file of lines of JSON."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def _message(raw: dict[str, Any]) -> Message:
    return Message(**{**raw, "also": tuple(raw.get("also", ())), "slots": raw.get("slots", {})})


def digest(paths: Iterable[Path] | None = None) -> str:
    """Give a fingerprint of the phrases, kept with the weights that were learned from them."""
    seen = sha256()
    for path in sorted(PHRASES.iterdir()) if paths is None else paths:
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]
