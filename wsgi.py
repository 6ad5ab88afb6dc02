"""The composition root: puts the core and the three sides together, nothing else."""

import sys
from collections.abc import Mapping
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup

import bot
import exports
import forms
from bot import cli as bot_commands
from exports.books import command as export_command
from exports.lists import importing as import_commands
from intake import settings, web
from intake.house import cli as commands
from intake.kinds import tables
from intake.store.db import Busy, Database


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Build the application; `config` holds settings by upper-case name and wins over the environment.

    Raises SettingsError where production lacks real secrets.
    """
    app = Flask("baoxue", static_folder=None)
    chosen = settings.load(config)
    settings.refuse_weak(chosen)
    db = Database(chosen)
    db.keys  # noqa: B018 - before anything is made
    tables.prepare(db)
    web.init_app(app, db)
    for side in (forms, bot, exports):
        side.init_app(app)
    return app


class Program(FlaskGroup):
    """The commands. One that needs the application makes it when it runs, so that no `--help` needs data."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Give a command without asking an application for more."""
        return click.Group.get_command(self, ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of the commands without asking an application for more."""
        return click.Group.list_commands(self, ctx)

    def main(self, *args: Any, **options: Any) -> Any:
        """Run; an application that cannot be made is one Chinese line and exit code 2."""
        try:
            return super().main(*args, **options)
        except settings.SettingsError as error:
            click.echo(str(error), err=True)
        except Busy:
            click.echo(commands.BUSY, err=True)
        sys.exit(2)


cli = Program(name="baoxue", create_app=create_app, add_default_commands=False, add_version_option=False)
for own in (commands, bot_commands, import_commands, export_command):
    own.add_to(cli)
