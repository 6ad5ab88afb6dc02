"""The composition root: puts the core and the three sides together, nothing else."""

from collections.abc import Mapping

from flask import Flask
from flask.cli import FlaskGroup

import bot
import exports
import forms
from bot import cli as bot_commands
from exports.lists import importing as import_commands
from intake import settings, web
from intake.house import cli as commands
from intake.kinds import tables
from intake.store.db import Database


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Build the application; `config` holds settings by upper-case name and wins over the environment.

    Raises SettingsError where production lacks real secrets.
    """
    app = Flask("baoxue", static_folder=None)
    chosen = settings.load(config)
    settings.refuse_weak(chosen)
    db = Database(chosen)
    tables.prepare(db)
    web.init_app(app, db)
    for side in (forms, bot, exports):
        side.init_app(app)
    return app


cli = FlaskGroup(name="baoxue", create_app=create_app, add_default_commands=False, add_version_option=False)
for own in (commands, bot_commands, import_commands):
    own.add_to(cli)
