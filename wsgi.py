"""The composition root: puts the core and the three sides together, nothing else.

Everything is imported when it is called for: a command pays neither for the web nor for other commands.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Mapping[str, object] | None = None) -> "Flask":
    """Build the application; `config` holds settings by upper-case name and wins over the environment.

    Raises SettingsError where production lacks real secrets.
    """
    from flask import Flask

    import bot
    import exports
    import forms
    from intake import settings, web
    from intake.kinds import tables
    from intake.store.db import Database

    app = Flask("baoxue", static_folder=None)
    chosen = settings.load(config)
    settings.refuse_weak(chosen)
    db = Database(chosen)
    tables.prepare(db)
    web.init_app(app, db)
    for side in (forms, bot, exports):
        side.init_app(app)
    return app


def serving() -> "Flask":
    """Build the application for a server: what is put off until it is used is done before the first request."""
    from intake.language import patterns

    app = create_app()
    patterns.compile_all()
    return app


COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("init", "up", "worker", "backup", "restore", "purge", "staff"), "intake.house.cli"),
    "demo": "intake.cli:demo_command",
    "serve": "intake.cli:serve_command",
    "verify": "intake.cli:verify_command",
    "rotate-keys": "intake.cli:rotate_keys",
    "wechat": "bot.cli",
    "poster": "bot.cli:poster_command",
    "doctor": "bot.cli:doctor_command",
    "chat": "bot.simulator.chat",
    "understand": "bot.understanding.command:command",
    "import": "exports.importing:group",
    "export": "exports.books.command",
}
"""Where each command stands: a module, and the name in it where it is not the command's own."""

_ON_THE_APP = frozenset({"chat", "export", "worker"})


class _Program(click.Group):
    """The commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command, with the way to the application where it works on that."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in _ON_THE_APP:
            from flask.cli import ScriptInfo

            ctx.obj = ScriptInfo(create_app=create_app)
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name or cmd_name)
        return command


cli = _Program(name="baoxue")
