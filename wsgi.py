"""The composition root: puts the core and the three sides together, nothing else.

Everything is imported when it is called for: a command pays neither for the web nor for other commands.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    from intake.house import cells
    from intake.kinds import tables
    from intake.store import seals
    from intake.store.db import Database

    app = Flask("baoxue", static_folder=None)
    chosen = settings.load(config)
    settings.refuse_weak(chosen)
    db = Database(chosen)
    db.keys  # noqa: B018 - before anything is made
    tables.prepare(db)
    seals.establish(db, lambda: cells.keys_fit(db))
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


COMMANDS: Mapping[str, tuple[str, str]] = {
    "backup": (
        "intake.house.cli:backup",
        "Write one file with database, keys and settings; it needs no pause.",
    ),
    "cases": (
        "intake.house.case_commands:list_cases",
        "List cases by number, a line each: kind, state, stage, due, owner, town, school, receipts; no names.",
    ),
    "chat": (
        "bot.simulator.chat:chat",
        "Play a parent in the terminal; a message a line, from a script too.",
    ),
    "client": (
        "intake.house.client_commands:client",
        "Systems that send reports by JSON.",
    ),
    "compare": (
        "intake.house.case_commands:compare_lists",
        "Compare households, 学籍, rolls and poor households' lists: count what is new, the same, gone, by sheet.",
    ),
    "demo": (
        "intake.house.cli:demo_command",
        "Fill an empty installation with fictional schools, children and a week of reports.",
    ),
    "doctor": (
        "bot.cli:doctor_command",
        "Check settings, data, keys, clock and the WeChat account; exit 1 if something is wrong.",
    ),
    "export": (
        "exports.books.command:export",
        "Write the masked workbook of a day into a folder.",
    ),
    "import": (
        "exports.lists.importing:group",
        "Take in lists of schools, children or staff (.xlsx, .xls, .csv).",
    ),
    "init": (
        "intake.house.cli:init",
        "Make the data directory: keys, settings file, database.",
    ),
    "ledger": (
        "exports.books.command:ledger",
        "Write one ledger of some days as a masked workbook into a folder.",
    ),
    "match": (
        "intake.house.case_commands:match",
        "Tell for each line of JSON in FILE which child it means, or may mean and why; nothing is written.",
    ),
    "merge-schools": (
        "intake.house.case_commands:merge_schools",
        "Let a school become a part of another: tell what would go over, and with --apply do it.",
    ),
    "phrases": (
        "bot.phrases:command",
        "Write what the desk decided about messages as labelled lines without names, to measure and teach by.",
    ),
    "poster": (
        "bot.cli:poster_command",
        "Make a school's poster for printing on A4, with the QR codes of the form and of the account.",
    ),
    "processing": (
        "intake.house.cli:processing",
        "Write the list of processing activities: what is asked, why, how long it is kept, who sees it.",
    ),
    "purge": (
        "intake.house.cli:purge",
        "Delete chat, messages and pictures older than 180 days, and drafts older than 7.",
    ),
    "restore": (
        "intake.house.cli:restore",
        "Put a backup in place; what was there is kept beside it.",
    ),
    "return": (
        "exports.lists.returned:command",
        "Take in a ledger that was filled in: tell what would change, and with --apply do it.",
    ),
    "rotate-keys": (
        "intake.house.cli:rotate_keys",
        "Make a new data key and close every encrypted cell and file with it; the old keys stay for old backups.",
    ),
    "serve": (
        "intake.house.cli:serve_command",
        "Run the web server in the foreground.",
    ),
    "staff": (
        "intake.house.staff_commands:staff",
        "Accounts of staff.",
    ),
    "tick": (
        "intake.house.case_commands:tick",
        "Wind the clocks of cases once: what has come is done and told; again is harmless.",
    ),
    "understand": (
        "bot.understanding.command:command",
        "Read messages from standard input, write what each means as a line of JSON.",
    ),
    "up": (
        "intake.house.cli:up",
        "Run the web server and the worker together; Ctrl-C stops both.",
    ),
    "verify": (
        "intake.house.cli:verify_command",
        "Check the database, every receipt, every case, the audit chain and every encrypted cell.",
    ),
    "wechat": (
        "bot.cli:wechat",
        "The official account's menu and QR codes.",
    ),
    "worker": (
        "intake.house.cli:worker",
        "Do what no request should wait for: clocks, alarms, messages, their pictures, checkpoints, deletion.",
    ),
}
"""Where each command stands, and the first sentence of its help, which is shown without importing it."""

_ON_THE_APP = frozenset({"chat", "worker"})


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
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def main(self, *args: Any, **options: Any) -> Any:
        """Run; what was written wrongly, or an application that cannot be made, is one Chinese line and exit code 2."""
        from intake.house.shell import told

        os.umask(0o077)  # what commands and servers write is for nobody else, whoever starts them
        sys.exit(told(super().main)(*args, **{**options, "standalone_mode": False}))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command is for."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


cli = _Program(name="baoxue")
