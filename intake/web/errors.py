"""Errors become answers in one place: a page for people, JSON for programs, and a log line without values."""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from intake.errors import Busy, KeyReused, Problem, TooMany, where

log = logging.getLogger("baoxue")

SENTENCES = {
    400: "这个请求不完整，请返回上一页再试一次。",
    401: "请先登录。",
    403: "您没有权限看这一页。",
    404: "没有找到这一页，可能网址写错了。",
    405: "这个地址不能这样用。",
    409: KeyReused.sentence,
    413: "内容太大了，请删减后再提交。",
    415: "请用 JSON 格式提交。",
    429: TooMany.sentence,
    500: "系统出了点问题，您填写的内容没有提交成功，请过一会儿再试。",
    503: "系统正在维护，请过一会儿再试。",
}

FORM = "application/x-www-form-urlencoded"

View = Callable[..., ResponseReturnValue]
Typed = Iterable[tuple[str, str]]
Answer = tuple[Response | str, int, dict[str, str]]
_KEPT = frozenset({"Allow", "Retry-After", "WWW-Authenticate"})
"""What an error says to programs besides its number."""


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ParseException, _garbled)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(Exception, _fault)
    app.log_exception = _log  # type: ignore[method-assign, assignment]


def answer(
    status: int,
    sentence: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    again: Typed = (),
    program: bool = False,
) -> Answer:
    """Give the error answer that fits the caller, a page or JSON (always for a `program`).

    The page can send `again` what was typed.
    """
    sentence = sentence or SENTENCES.get(status, SENTENCES[400])
    if program or request.path.startswith("/api/"):
        return jsonify(errors={"": [sentence]}), status, dict(headers or {})
    return render_template("web/error.html", sentence=sentence, again=again), status, dict(headers or {})


def _csrf(_: CSRFError) -> Answer:
    return answer(400, "这一页放得太久了，请返回上一页，刷新后再提交一次。填写的内容通常还在。")


def _http(error: HTTPException) -> Response | Answer:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    kept = {name: value for name, value in error.get_headers() if name in _KEPT}
    return answer(error.code, headers=kept)


def _garbled(_: ParseException) -> Answer:
    """Refuse a body whose chunks are none. It is met only where it is read, and is a fault of whoever sent it."""
    return answer(400)


def _busy(busy: Busy) -> Answer:
    """Ask for patience. What was typed comes again with a tap, where a second time changes nothing more.

    That is where it has a key, or says up to where it was `seen`.
    """
    log.warning("busy at %s", request.endpoint)
    typed = list(request.form.items(multi=True)) if request.mimetype == FORM else []
    once = request.form.get("idempotency_key") or request.form.get("seen")
    again = typed if once else []
    sentence = f"{busy}您填的还在。" if again else str(busy)
    return answer(busy.code, sentence, headers=patience(busy), again=again)


def _problem(problem: Problem) -> Answer:
    """Say what a view has left to be said here."""
    if problem.code >= 500:
        log.error("problem %s", where(problem))
    return answer(problem.code, str(problem), headers=patience(problem))


def patience(problem: Problem) -> dict[str, str]:
    """Give the header that says when the same may be tried again, if it ever may."""
    return {"Retry-After": str(problem.retry)} if problem.retry else {}


def on_page(again: Callable[..., ResponseReturnValue]) -> Callable[[View], View]:
    """Answer what a view meets with the page it came from, at the place where something can be done about it.

    `again` gets the problem and what the view was called with, and raises again what it has no place for. A page
    alone goes out with the problem's code, a pair with a code of its own.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **named: Any) -> ResponseReturnValue:
            try:
                return view(*args, **named)
            except Problem as problem:
                if isinstance(problem, Busy):  # the whole house's, not this page's
                    raise
                page = again(problem, *args, **named)
                return (page, problem.code, patience(problem)) if isinstance(page, str) else page

        return guarded

    return guard


def _fault(error: Exception) -> Answer:
    log.error("fault %s", where(error))
    return answer(500)


def _log(raised: object) -> None:
    """Write down what went wrong after a view; Flask would write the address, which strangers choose, and the message."""
    error = raised[1] if isinstance(raised, tuple) else None
    log.error("fault %s", where(error) if isinstance(error, BaseException) else "unknown")
