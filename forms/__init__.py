"""The phone side: pages for parents and teachers, and the JSON endpoints for other systems."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the pages and the endpoints.

    All are exempt from the global CSRF check: a program has no session to be ridden on, and a page
    checks for itself (`who.sure`) so that an expired token does not cost anybody what was typed.
    """
    from forms import helping
    from forms.api import docs, endpoints
    from forms.cases import pages as cases
    from forms.cases import photos as case_photos
    from forms.cases import village_pages
    from forms.phone import worker
    from forms.progress import photos, status
    from forms.report import come, pages
    from forms.teachers import answers, entry, roll
    from intake.web import csrf, visitors

    worker.init_app(app)
    visitors.init_app(app)
    for side in (
        status,
        cases,
        case_photos,
        village_pages,
        roll,
        answers,
        entry,
        come,
        photos,
        helping,
        pages,
        docs,
        endpoints,
    ):
        csrf.exempt(side.bp)
        app.register_blueprint(side.bp)
