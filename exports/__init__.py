"""The bureau's side: the desk, and the workbooks that leave the house."""

from flask import Flask

from exports import command, desk
from intake.web import signin


def init_app(app: Flask) -> None:
    """Register the sign-in, the desk and the command `export`."""
    signin.init_app(app)
    app.register_blueprint(desk.bp)
    app.register_blueprint(command.bp)
