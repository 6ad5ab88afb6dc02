"""README and docs name every command, setting, address, kind and room, and nothing that is not there."""

import ast
import importlib
import json
import re
import shlex
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from intake import settings
from intake.kinds import KINDS
from intake.people import roles
from intake.settings import Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = {path.relative_to(ROOT): path.read_text("utf-8") for path in (ROOT / "README.md", *DOCS.glob("*.md"))}
ALL = "\n".join(PAGES.values())
README = PAGES[Path("README.md")]
ARCHITECTURE = PAGES[Path("docs/architecture.md")]
COMING: set[str] = set()
"""Pages that docs/README.md names and that are still being written."""
FULL, LONG = 12, 320
"""Modules of a room, and lines of a module."""


def blocks(language: str, text: str = ALL) -> list[str]:
    """Give the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def program(app: Flask) -> click.Group:
    """Give the whole program: every command, imported, and none beside on the application."""
    import wsgi

    context = click.Context(wsgi.cli)
    found = {name: wsgi.cli.get_command(context, name) for name in wsgi.COMMANDS}
    for name, command in found.items():
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str(200) == wsgi.COMMANDS[name][1]
    assert not app.cli.commands
    return click.Group("baoxue", commands={name: one for name, one in found.items() if one})


def leaves(group: click.Group, *above: str) -> Iterator[str]:
    """Yield every command by its full name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *above, name)
        else:
            assert command.help, name
            yield " ".join((*above, name))


def told_commands() -> Iterator[list[str]]:
    """Yield the words after `baoxue` wherever a page says a command: in a sentence, a block, a unit."""
    said = re.findall(r"`(?:\.venv/bin/)?baoxue ([^`]+)`", ALL)
    said += re.findall(r"^ExecStart=\S+/baoxue (.+)$", ALL, re.MULTILINE)
    for block in blocks("sh"):
        code = re.sub(r"<<'END'.*?^END$", "", block, flags=re.MULTILINE | re.DOTALL)
        for line in code.splitlines():
            said += re.findall(r"(?:^|&& |\| )(?:\.venv/bin/)?baoxue ([^&|]+)", line)
    for one in said:
        yield shlex.split(one, comments=True)


def test_every_command_is_told_and_every_told_command_is_there(app: Flask) -> None:
    whole = program(app)
    rows = re.findall(
        r"^\| `([a-z-]+(?: [a-z][a-z-]*)?)[^`]*` \|", PAGES[Path("docs/commands.md")], re.MULTILINE
    )
    assert sorted(rows) == sorted(leaves(whole))


def test_a_command_is_told_with_words_that_it_takes(app: Flask) -> None:
    told = list(told_commands())
    assert len(told) > 30
    for words in told:
        command: click.Command = program(app)
        while isinstance(command, click.Group) and words and words[0] != "…":
            assert words[0] in command.commands, words
            command = command.commands[words.pop(0)]
        options = {name for one in command.params for name in one.opts}
        assert {word for word in words if word.startswith("--")} <= options | {"--help"}, words


@pytest.mark.processes
def test_what_stands_in_a_block_of_shell_can_be_pasted() -> None:
    for block in blocks("sh"):
        subprocess.run(["sh", "-n"], input=block, text=True, check=True)
        assert not re.search(r"…|(?<!<)<(?!<)", block), block


def test_the_example_of_a_report_is_taken(app: Flask) -> None:
    (example,) = (block for block in blocks("sh") if "curl" in block)
    words = shlex.split(example)
    address = next(word for word in words if word.startswith("http"))
    path = re.sub(r"^http://[^/]+", "", address)
    body = json.loads(words[words.index("-d") + 1])
    assert app.test_client().post(path, json=body, headers={"Idempotency-Key": "7f3a"}).status_code == 201


def test_the_kind_of_the_how_to_can_be_declared() -> None:
    (module,) = blocks("python", PAGES[Path("docs/how-to-add-a-kind.md")])
    space: dict[str, object] = {"__name__": "told"}
    exec(module, space)
    kind = space["LostProperty"]
    assert isinstance(kind, type)
    assert vars(kind)["kind"] == "lost_property"


def test_every_setting_is_told_and_every_told_setting_is_there() -> None:
    names = {f"BAOXUE_{one.name.upper()}" for one in fields(Settings)}
    assert names <= set(re.findall(r"BAOXUE_\w+", PAGES[Path("docs/settings.md")]))
    assert set(re.findall(r"\bBAOXUE_[A-Z]\w*", ALL)) <= names


