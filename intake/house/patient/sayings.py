"""What gunicorn says by itself: to clients whose request reaches no page, and to the log. Nobody's words are in it."""

import sys
from typing import Any

from gunicorn.http import errors
from gunicorn.http.wsgi import Response

from intake.errors import where

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (errors.InvalidResponseHeader, 500),
    (errors.InvalidResponseHeaderName, 500),
    (errors.ConfigurationProblem, 500),
    (errors.UnsupportedTransferCoding, 501),
    (errors.LimitRequestLine, 414),
    (errors.LimitRequestHeaders, 431),
    (errors.ExpectationFailed, 417),
    (errors.ForbiddenProxyRequest, 403),
    (errors.ParseException, 400),
)
_PHRASES = {
    400: ("Bad Request", "这个请求不完整，请返回上一页再试一次。"),
    403: ("Forbidden", "这个地址不能这样用。"),
    408: ("Request Timeout", "网络太慢，没有收完。请换个信号好的地方，再发一次。"),
    414: ("URI Too Long", "网址太长了。"),
    417: ("Expectation Failed", "这个请求不能这样发。"),
    431: ("Request Header Fields Too Large", "请求里带的内容太多。请清除本网站的 Cookie，再试一次。"),
    500: ("Internal Server Error", "系统出了点问题，请过一会儿再试。"),
    501: ("Not Implemented", "这个请求不能这样发。"),
    503: ("Service Unavailable", "系统正在重新启动，请过一会儿再发一次。"),
}


def code_of(error: BaseException) -> int:
    """Give the HTTP code for what gunicorn met in a request."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), 500)


def refusal(code: int) -> bytes:
    """Give a whole answer, after which the connection is closed."""
    phrase, sentence = _PHRASES[code]
    body = f"{sentence}\n".encode()
    head = (
        f"HTTP/1.1 {code} {phrase}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        f"Cache-Control: no-store\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


class UnsignedResponse(Response):  # type: ignore[misc]
    """An answer that does not say by what it was made."""

    def default_headers(self) -> list[str]:
        """Give gunicorn's own headers but for `Server`."""
        return [one for one in super().default_headers() if not one.startswith("Server:")]


class DiscreetLog:
    """A process's log: of what went wrong it keeps type and place; the message may hold what somebody wrote."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        """Give everything else as it is."""
        return getattr(self._log, name)

    def exception(self, message: str, *_: object, **__: object) -> None:
        """Write down what is being handled."""
        error = sys.exc_info()[1]
        self._log.error(
            "%s: %s", message.partition("%")[0].strip(" .:"), where(error) if error else "nothing"
        )
