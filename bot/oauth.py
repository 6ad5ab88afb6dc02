"""WeChat's own sign-in for pages (网页授权, snsapi_base): silent, and it tells the openid alone.

For accounts that have the right, from a menu or an article: whoever opens /wechat/enter in WeChat is
known to the page as in the chat. Everybody else is shown the plain way in.
"""

import hmac
import logging
import secrets
import threading
import time
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from bot import conversation
from bot.wechat.incoming import NAME
from bot.wechat.tencent import Client, Fault
from intake.language.patterns import regex
from intake.people import accounts, bindings
from intake.store.db import Database
from intake.web import get_db, phones, visitors
from intake.web.signin import local

bp = Blueprint("oauth", __name__, url_prefix="/wechat", template_folder="templates")
log = logging.getLogger("baoxue.bot")

AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
MINUTES = 10
"""How long somebody may take between going to WeChat and coming back."""
AT_ONCE = threading.BoundedSemaphore(4)
"""Calls to the platform at a time, so that a slow one leaves threads for those who report."""
USED = ("40029", "40163", "41008")
"""Codes that are wrong, were used before or have run out, or are missing."""
FULL = "您现在看到的是微信的预览。请点右下角“使用完整服务”，再进来。"
AGAIN = "这一次没有连上微信登录，请再点一次。"
DOWN = "微信那边现在没有回应。您可以过一会儿再点一次，也可以直接填。"
STRAY = "这一页不是从您的手机打开的，或者放得太久了。请再点一次。"
_CODE = regex(r"[A-Za-z0-9_-]{1,128}")
_STATE = "oauth"

Answer = Response | tuple[str, int]


@bp.get("/enter")
def enter() -> Response:
    """Send the browser to WeChat, which sends it back with a code."""
    house = _house(get_db())
    state, wanted = secrets.token_hex(16), local(request.args.get("next", ""), "/")
    session[_STATE] = [state, wanted, int(time.time()) + MINUTES * 60]
    asked = {
        "appid": house.settings.wechat_appid,
        "redirect_uri": f"{house.settings.public}/wechat/entered",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    return redirect(f"{AUTHORIZE}?{urlencode(asked)}#wechat_redirect", 302)


@bp.get("/entered")
def entered() -> Answer:
    """Take the browser for the reporter's own whose code comes back, and go on to what was wanted."""
    db = _house(get_db())
    wanted = _wanted(request.args.get("state", ""))
    if wanted is None:
        return _page(STRAY, 403)
    code = request.args.get("code", "")
    try:
        openid, virtual = _exchange(db, code) if _CODE.fullmatch(code) else ("", False)
    except Fault as fault:
        log.warning("sign-in by WeChat failed: %s", fault.code)
        if fault.code not in USED:
            return _page(DOWN, 503, wanted)
        if visitors.reporter():  # WeChat opened the address twice, and the first time went well
            return redirect(wanted, 303)
        openid, virtual = "", False
    if virtual:
        return _page(FULL, 403, wanted)
    return _go_on(db, conversation.reporter(db, openid), wanted) if openid else _page(AGAIN, 400, wanted)


def _house(db: Database) -> Database:
    """Give the database, of a house that has this way in; 404 of any other."""
    house = db.settings
    if house.wechat_oauth != "on" or not (house.wechat_appid and house.wechat_secret and house.public):
        abort(404)
    return db


def _wanted(state: str) -> str | None:
    """Give where somebody wanted to go; None where this browser did not ask, or long ago."""
    mine, wanted, until = session.get(_STATE) or ("", "", 0)
    same = hmac.compare_digest(str(mine).encode(), state.encode("utf-8", "replace"))
    return str(wanted) if mine and same and time.time() < until else None


def _exchange(db: Database, code: str) -> tuple[str, bool]:
    """Ask the platform whose code it is, and whether only a preview is looked at. Raises Fault."""
    if not AT_ONCE.acquire(timeout=1):
        raise Fault("connect")
    try:
        answer = Client(db).visitor(code)
    finally:
        AT_ONCE.release()
    openid = answer.get("openid")
    if not (isinstance(openid, str) and NAME.fullmatch(openid)):
        raise Fault("http")
    return openid, str(answer.get("is_snapshotuser", 0)) == "1"


def _go_on(db: Database, reporter: str, wanted: str) -> Response:
    """Bind the browser; where the reporter is one of the staff bound in the chat, their phone is signed in as well."""
    person, asked = bindings.person_bound(db, reporter), session[_STATE]
    answer: Response = redirect(wanted, 303)
    if person and accounts.on_phone(person):
        answer = phones.remember(answer, person)
    session[_STATE] = asked  # signing in clears the session, and WeChat may come twice
    visitors.bind(reporter, proved=True)  # WeChat itself says who it is
    return answer


def _page(sentence: str, status: int, wanted: str = "/") -> tuple[str, int]:
    again = url_for(".enter", next=wanted)
    # Without WeChat's help the form is the same, only empty.
    return render_template("bot/entered.html", sentence=sentence, again=again, plain=wanted), status
