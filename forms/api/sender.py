"""Who sends a report by JSON: a system by its key, or, where the house is open, anybody by an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from flask import request

from intake.errors import Denied, Problem
from intake.reports.senders import clients
from intake.reports.senders.clients import ApiClient
from intake.web import get_db, limits

JSON = "application/json"
BEARER = 'Bearer realm="baoxue"'
"""What whoever brings no good key is asked for."""
_NO_KEY = "请带上本系统的密钥：Authorization: Bearer 编号.密钥。没有密钥，或者不能用了，请找教育局。"
_NO_JSON = "请用 JSON 格式提交（Content-Type: application/json）。"
_FOREIGN = "别的网站的网页不能往这里发。请由系统自己的服务器来发。"


class Barred(Problem):
    """Whoever sends is not let in, whatever the report: `headers` tell a program more."""

    headers: Mapping[str, str] = MappingProxyType({})


class _Unknown(Barred):
    """Nobody whom the house knows: no key, a wrong one, or one that has ended; which of them is not told."""

    code = 401
    sentence = _NO_KEY
    headers = MappingProxyType({"WWW-Authenticate": BEARER})


class _Unread(Barred):
    """What is no JSON is not read."""

    code = 415
    sentence = _NO_JSON


class _Hurried(Barred):
    """More in a minute than a system was given."""

    code = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(limits.TOO_FAST.format(seconds))
        self.headers = {"Retry-After": str(seconds)}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a system, or else an address that is counted; nothing of both where neither is known."""

    client: ApiClient | None = None
    address: str = ""

    @property
    def reporter(self) -> str:
        """Give the name under which the reports are kept; nothing of anybody."""
        return self.client.reporter if self.client else ""

    def key(self, said: str | None) -> str | None:
        """Give a key of idempotency in the namespace of whoever sends."""
        return f"{self.reporter or f'open:{self.address}'}:{said}" if said else None


def sender_of_request() -> Sender:
    """Tell who sends. Raises Denied and Barred."""
    if _is_foreign():
        raise Denied(_FOREIGN)
    return _known()


def admit(sender: Sender) -> None:
    """Let what somebody sends be read, which nobody has begun to: JSON alone, and not too fast. Raises Barred."""
    if request.content_type != JSON and not _is_json():
        raise _Unread
    if sender.client:
        if wait := limits.seconds_to_wait(sender.client.id, sender.client.rate):
            raise _Hurried(wait)
        clients.note_use(get_db(), sender.client)


def _known() -> Sender:
    """Give the system of a key, which must be good where there is one. Raises Barred."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if client := clients.client_of_key(get_db(), key.strip()):
            return Sender(client)
        raise _Unknown
    if get_db().settings.api == "open":
        return Sender(address=limits.address_of(request))
    raise _Unknown


def _is_json() -> bool:
    return request.mimetype == JSON and not set(request.mimetype_params) - {"charset"}


def _is_foreign() -> bool:
    """Tell whether a page of another site made a browser send this: a program says neither of both."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    own = urlsplit(get_db().settings.public).netloc
    return origin == "null" or urlsplit(origin).netloc not in {request.host, own} - {""}
