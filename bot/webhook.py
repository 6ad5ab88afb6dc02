"""The address the platform calls: the GET check and the messages."""

import logging
import time

from flask import Blueprint, Response, abort, current_app, request

from bot import conversation
from bot.wechat import wire
from bot.wechat.incoming import validate
from bot.wechat.protocol import Account, Forged
from intake.errors import Busy, where
from intake.web import get_db

bp = Blueprint("bot", __name__)
log = logging.getLogger("baoxue.bot")

OFF = "公众号还没有接上：baoxue.toml 里还没有填 AppID 和 AppSecret。"

LIMIT = 64 * 1024
"""Bytes of a body; the platform's own stay far below."""
SUCCESS = "success"
"""Tells the platform that there is nothing to say, and not to send the message again."""


@bp.before_request
def refuse_where_off() -> Response | None:
    """Say that there is no account yet, where pages are served before there is one."""
    return None if get_db().settings.wechat_on else _answer(OFF, 404)


@bp.get("/wechat")
def check() -> Response:
    """Prove to the platform that this address knows the token."""
    try:
        _account().check(request.args)
    except Forged:
        return _answer("", 403)
    return _answer(request.args.get("echostr", ""))


@bp.post("/wechat")
def receive() -> Response:
    """Take a message and answer it in the same request."""
    request.max_content_length = LIMIT
    if (request.content_length or 0) > LIMIT:
        abort(413)
    account, body, fields = _account(), request.get_data(cache=False), dict[str, str]()
    try:
        account.refuse_stale(request.args)
        body, encrypted = account.open(request.args, body)
        fields = wire.read_xml(body)
        message = validate(fields)
        text = conversation.answer(get_db(), message, account.mark(request.args))
        if not text:
            return _answer(SUCCESS)
        xml = wire.text_reply(message.openid, message.account, text, int(time.time()))
        return _answer(account.seal(xml) if encrypted else xml, mimetype="application/xml")
    except (Forged, conversation.Replayed):
        return _answer("", 403)
    except Busy as busy:  # nothing was kept, and the platform comes again
        return _later(busy)
    except wire.Malformed as fault:
        return _unread(fault, fault.fields, body)
    except Exception as fault:  # whatever it is, the platform must not show 服务出现故障 instead of us
        return _unread(fault, fields, body)


def _account() -> Account:
    account: Account = current_app.extensions["baoxue.wechat"]
    return account


def _unread(fault: Exception, fields: dict[str, str], body: bytes) -> Response:
    """Keep what could not be handled, for a person; if even that fails, the platform is to try again."""
    log.error("unread message: %s", where(fault))
    try:
        conversation.keep_unread(get_db(), fields, body)
    except Exception as further:  # a page of errors would be shown to the parent
        log.error("unread message not kept: %s", where(further))
        return _later(further if isinstance(further, Busy) else Busy())
    return _answer(SUCCESS)


def _later(busy: Busy) -> Response:
    """Ask the platform to come again."""
    answer = _answer("", 503)
    answer.headers["Retry-After"] = str(busy.retry)
    return answer


def _answer(text: str, status: int = 200, mimetype: str = "text/plain") -> Response:
    return Response(text, status, mimetype=mimetype)
