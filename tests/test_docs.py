"""The README names every command, setting, address and kind, and nothing that is not there."""

import re
from dataclasses import fields
from pathlib import Path

import click
from flask import Flask

from intake.kinds import KINDS
from intake.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_is_told_and_every_told_command_is_there(app: Flask) -> None:
    import wsgi

    names = set(app.cli.commands) | set(wsgi.COMMANDS)
    told = set(re.findall(r"^\| `([a-z-]+)[^`]*` \|", README, re.MULTILINE))
    assert names == told
    for name in re.findall(r"\.venv/bin/baoxue ([a-z-]+)", README):
        assert name in names
    for name in wsgi.COMMANDS:
        command = wsgi.cli.get_command(click.Context(wsgi.cli), name)
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str(200) == wsgi.COMMANDS[name][1]
        assert isinstance(command, click.Group) or command.help


def test_every_setting_is_told() -> None:
    for one in fields(Settings):
        assert f"BAOXUE_{one.name.upper()}" in README


def test_every_address_is_told(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(\w+:)?(\w+)>", r"<\2>", rule.rule)
        top = "/" + address.strip("/").split("/")[0]
        assert (
            f"`{address}`" in README
            or f" {address}`" in README
            or f"`{top}/`" in README
            or top in ("/static", "/forms")
        )


def test_every_kind_and_make_target_is_told() -> None:
    for kind, declared in KINDS.items():
        assert f"{declared.title} `{kind}`" in README
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("run", "test", "quick", "check", "bench"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


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
