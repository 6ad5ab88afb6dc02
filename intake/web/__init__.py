"""What the three sides share on the web: the database of this request, health, error pages, style."""

import logging
from typing import cast

from flask import Blueprint, Flask, Request, Response, current_app, jsonify
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface

from intake.errors import Busy
from intake.store import health
from intake.store.db import Database
from intake.web import assets, errors, forgery, limits
from intake.web.forgery import csrf as csrf

PAGES = frozenset({"/wechat/enter", "/wechat/entered"})
"""Pages among the addresses of programs: they have sessions."""
bp = Blueprint(
    "web", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
)


def get_db() -> Database:
    """Give the application's database; only views ask for it, functions get it as an argument."""
    return cast(Database, current_app.extensions["baoxue.db"])


def init_app(app: Flask, db: Database) -> None:
    """Give the application its database, sessions, CSRF protection, headers and error pages."""
    app.extensions["baoxue.db"] = db
    app.config.update(
        SECRET_KEY=db.keys.session,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="baoxue",
        SESSION_COOKIE_SECURE=not db.settings.demo,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=256 * 1024,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    app.session_interface = PageSessions()
    limits.init_app(app, db.settings)  # before anything reads what was sent
    forgery.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    app.register_blueprint(bp)
    app.after_request(_headers)
    app.jinja_env.globals["house"] = db.settings


class PageSessions(SecureCookieSessionInterface):
    """Sessions for pages; programs have none, and a signer a request costs a tenth of a message."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Give the session of a page, an empty one to a program."""
        if request.path.startswith(("/api/", "/wechat")) and request.path not in PAGES:
            return NullSession()
        return super().open_session(app, request)


def _headers(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; form-action 'self'; base-uri 'none'",
        )
    return response


@bp.get("/healthz")
def healthz() -> Response:
    """Say that the process lives."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int, dict[str, str]]:
    """Say whether reports can be taken: database writable, keys there, room on the disk."""
    faults = health.faults(get_db())
    if not faults:
        return jsonify(status="ready", faults=faults), 200, {}
    return jsonify(status="not ready", faults=faults), 503, {"Retry-After": str(Busy.retry)}


@bp.get("/metrics")
def metrics() -> Response:
    """Give counts for Prometheus; never a value of a field."""
    return Response(health.metrics(get_db()), mimetype="text/plain; version=0.0.4")
