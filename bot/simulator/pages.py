"""The page on which a newcomer plays one or two parents; it works without JavaScript, and better with it."""

import secrets
from collections.abc import Callable, Mapping

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from bot.simulator import phone, shown, store
from bot.simulator.phone import SimulatedPhone
from bot.simulator.store import Entry
from intake.calendar import clock
from intake.errors import Problem, Refused, SettingsError
from intake.messages import media
from intake.web import csrf, get_db
from intake.web.errors import on_page

bp = Blueprint(
    "simulator",
    __name__,
    url_prefix="/simulator",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

PARENTS = {"a": "家长甲", "b": "家长乙"}
EXPIRED = "这一页放得太久了，刚才那条没有发出去，请再发一次。（浏览器要允许 Cookie）"
LARGEST = media.CAP + 256 * 1024
EXAMPLES = ("孩子三天没去上学了，咋劝也不去", "孙女明年上一年级，咋报名", "离学校十二里地，想住校", "你好")

_ACTIONS: Mapping[str, Callable[[SimulatedPhone], Entry]] = {
    "text": lambda one: one.text(request.form.get("word", "")),
    "tap": lambda one: one.tap(request.form.get("word", "")),
    "click": lambda one: one.click(request.form.get("word", "")),
    "photo": lambda one: one.photo(_picture()),
    "voice": lambda one: one.voice(request.form.get("word", "")),
    "location": lambda one: one.location(
        request.form.get("other", "").strip() or request.form.get("word", "")
    ),
    "sticker": SimulatedPhone.sticker,
    "link": SimulatedPhone.link,
    "follow": SimulatedPhone.follow,
    "unfollow": SimulatedPhone.unfollow,
    "retry": SimulatedPhone.retry,
}


def again(problem: Problem) -> ResponseReturnValue:
    """Show the chats again with what was typed, and why it was not sent."""
    if isinstance(problem, Refused | SettingsError):
        return _refused(_who(request.form), str(problem))
    raise problem


@bp.get("", strict_slashes=False)
def page() -> str:
    """Show the chats; the address says which parents, and which of them is in front on a narrow screen."""
    return _page(request.args.get("both", ""))


@bp.post("", strict_slashes=False)
@on_page(again)
def send() -> ResponseReturnValue:
    """Send one thing as one of the parents."""
    request.max_content_length = LARGEST
    who = _who(request.form)
    try:
        csrf.protect()
    except CSRFError:
        return _refused(who, EXPIRED)
    _ACTIONS.get(request.form.get("do", ""), _unknown)(_phone(who))
    if _by_script():
        return _news(who, request.form)
    return redirect(
        url_for(".page", both=who if request.form.get("both") else None, _anchor=f"say-{who}"), 303
    )


@bp.get("/news")
def news() -> Response:
    """Give what came since a number: our own messages of another window, and what was pushed."""
    return _news(_who(request.args), request.args)


@bp.get("/media/<key>")
def picture(key: str) -> Response:
    """Give a picture that was sent, to whoever knows its unguessable name."""
    data = store.get(get_db(), key)
    mime = media.sniff(data) if data else ""
    if data is None or not mime:
        abort(404)
    answer = make_response(data)
    answer.mimetype = mime
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _page(both: str, alerts: Mapping[str, str] | None = None, typed: str = "") -> str:
    front = both if both in PARENTS else "a"
    names = PARENTS if both in PARENTS else {"a": PARENTS["a"]}
    return render_template(
        "simulator/chat.html",
        names=names,
        front=front,
        chats={who: _phone(who).chat() for who in names},
        alerts=alerts or {},
        typed=typed,
        menu=phone.menu(),
        places=phone.PLACES,
        examples=EXAMPLES,
        **_tools(),
    )


def _news(who: str, said: Mapping[str, str]) -> Response:
    after = said.get("after", "")
    chat = _phone(who).chat(int(after[:9]) if after.isascii() and after.isdecimal() else 0)
    lines = [
        {
            "id": f"{who}-{one.n}",
            "html": render_template("simulator/entry.html", one=one, who=who, **_tools()),
        }
        for one in chat
    ]
    return jsonify(lines=lines, last=chat[-1].n if chat else None)


def _tools() -> dict[str, object]:
    """Give what an entry needs to be shown."""
    return {"parts": shown.parts, "receipt": shown.receipt, "push": store.PUSH, "local": clock.local}


def _refused(who: str, sentence: str) -> ResponseReturnValue:
    if _by_script():
        return jsonify(alert=sentence), 422
    both = who if request.form.get("both") or who != "a" else ""
    word = request.form.get("word", "") if request.form.get("do") == "text" else ""
    return _page(both, {who: sentence}, word), 422


def _phone(who: str) -> SimulatedPhone:
    """Give a parent's phone; each browser plays its own parents."""
    if "simulated" not in session:
        session["simulated"] = secrets.token_hex(8)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return SimulatedPhone(app, get_db(), store.openid(session["simulated"], who))


def _who(said: Mapping[str, str]) -> str:
    who = said.get("who", "")
    return who if who in PARENTS else "a"


def _picture() -> bytes:
    sent = request.files.get("photo")
    return sent.read() if sent else b""


def _unknown(_: SimulatedPhone) -> Entry:
    raise Refused("不知道要发什么，请再试一次。")


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"
