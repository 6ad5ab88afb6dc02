"""What the three sides share on the web: the database of this request, health, error pages, style."""

import logging
from typing import cast

from flask import Blueprint, Flask, Request, Response, current_app, jsonify
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue

from intake.errors import Busy
from intake.house.pulse import heartbeat
from intake.store import health
from intake.store.db import Database
from intake.web import assets, edge, errors, forgery, limits
from intake.web.forgery import csrf as csrf
from intake.web.looks import dialing, large

LATELY = 10.0
"""Seconds for which pages remember what of the worker stands still."""
PAGES = frozenset({"/wechat/enter", "/wechat/entered"})
"""Pages among the addresses of programs: they have sessions."""
COUNTS = "统计数字只能在服务器上看，或者凭令牌看（BAOXUE_METRICS_TOKEN）。"
bp = Blueprint(
    "web", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
)


def get_db() -> Database:
    """Give the application's database; only views ask for it, functions get it as an argument."""
    return cast(Database, current_app.extensions["baoxue.db"])


def init_app(app: Flask, db: Database) -> None:
    """Give the application its database, sessions, CSRF protection, headers and error pages."""
    app.extensions["baoxue.db"] = db
    app.extensions["baoxue.since"] = heartbeat.moment()
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
    edge.init_app(app, db.settings)
    forgery.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    dialing.init_app(app)
    large.init_app(app)
    app.register_blueprint(bp)
    app.jinja_env.globals["house"] = db.settings


class PageSessions(SecureCookieSessionInterface):
    """Sessions for pages; programs have none, and a signer a request costs a tenth of a message."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Give the session of a page, an empty one to a program."""
        if request.path.startswith(("/api/", "/wechat")) and request.path not in PAGES:
            return NullSession()
        return super().open_session(app, request)


def standstills() -> list[str]:
    """Give what of the worker stands still, in Chinese; a worker that starts beside us has time to be heard."""
    return heartbeat.standstills(get_db(), current_app.extensions["baoxue.since"])


def standstills_lately() -> list[str]:
    """Give the same for a page, which is no place to ask each time: as it was within the last seconds."""
    about, now = current_app.extensions, heartbeat.moment()
    if now - about["baoxue.since"] < heartbeat.QUIET:
        return []
    at, told = about.get("baoxue.standstills", (-LATELY, []))
    if now - at >= LATELY:
        at, told = about["baoxue.standstills"] = now, standstills()
    return list(told)


@bp.get("/healthz")
def healthz() -> Response:
    """Say that the process lives."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int, dict[str, str]]:
    """Say whether reports can be taken: database writable, keys there, room on the disk; warn where the worker stands still."""
    faults = health.faults(get_db())
    if not faults:
        return jsonify(status="ready", faults=faults, warnings=standstills()), 200, {}
    return jsonify(status="not ready", faults=faults), 503, {"Retry-After": str(Busy.retry)}


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Give counts for Prometheus, to who asks from beside the house or with the token; never a value of a field."""
    if not edge.may_count(get_db().settings):
        return errors.answer(401, COUNTS, headers={"WWW-Authenticate": "Bearer"})
    counts = health.metrics(get_db(), heartbeat.ages_of(get_db()))
    return Response(counts, mimetype="text/plain; version=0.0.4")
