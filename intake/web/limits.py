"""Limits for machines that a crowd of people never meets: requests of one address, patience, and a trap.

The counters are each process's own: with N processes an address may send up to N times as much. That is
enough against a loop gone wild, and keeps the hot path at a look into a dictionary.
"""

import logging
import time
from collections.abc import Mapping
from math import ceil
from threading import Lock

from flask import Flask, Request, current_app, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, TimestampSigner
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.middleware.proxy_fix import ProxyFix

from intake.kinds import KINDS
from intake.people import tries
from intake.settings import Settings
from intake.web import errors

PAGES = RateLimitItemPerMinute(240, namespace="pages")
"""Sent pages. A school of 60 teachers behind one address sends 60 rolls at 8:00, some of them twice,
and a whole town of parents behind a phone company's one address far fewer."""
PROGRAMS = RateLimitItemPerMinute(1200, namespace="programs")
"""Reports by JSON, and questions for their progress: another system's whole backlog goes through at 20 a second."""
PROOFS = RateLimitItemPerMinute(120, namespace="proofs")
"""Sign-ins and questions for progress. 60 teachers who come in at once send a code and then a PIN, or
mistype once; guessing is stopped long before, by account and origin (`intake.people.tries`)."""
DRAFTS = RateLimitItemPerMinute(1200, namespace="drafts")
"""What is saved while people type, every few seconds; it never uses up what they need for sending."""
REPORTS = RateLimitItemPerMinute(30, namespace="reports")
"""Reports from pages of one address after which the next show patience; more than a school gate sends."""
PATIENCE = 10
"""Seconds between the opening of a form and its sending; who types needs longer without noticing."""
TRAP = "website"
"""Name of the field that people do not see."""

TOO_MANY = "现在报的人太多了，请过 {} 秒再按一次。"
KEPT = "您填的还在。"
TOO_FAST = "发得太快了，请过 {} 秒再发。用同一个 Idempotency-Key 重发，不会多出一份。"

_FREE = ("/wechat", "/simulator")
_PROOFS = frozenset({"/desk/sign-in", "/forms/sign-in", "/forms/pin", "/forms/status"})
_PROGRESS = "/api/v1/reports/"
"""Also when only asked: each wrong proof is written down."""
_FORMS = "/forms/"
_DRAFTS = "/forms/draft/"
_EXTENSION = "baoxue.limits"

log = logging.getLogger("baoxue")


def init_app(app: Flask, settings: Settings) -> None:
    """Believe the proxies that are there, and no others, about who asks; limit what an address may send."""
    if settings.proxies > 0:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    if settings.rate_limit == "on":
        # A moving window would be fairer at its edge, but limits keeps every address ever seen for it.
        app.extensions[_EXTENSION] = FixedWindowRateLimiter(_Counters())
        app.before_request(_refuse)


def busy(sent: Request) -> bool:
    """Tell whether so many reports came from this address within a minute that the next show patience.

    Only then is `waited` asked: at all other times nobody waits, and nobody ever solves pictures. Not
    for teachers who are signed in.
    """
    limiter, address = _limiter(), address_of(sent)
    return limiter is not None and bool(address) and not limiter.test(REPORTS, address, cost=0)


def patience_token(about: str = "") -> str:
    """Give a hidden field's proof of when a form was opened; `about`, its idempotency key, makes it good for one report."""
    return _signer().sign(about.encode()).decode().removeprefix(about)


def waited(token: str, about: str = "") -> int:
    """Tell how many seconds are still to wait since the form was opened; 0 is fine. A forged token begins now.

    Only where `busy`: show the form again with all that was typed and the seconds, not an error.
    """
    try:
        _, opened = _signer().unsign(about + token, return_timestamp=True)
    except BadSignature:
        return PATIENCE
    return max(0, ceil(PATIENCE - (time.time() - opened.timestamp())))


def seconds_to_wait(who: str, rate: int) -> int:
    """Count what somebody sends who is known by name, so many a minute; tell how long to wait, 0 is fine."""
    limiter, item = _limiter(), RateLimitItemPerMinute(rate, namespace="clients")
    if limiter is None or limiter.hit(item, who):
        return 0
    return max(1, ceil(limiter.get_window_stats(item, who).reset_time - time.time()))


def stranger(sent: Request) -> str:
    """Give the address whose reports of danger are counted; nothing where the limits are lifted."""
    return address_of(sent) if _limiter() else ""


def trapped(form: Mapping[str, str]) -> bool:
    """Tell whether the field was filled that a style hides from people, and that programs fill in.

    Somebody's browser may have filled it for them: show the form again with it empty, and refuse
    politely; never pretend that the report was taken.
    """
    return bool(form.get(TRAP, ""))


class _Counters(MemoryStorage):
    """Counters in a dictionary, swept once a minute: limits starts a thread for it up to a hundred times a second."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        super().__init__()
        self._gate, self._swept = Lock(), time.time()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and give the count; one that has expired begins anew."""
        now = time.time()
        with self._gate:
            if now - self._swept > 60:
                self._swept = now
                for old in [one for one, until in self.expirations.items() if until <= now]:
                    del self.expirations[old], self.storage[old]
            if self.expirations.get(key, 0) <= now:
                self.storage[key], self.expirations[key] = 0, now + expiry
            self.storage[key] += amount
            return self.storage[key]


def _refuse() -> ResponseReturnValue | None:
    limiter, path = _limiter(), request.path
    counted = request.method == "POST" or path.startswith(_PROGRESS)
    if not counted or limiter is None or not (address := address_of(request)):
        return None
    if path.startswith(_FORMS) and path.removeprefix(_FORMS) in KINDS:
        limiter.hit(REPORTS, address)
    item = _item(path)
    if item is None or limiter.hit(item, address):
        return None
    if "X-Forwarded-For" in request.headers and not isinstance(current_app.wsgi_app, ProxyFix):
        log.warning("limited an address that forwards for others; if it is a proxy, set BAOXUE_PROXIES")
    wait = max(1, ceil(limiter.get_window_stats(item, address).reset_time - time.time()))
    return _slow_down(item, wait)


def _slow_down(item: RateLimitItem, wait: int) -> ResponseReturnValue:
    """Say how long to wait. What was typed goes with the page: a browser's 返回 would lose most of it."""
    headers = {"Retry-After": str(wait)}
    if item is PROGRAMS:
        return errors.answer(429, TOO_FAST.format(wait), headers=headers)
    # Codes and passwords are never echoed, files cannot be; a script keeps by itself what it sent.
    echoed = item is PAGES and request.mimetype == "application/x-www-form-urlencoded"
    typed = list(request.form.items(multi=True)) if echoed else []
    kept = KEPT if typed or "Idempotency-Key" in request.headers else ""
    return errors.answer(429, TOO_MANY.format(wait) + kept, headers=headers, again=typed)


def _item(path: str) -> RateLimitItem | None:
    """Give the limit under which what is sent to a path falls, if any."""
    if path.startswith("/api/"):
        return PROGRAMS
    if path.startswith(_FREE):
        return None
    if path in _PROOFS:
        return PROOFS
    return DRAFTS if path.startswith(_DRAFTS) else PAGES


def _limiter() -> FixedWindowRateLimiter | None:
    return current_app.extensions.get(_EXTENSION)


def address_of(sent: Request) -> str:
    """Give the address that is counted, of IPv6 the /64 that one household has; nothing for a socket without any."""
    return tries.network(sent.remote_addr or "")


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="baoxue.patience")