def test_the_settings_of_a_server_are_taken() -> None:
    (told,) = re.findall(r"^cat > /etc/baoxue\.env <<'END'\n(.*?)^END$", ALL, re.MULTILINE | re.DOTALL)
    given = dict(shlex.split(line)[0].split("=", 1) for line in told.splitlines())
    chosen = settings.load(environ=given)
    assert (chosen.mode, chosen.proxies, chosen.district_name) == ("production", 1, "江源区")
    assert chosen.public == "https://baoxue.example.cn"


def test_every_address_is_told(app: Flask) -> None:
    page = PAGES[Path("docs/addresses.md")]
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(\w+:)?(\w+)>", r"<\2>", rule.rule)
        top = "/" + address.strip("/").split("/")[0]
        assert (
            f"`{address}`" in page
            or f" {address}`" in page
            or f"`{top}/`" in page
            or top in ("/static", "/forms")
        ), address


def test_every_kind_is_told() -> None:
    for kind, declared in KINDS.items():
        assert f"{declared.title} `{kind}`" in README


def test_every_make_target_is_told_and_every_told_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    told = set(re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", ALL, re.MULTILINE))
    assert {one for pair in told for one in pair if one} <= targets
    assert targets <= set(re.findall(r"`([a-z]+)`", PAGES[Path("docs/commands.md")]))


def test_every_link_leads_somewhere() -> None:
    further = {path.relative_to(ROOT): path.read_text("utf-8") for path in ROOT.glob("*.md")}
    for path, text in {**PAGES, **further}.items():
        for link in re.findall(r"\]\(([^)]+)\)", text):
            if "://" not in link and link not in COMING:
                assert (ROOT / path.parent / link.split("#")[0]).exists(), (path, link)
    assert {path.name for path in DOCS.glob("*.md")} - {"README.md"} <= set(
        re.findall(r"\]\(([^)]+)\)", PAGES[Path("docs/README.md")])
    )


def test_every_path_is_there() -> None:
    for path in re.findall(r"`((?:intake|forms|bot|exports|tests|docs)/[\w./-]*)`", ALL):
        assert (ROOT / path).exists() or list(ROOT.glob(f"{path}.*")), path


def test_the_readme_is_short_and_its_map_is_that_of_the_house() -> None:
    assert len(README.splitlines()) <= 150
    rooms = re.findall(r"^\| `([\w/.]+)` \|", README, re.MULTILINE)
    inner = [room.removesuffix(".py") for room in rooms if "/" not in room]
    assert inner == floors()
    for room in (room for room in rooms if "/" not in room):
        assert (ROOT / "intake" / room).exists()
    assert {room for room in rooms if "/" in room} == rooms_of_sides()


def contracts() -> list[dict[str, Any]]:
    """Give the contracts of who may import whom."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, Any]] = declared["tool"]["importlinter"]["contracts"]
    return found


def floors() -> list[str]:
    """Give the rooms of intake, the deepest first."""
    (layers,) = (one["layers"] for one in contracts() if one.get("containers") == ["intake"])
    return [room for floor in reversed(layers) for room in re.split(r" [|:] ", floor)]


def rooms_of_sides() -> set[str]:
    """Give every folder of the sides that holds modules."""
    return {
        str(path.parent.relative_to(ROOT))
        for side in ("bot", "forms", "exports")
        for path in ROOT.glob(f"{side}/*/**/__init__.py")
    }


def rooms_of_intake() -> set[str]:
    """Give every folder within a room of intake that holds modules."""
    return {str(path.parent.relative_to(ROOT / "intake")) for path in ROOT.glob("intake/*/*/**/__init__.py")}


def test_no_room_is_so_full_that_it_lacks_an_idea() -> None:
    made = [path.parent for side in ("intake", "forms", "bot", "exports") for path in ROOT.glob(f"{side}/**/*.py")
            if path.name != "__init__.py" and path.parent.name != "migrations"]  # fmt: skip
    assert {str(room): count for room, count in Counter(made).items() if count > FULL} == {}


def test_no_module_is_so_long_that_it_lacks_an_idea() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for side in ("intake", "forms", "bot", "exports")
               for path in ROOT.glob(f"{side}/**/*.py")}  # fmt: skip
    assert {str(path): lines for path, lines in lengths.items() if lines > LONG} == {}


def test_the_architecture_names_the_rooms_within_rooms() -> None:
    assert set(re.findall(r"^\| `(\w+/[\w/]+)` \|", ARCHITECTURE, re.MULTILINE)) == rooms_of_intake()


def test_the_architecture_names_every_room_on_its_floor() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \|", ARCHITECTURE, re.MULTILINE)
    assert [room.removesuffix(".py") for room in rows] == floors()
    told = ARCHITECTURE.split("## The rooms of the sides")[1].split("## Walk 1")[0]
    for side in ("bot", "forms", "exports"):
        (line,) = re.findall(rf"^- \*\*{side}\*\*:((?:.|\n )*)", told, re.MULTILINE)
        inner = [room.split("/") for room in rooms_of_sides()]
        assert {parts[1] for parts in inner if parts[0] == side} <= set(re.findall(r"`(\w+)`", line))
    (counted,) = re.findall(r"^(\w+) contracts of import-linter", told, re.MULTILINE)
    assert (counted, len(contracts())) == ("Eleven", 11)


@cache
def imported(module: str) -> frozenset[str]:
    """Give what a module imports: modules, and names by their full name."""
    path = importlib.import_module(module).__file__
    assert path
    names = set()
    for node in ast.walk(ast.parse(Path(path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return frozenset(names)


def module_of(name: str) -> str:
    """Give the module of `module.function` or `module.Class.method`, all of which must be there."""
    parts, found = name.split("."), ""
    for end in range(1, len(parts) + 1):
        try:
            importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            break
        found = ".".join(parts[:end])
    thing: object = importlib.import_module(found)
    rest = name.removeprefix(found).strip(".")
    assert rest, f"{name} is no more than a module"
    for part in rest.split("."):
        assert hasattr(thing, part), name
        thing = getattr(thing, part)
    return found


WALKS = re.split(r"^## Walk \d: ", ARCHITECTURE, flags=re.MULTILINE)[1:]
ENTRANCES = {
    "bot.teachers.roll_call", "bot.wechat.sending", "exports.books.command", "exports.desk.returns.pages", "forms.api.endpoints",
    "forms.cases.pages", "intake.house.rounds", "intake.house.verify",
}  # fmt: skip
"""Where a walk is joined from another side, by a command or by the worker."""


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.splitlines()[0])
def test_a_walk_leads_from_room_to_room(walk: str) -> None:
    numbers = re.findall(r"^(\d+)\. ", walk, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    modules = [module_of(name) for name in re.findall(r"`((?:intake|forms|bot|exports)(?:\.\w+)+)`", walk)]
    assert len(modules) > len(numbers)
    for at, module in enumerate(modules[1:], 1):
        before = set(modules[:at])
        called = module in before or any(module in imported(one) for one in before)
        assert called or module in ENTRANCES, f"nobody before {module} in this walk imports it"
    assert "begins" in walk or "transaction of its own" in walk


def test_a_name_that_a_page_says_is_there() -> None:
    stems: dict[str, list[Path]] = {}
    actions = {action for role in roles.ROLES.values() for action in role.actions}
    for side in ("intake", "bot", "forms", "exports"):
        for path in (ROOT / side).rglob("*.py"):
            stems.setdefault(path.parent.name if path.stem == "__init__" else path.stem, []).append(path)
    for stem, name in re.findall(r"`([a-z_]+)\.([A-Za-z_]+)(?:\([^`]*)?`", ALL):
        if stem in stems and f"{stem}.{name}" not in actions and name not in ("toml", "css", "py"):
            found = [path for path in stems[stem] if re.search(rf"\b{name}\b", path.read_text("utf-8"))]
            assert found, f"{stem}.{name}"


def test_every_role_is_told_with_what_it_may() -> None:
    page = PAGES[Path("docs/security.md")]
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (\w+) \| (.+) \|$", page, re.MULTILINE)
    told = {key: (title, sees, frozenset(re.findall(r"`([\w.]+)`", may))) for key, title, sees, may in rows}
    assert told == {key: (role.title, role.sees, role.actions) for key, role in roles.ROLES.items()}


def test_there_are_five_walks() -> None:
    assert len(WALKS) == 5


def test_the_lock_names_no_registry_and_pins_every_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lock = (ROOT / name).read_text("utf-8")
        assert "://" not in lock
        pins = re.findall(r"^[a-z][\w.\[\]-]*==", lock, re.MULTILINE)
        assert (
            len(pins) == len(re.findall(r"\\\n    --hash=sha256:[0-9a-f]{64}(?: \\)?\n(?!    --hash)", lock))
            or pins
        )
        assert lock.count("--hash=sha256:") >= len(pins)
