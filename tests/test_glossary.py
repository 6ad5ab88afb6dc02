"""The glossary is that of the code: every word is used in its room, every public class stands under its room."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECTIONS = re.split(r"^### `(.+)`\n", (ROOT / "docs/glossary.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
GLOSSARY = dict(zip(SECTIONS[::2], SECTIONS[1::2], strict=True))
"""The text of each room's section."""
COMING: set[str] = set()
"""Words and classes that are agreed and still on their way."""


@cache
def modules() -> list[tuple[str, str, ast.Module]]:
    """Give every module: its room (its folder below a side, or the side itself), its name, its tree."""
    found = []
    for side in ("intake", "bot", "forms", "exports"):
        for path in sorted((ROOT / side).rglob("*.py")):
            inner = path.relative_to(ROOT / side).parts
            room = f"{side}/{inner[0]}" if len(inner) > 1 else side
            found.append((room, path.stem, ast.parse(path.read_text("utf-8"))))
    return found


def public_classes() -> Iterator[tuple[str, str]]:
    """Yield the room and name of every public class."""
    for room, _, tree in modules():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield room, node.name


def names_used() -> dict[str, set[str]]:
    """Give the words that the names of each room's modules, classes and functions are made of."""
    used: dict[str, set[str]] = {}
    for room, module, tree in modules():
        names = [module, room.split("/")[-1]]
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.append(re.sub(r"(?<!^)([A-Z])", r"_\1", node.name))
        used.setdefault(room, set()).update(word for name in names for word in name.lower().split("_"))
    return used


def told_words() -> list[tuple[str, str]]:
    """Give the room and word of every line of the tables."""
    return [
        (room, word.lower())
        for room, text in GLOSSARY.items()
        for word in re.findall(r"^\| (\w+) \| [^|]+ \| [^|]+ \|[^|]*\|$", text, re.MULTILINE)
        if word != "word"
    ]


def told_classes() -> set[tuple[str, str]]:
    """Give the room and name of every class that the glossary names."""
    return {(room, name) for room, text in GLOSSARY.items() for name in re.findall(r"`([A-Z]\w+)`", text)}


def test_every_public_class_stands_under_its_room() -> None:
    assert sorted(set(public_classes()) - told_classes()) == []


def test_every_class_of_the_glossary_is_there() -> None:
    gone = told_classes() - set(public_classes())
    assert sorted(one for one in gone if one[1] not in COMING) == []


def test_every_word_is_used_in_its_room() -> None:
    used = names_used()
    forms = {(room, word): {word, f"{word}s", f"{word}es", f"{word[:-1]}ies"} for room, word in told_words()}
    assert [
        one for one, plural in forms.items() if not plural & used.get(one[0], set()) and one[1] not in COMING
    ] == []


def test_a_word_stands_for_one_thing() -> None:
    words = [word for _, word in told_words()]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_every_room_has_its_words_and_every_line_is_complete() -> None:
    rooms = {room for room, _, _ in modules()} - {"exports"}
    assert set(GLOSSARY) == rooms == {room for room, _ in told_words()}
    lines = [line for text in GLOSSARY.values() for line in text.splitlines() if line.startswith("| ")]
    assert len(lines) == len(told_words()) + len(GLOSSARY)  # each table has its header


def test_a_class_stands_for_one_thing() -> None:
    names = [name for _, name in public_classes()]
    assert sorted({name for name in names if names.count(name) > 1}) == []
