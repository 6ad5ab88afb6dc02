"""What stands at the edge of every answer: the headers, the names that the house answers to, and who asks from beside it."""

import hmac
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from intake.settings import Settings
from intake.web import errors

YEAR = 365 * 24 * 3600
PAGE = "; ".join((
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "object-src 'none'",
    "frame-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'",
))  # fmt: skip
"""What a page may load: its own files; a picture as well that it makes smaller before it is sent."""
NO_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
DEVICES = ", ".join(
    f"{one}=()"
    for one in ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
                "microphone", "midi", "payment", "usb")
)  # fmt: skip
"""What no page asks a phone for. A picture is chosen by its owner, which needs none of it."""
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
ELSEWHERE = "这个网址不是本系统的。请从二维码或公众号重新打开。"
_SCRIPTS = frozenset({"text/javascript", "application/javascript"})
_PORTS = {"http": ":80", "https": ":443"}


def init_app(app: Flask, settings: Settings) -> None:
    """Answer to one's own name alone, in production; sign no answer, and tell browsers what it may do."""
    name = _name(settings.public) if not settings.demo else ""

    def refuse() -> ResponseReturnValue | None:
        own = not name or _host() == name or is_beside()
        return None if own else errors.answer(421, ELSEWHERE)

    app.before_request(refuse)
    app.after_request(_headers)


def is_beside() -> bool:
    """Tell whether a program on the server itself asks, not somebody whom a proxy lets in.

    Behind a proxy every visitor comes from 127.0.0.1, so that its headers count, and the name that was asked for.
    """
    forwarded = any(name in request.headers for name in FORWARDED)
    return not forwarded and request.remote_addr in ("127.0.0.1", "::1") and _bare(_host()) in LOOPBACK


def may_count(settings: Settings) -> bool:
    """Tell whether somebody may read the counts: with the token, or from beside the house."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.metrics_token and kind.lower() == "bearer":
        return hmac.compare_digest(token.strip().encode(), settings.metrics_token.encode())
    return is_beside()


def _name(address: str) -> str:
    """Give host and port of an address as a browser names them."""
    parts = urlsplit(address)
    return parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, ""))


def _host() -> str:
    return request.host.lower().removesuffix(_PORTS.get(request.scheme, "")) if request.host else ""


def _bare(host: str) -> str:
    return host.rsplit(":", 1)[0] if not host.endswith("]") else host


def _headers(response: Response) -> Response:
    given = response.headers
    given.setdefault("X-Content-Type-Options", "nosniff")
    given.setdefault("Referrer-Policy", "same-origin")
    given.setdefault("Permissions-Policy", DEVICES)
    given.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    given.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.is_secure:
        given.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if response.mimetype in ("text/html", "application/json"):
        given.setdefault("Cache-Control", "no-store")
    if response.mimetype not in _SCRIPTS:  # a service worker would have to live by it
        given.setdefault("Content-Security-Policy", PAGE if response.mimetype == "text/html" else NO_PAGE)
    return response
