"""The chat page of a demonstration, and the stand-in for the platform's API that belongs to it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the page and the API; only a demonstration may."""
    from bot.simulator import api, pages
    from intake.web import csrf

    # The page checks for itself, after it has allowed for a photo and so that nothing typed is lost.
    csrf.exempt(pages.bp)
    csrf.exempt(api.bp)  # programs show a token of their own
    app.register_blueprint(pages.bp)
    app.register_blueprint(api.bp)
