"""Calls to the platform's API: every answer's errcode is read, and nothing waits without end.

Addresses hold the token and bodies hold people's words, so neither ever gets into an exception or a log.
"""

import email.utils
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from intake.messages import errcodes, media, tokens
from intake.messages.errcodes import UNSURE, Do
from intake.settings import TENCENT
from intake.store.db import Database

# Its warnings quote addresses, and with them the token.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

TIMEOUTS = (3, 8)
"""Seconds to connect, and between two bytes."""
PATIENCE = 20.0
"""Seconds for a whole answer, however it trickles."""
ANSWER = 64 * 1024
"""Bytes of an answer that is no file."""
WAIT = 75.0
"""Seconds for somebody else's token fetch, which may have died and be taken over."""
QRCODES = "https://mp.weixin.qq.com"
"""Serves the pictures of codes that the API has made."""
HEADERS = {
    "User-Agent": "baoxue",
    "Content-Type": "application/json",
    # An answer that is packed could unfold without end.
    "Accept-Encoding": "identity",
    # A connection that is kept open may be closed by the other side just when a message goes out, and
    # nobody would know whether it was taken. So each call has a connection of its own.
    "Connection": "close",
}
_HOSTS = (".qq.com", ".qpic.cn")

T = TypeVar("T")


class Fault(Exception):
    """The platform refused, or could not be asked. `unsure`: it may have done what was asked."""

    def __init__(self, code: str, unsure: bool = False) -> None:
        super().__init__(code)
        self.code, self.unsure = code, unsure

    @property
    def do(self) -> Do:
        """Give what follows from it."""
        return errcodes.meaning(self.code).do

    @property
    def text(self) -> str:
        """Say it in plain Chinese."""
        return errcodes.meaning(self.code).text


