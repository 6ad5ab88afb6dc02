"""A stand-in for the platform's API: a demonstration's worker sends and fetches here, not at Tencent.

Like the platform it answers HTTP 200 whatever happens, and says in `errcode` what. What it cannot do,
codes for posters among it, is refused as for an account without that right.
"""

import hmac
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.simulator import store
from bot.simulator.store import Entry
from bot.wechat.pieces import LIMIT
from intake.calendar import clock
from intake.messages import media
from intake.web import get_db

bp = Blueprint("simulator_api", __name__, url_prefix="/simulator/api/cgi-bin")

SECONDS = 7200
_TEXTS = {
    0: "ok",
    40001: "invalid credential",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40125: "invalid appsecret",
    43004: "require subscribe",
    44002: "empty post data",
    45002: "content size out of limit",
    47001: "data format error",
    48001: "api unauthorized",
}


@bp.post("/stable_token")
def stable_token() -> Response:
    """Give the token, always the same one, to whoever knows the account's secret."""
    house, said = get_db().settings, _body()
    if not house.wechat_appid or said.get("appid") != house.wechat_appid:
        return _code(40013)
    if not house.wechat_secret or not _same(str(said.get("secret", "")), house.wechat_secret):
        return _code(40125)
    return jsonify(access_token=_token(), expires_in=SECONDS)


@bp.post("/message/custom/send")
def send() -> Response:
    """Put a text into a parent's chat."""
    if not _allowed():
        return _code(40001)
    said, db = _body(), get_db()
    openid, text = str(said.get("touser", "")), _text(said)
    if text is None:
        return _code(40008 if said else 47001)
    if not store.known(openid):
        return _code(40003)
    if not store.follows(store.read(db, openid)):
        return _code(43004)
    if not text:
        return _code(44002)
    if len(text.encode("utf-8", "replace")) > LIMIT:
        return _code(45002)
    opened = request.get_data(as_text=True)
    pushed = Entry(store.PUSH, reply=text, at=clock.stamp(clock.now()), status=200, opened=opened)
    store.append(db, openid, pushed)
    return _code(0)


@bp.get("/media/get")
def fetch() -> Response:
    """Give a picture or recording that was sent from the simulator."""
    if not _allowed():
        return _code(40001)
    data = store.get(get_db(), request.args.get("media_id", ""))
    return Response(data, mimetype=media.sniff(data)) if data else _code(40007)


@bp.post("/menu/create")
def set_menu() -> Response:
    """Accept a menu that the platform would accept."""
    if not _allowed():
        return _code(40001)
    buttons = _body().get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        return _code(47001)
    return _code(0)


@bp.route("/<path:rest>", methods=["GET", "POST"])
def other(rest: str) -> Response:
    """Refuse what an account without that right is refused."""
    return _code(48001)


def _token() -> str:
    """Derive the token from the account, so that every process knows it."""
    house = get_db().settings
    return "demo_" + get_db().keys.digest("simulator token", f"{house.wechat_appid}\0{house.wechat_secret}")


def _allowed() -> bool:
    return _same(request.args.get("access_token", ""), _token())


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="surrogatepass"), right.encode())


def _body() -> dict[str, Any]:
    said = request.get_json(force=True, silent=True)
    return said if isinstance(said, dict) else {}


def _text(said: dict[str, Any]) -> str | None:
    """Give the words of a text message, None of anything else."""
    content = said.get("text", {})
    text = content.get("content") if isinstance(content, dict) else None
    return text if said.get("msgtype") == "text" and isinstance(text, str) else None


def _code(code: int) -> Response:
    return jsonify(errcode=code, errmsg=_TEXTS[code])
