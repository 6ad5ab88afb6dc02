"""The bureau's side: the desk, answers to parents, and the workbooks that leave the house."""

from flask import Flask

from exports.books import command
from exports.desk import calls, danger, home, me, pictures, reporting, talks
from intake.web import signin


def init_app(app: Flask) -> None:
    """Register the sign-in, the desk, what parents said, and the command `export`."""
    signin.init_app(app)
    for one in (home, me, danger, talks, reporting, calls, pictures, command):
        app.register_blueprint(one.bp)