class Client:
    """One official account's API, as one thread uses it; the token is shared by all through the database."""

    def __init__(self, db: Database) -> None:
        house = db.settings
        self.db, self.appid, self._secret = db, house.wechat_appid, house.wechat_secret
        self._base = house.wechat_api.rstrip("/")
        self.skew: float | None = None
        """Seconds by which our clock is ahead of the platform's, as its last answer told."""
        # The stand-in of a demonstration or a test lies behind no proxy.
        self._local = urlsplit(self._base).hostname in ("127.0.0.1", "localhost")

    def send(self, openid: str, text: str) -> None:
        """Send a text to somebody whose window is open. Raises Fault."""
        self._post("/cgi-bin/message/custom/send",
                   {"touser": openid, "msgtype": "text", "text": {"content": text}})  # fmt: skip

    def set_menu(self, buttons: list[dict[str, Any]]) -> None:
        """Replace the account's menu. Raises Fault."""
        self._post("/cgi-bin/menu/create", {"button": buttons})

    def qrcode(self, scene: str) -> bytes:
        """Make a code that lasts and give its picture. Raises Fault."""
        asked = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        ticket = str(self._post("/cgi-bin/qrcode/create", asked).get("ticket", ""))
        host = QRCODES if self._base == TENCENT else self._base
        status, _, picture = self._ask(
            "GET", f"{host}/cgi-bin/showqrcode", media.CAP, params={"ticket": ticket}
        )
        if status != requests.codes.ok or not media.sniff(picture).startswith("image/"):
            raise Fault("http")
        return picture

    def fetch_media(self, media_id: str) -> bytes:
        """Give the bytes of a picture, recording or video. Raises Fault."""
        answer = self._with_token(
            lambda token: self._file("/cgi-bin/media/get", {"access_token": token, "media_id": media_id})
        )
        if isinstance(answer, bytes):
            return answer
        # Of a video the platform gives the address only, on one of its other hosts.
        where = str(answer.get("video_url", ""))
        if not self._trusted(where):
            raise Fault("http")
        status, _, data = self._ask("GET", where, media.CAP)
        if status != requests.codes.ok:
            raise Fault("http")
        return data

    def visitor(self, code: str) -> dict[str, Any]:
        """Tell whose code of a web sign-in it is; it is good once, for five minutes. Raises Fault."""
        asked = {
            "appid": self.appid,
            "secret": self._secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        status, _, said = self._ask("GET", f"{self._base}/sns/oauth2/access_token", ANSWER, params=asked)
        return _read(status, said)

    def token(self, bad: str = "") -> str:
        """Give the shared token; `bad` is one that the platform has just refused. Raises Fault.

        Whoever gets the lease fetches, everybody else waits for the row.
        """
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            if found := tokens.current_token(self.db, self.appid, bad):
                return found
            if ticket := tokens.lease(self.db, self.appid, bad):
                return self._renew(ticket, bad)
            time.sleep(0.05)
        raise Fault("token")

    def fetch_token(self, force: bool = False) -> tuple[str, int]:
        """Ask the platform for the token and its remaining seconds; forced, it makes a new one. Raises Fault."""
        if not (self.appid and self._secret):
            raise Fault("unset")
        asked = {"grant_type": "client_credential", "appid": self.appid, "secret": self._secret}
        try:
            answer = self._json("/cgi-bin/stable_token", {}, {**asked, "force_refresh": force})
        except Fault as fault:  # no message has gone out yet: there is nothing to be in doubt about
            raise Fault("connect" if fault.unsure else fault.code) from None
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not (isinstance(token, str) and token.isascii() and token and isinstance(seconds, int)):
            raise Fault("http")
        return token, seconds

    def _renew(self, ticket: str, bad: str) -> str:
        """Fetch the token for everybody; force a new one only where the platform still names the bad one."""
        try:
            token, seconds = self.fetch_token()
            if token == bad:
                token, seconds = self.fetch_token(force=True)
        except BaseException:
            tokens.release(self.db, self.appid, ticket)
            raise
        tokens.keep_token(self.db, self.appid, ticket, token, seconds)
        return token

    def _with_token(self, call: Callable[[str], T]) -> T:
        """Call with the token; where it is refused, with a new one, once."""
        token = self.token()
        try:
            return call(token)
        except Fault as fault:
            if fault.do is not Do.TOKEN:
                raise
        return call(self.token(bad=token))

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._with_token(lambda token: self._json(path, {"access_token": token}, body))

    def _json(self, path: str, params: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        # Chinese as itself: the platform shows \uXXXX in menus as it stands.
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        status, _, said = self._ask("POST", self._base + path, ANSWER, params=params, data=data)
        return _read(status, said)

    def _file(self, path: str, params: Mapping[str, str]) -> bytes | dict[str, Any]:
        """Get a file; faults and addresses of videos come as JSON, with HTTP 200 too."""
        status, kind, said = self._ask("GET", self._base + path, media.CAP, params=params)
        if status != requests.codes.ok or said[:1] == b"{" or kind.startswith(("text/", "application/json")):
            return _read(status, said)
        return said

    def _ask(self, method: str, url: str, cap: int, **more: Any) -> tuple[int, str, bytes]:
        """Send a request; give status, content type and body. Raises Fault."""
        until = time.monotonic() + PATIENCE * (3 if cap > ANSWER else 1)
        with requests.Session() as session:  # see HEADERS
            session.trust_env = not self._local
            try:
                # No redirects: they would carry the token to where nobody meant it.
                answer = session.request(method, url, headers=HEADERS, timeout=TIMEOUTS, stream=True,
                                         allow_redirects=False, **more)  # fmt: skip
            except requests.RequestException as error:
                raise (Fault("connect") if _never_sent(error) else Fault(UNSURE, unsure=True)) from None
            with answer:
                self._compare_clocks(answer.headers.get("Date", ""))
                said = _body(answer, cap, until)
            return answer.status_code, answer.headers.get("Content-Type", ""), said

    def _trusted(self, address: str) -> bool:
        """Tell whether an address that an answer names is one of the platform's."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        ours = parts.netloc == urlsplit(self._base).netloc or (parts.hostname or "").endswith(_HOSTS)
        return ours and parts.scheme in ("http", "https")

    def _compare_clocks(self, told: str) -> None:
        try:
            self.skew = time.time() - email.utils.parsedate_to_datetime(told).timestamp()
        except ValueError:
            self.skew = None


def _body(answer: requests.Response, cap: int, until: float) -> bytes:
    """Read an answer up to so many bytes and until a moment. Raises Fault."""
    data = bytearray()
    try:
        while piece := answer.raw.read1(65536):  # what has come: a trickle cannot hold us for long
            data += piece
            if len(data) > cap:
                raise Fault("size" if cap > ANSWER else "http")
            if time.monotonic() > until:
                raise Fault(UNSURE, unsure=True)
    except (HTTPError, OSError):
        raise Fault(UNSURE, unsure=True) from None
    return bytes(data)


def _read(status: int, said: bytes) -> dict[str, Any]:
    """Read a JSON answer. Raises Fault on an errcode, or on what is no answer of the platform."""
    try:
        answer = json.loads(said)
        code = int(answer.get("errcode", 0))
    except (ValueError, TypeError, AttributeError):
        # A gateway that gave up waiting does not know what became of it.
        raise Fault("http", unsure=status == requests.codes.gateway_timeout) from None
    if code:
        raise Fault(str(code))
    if status != requests.codes.ok:
        raise Fault("http")
    return dict(answer)


def _never_sent(error: requests.RequestException) -> bool:
    """Tell whether a request failed before anything of it could be acted on."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(
        error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    ) or (isinstance(reason, NewConnectionError | ConnectTimeoutError))
