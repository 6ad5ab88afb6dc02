"""The phone side: pages for parents and teachers, and the JSON endpoints for other systems."""

from flask import Flask

from forms.api import bp as endpoints
from forms.pages import bp as pages
from intake.web import csrf


def init_app(app: Flask) -> None:
    """Register the pages and the endpoints.

    Both are exempt from the global CSRF check: a program has no session to be ridden on, and a page
    checks for itself so that an expired token does not cost anybody what was typed.
    """
    for blueprint in (pages, endpoints):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
