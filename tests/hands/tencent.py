"""A stand-in for the platform's API, written from Tencent's documentation, whose faults can be switched on.

It keeps what it was asked and what reached whom; `fail` lets the next calls of a path go wrong.
"""

import json
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from intake.kinds import tables
from intake.settings import Settings
from intake.store.db import Database

SEND, TOKEN, MEDIA = "/cgi-bin/message/custom/send", "/cgi-bin/stable_token", "/cgi-bin/media/get"
SIGN_IN = "/sns/oauth2/access_token"
MENU, QRCODE, SHOW = "/cgi-bin/menu/create", "/cgi-bin/qrcode/create", "/cgi-bin/showqrcode"
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 200
HTML = b"<html><body>502 Bad Gateway</body></html>"

Answer = dict[str, Any] | bytes


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@dataclass
class Tencent:
    """One official account at the platform; a context manager that listens on a free port of 127.0.0.1.

    Faults of `fail`: an errcode; "html" and "500" (not processed); "hang" and "close" (processed, but
    no answer comes), "refuse" (closed before it is processed), "broken" (the answer ends too early),
    "slow" (it trickles without end), "chunked" (it trickles in chunks), "redirect".
    """

    appid: str = "wx0123456789abcdef"
    secret: str = "0123456789abcdef0123456789abcdef"
    expires_in: int = 7200
    limit: int = 5
    behind: float = 0.0
    """Seconds by which the platform's clock is behind ours."""
    delay: float = 0.0
    """Seconds that every call takes."""
    tokens: list[str] = field(default_factory=list)
    """All tokens ever given; only the last is valid."""
    fetches: list[bool] = field(default_factory=list)
    """Calls for a token; True for a forced one."""
    sent: list[tuple[str, str]] = field(default_factory=list)
    """What reached whom."""
    calls: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    menu: dict[str, Any] = field(default_factory=dict)
    scenes: dict[str, str] = field(default_factory=dict)
    files: dict[str, Answer] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """Codes of web sign-ins and whose they are; each is good once."""
    spent: set[str] = field(default_factory=set)
    virtual: set[str] = field(default_factory=set)
    """Made-up openids of people who look at a preview."""
    unfollowed: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    _faults: dict[str, list[str | int]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Tencent":
        """Begin to listen."""
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of whoever hangs, and stop."""
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Give the base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(self, path: str, *faults: str | int) -> None:
        """Let the next calls of a path go wrong, one after another."""
        self._faults[path] += faults

    def revoke(self) -> None:
        """Let the platform forget that its token is valid, while it still names it when asked."""
        self.revoked.update(self.tokens[-1:])

    def next_fault(self, path: str) -> str | int:
        """Give the fault of this call, or nothing."""
        with self._lock:
            self.calls.append(path)
            return self._faults[path].pop(0) if self._faults[path] else ""

    def wait(self, seconds: float) -> None:
        """Wait, or until the test is over."""
        self._over.wait(seconds)

    @property
    def over(self) -> bool:
        """Tell whether the test is over."""
        return self._over.is_set()

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Answer:
        """Do what a call asks and give its answer; bytes are a file."""
        with self._lock:
            self.bodies.append(body)
            if path == TOKEN:
                return self._token(json.loads(body))
            if path == SHOW:
                return JPEG if query.get("ticket") in self.scenes else b""
            if path == SIGN_IN:
                return self._sign_in(query)
            token = query.get("access_token", "")
            if token not in self.tokens:
                return _error(40001 if token else 41001)
            if token != self.tokens[-1] or token in self.revoked:
                return _error(42001)
            known: dict[str, Callable[[dict[str, Any]], Answer]] = {
                SEND: self._send, MENU: self._menu, QRCODE: self._qrcode,
            }  # fmt: skip
            if path == MEDIA:
                return self.files.get(query.get("media_id", ""), _error(40007))
            return known[path](json.loads(body))

    def _token(self, asked: dict[str, Any]) -> Answer:
        if asked.get("grant_type") != "client_credential" or asked.get("appid") != self.appid:
            return _error(40013)
        if asked.get("secret") != self.secret:
            return _error(40125)
        force = asked.get("force_refresh") is True
        self.fetches.append(force)
        if force or not self.tokens:
            self.tokens.append(secrets.token_urlsafe(150))
        return {"access_token": self.tokens[-1], "expires_in": self.expires_in}

    def _sign_in(self, asked: dict[str, str]) -> Answer:
        if asked.get("appid") != self.appid or asked.get("grant_type") != "authorization_code":
            return _error(40013)
        if asked.get("secret") != self.secret:
            return _error(40125)
        code = asked.get("code", "")
        if not code:
            return _error(41008)
        if code in self.spent:
            return _error(40163)
        if code not in self.codes:
            return _error(40029)
        self.spent.add(code)
        openid = self.codes[code]
        more = {"is_snapshotuser": 1} if openid in self.virtual else {}
        return {"access_token": secrets.token_urlsafe(60), "expires_in": 7200, "openid": openid,
                "refresh_token": secrets.token_urlsafe(60), "scope": "snsapi_base", **more}  # fmt: skip

    def _send(self, asked: dict[str, Any]) -> Answer:
        openid, content = asked["touser"], asked["text"]["content"]
        if asked["msgtype"] != "text" or not content:
            return _error(40008)
        if len(content.encode()) > 2048:
            return _error(45002)
        if openid in self.unfollowed:
            return _error(43004)
        if sum(one == openid for one, _ in self.sent) >= self.limit:
            return _error(45047)
        self.sent.append((openid, content))
        return {"errcode": 0, "errmsg": "ok"}

    def _menu(self, asked: dict[str, Any]) -> Answer:
        buttons = asked["button"]
        if not 1 <= len(buttons) <= 3:
            return _error(40016)
        for button in buttons:
            entries = button.get("sub_button", [])
            if len(button["name"]) > 4 or any(len(one["name"]) > 8 for one in entries):
                return _error(40018)
            if len(entries) > 5:
                return _error(40023)
            if any(one["type"] != "click" or len(one["key"].encode()) > 128 for one in entries or [button]):
                return _error(40019)
        self.menu = asked
        return {"errcode": 0, "errmsg": "ok"}

    def _qrcode(self, asked: dict[str, Any]) -> Answer:
        scene = asked["action_info"]["scene"]["scene_str"]
        if asked["action_name"] != "QR_LIMIT_STR_SCENE" or not 1 <= len(scene) <= 64:
            return _error(40053)
        ticket = "gQ" + secrets.token_urlsafe(40) + "=="
        self.scenes[ticket] = scene
        return {"ticket": ticket, "url": "http://weixin.qq.com/q/0"}


def _error(code: int) -> Answer:
    return {"errcode": code, "errmsg": "says why hint: [abc] rid: 65a"}


def _handler(house: Tencent) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._do(b"")

        def do_POST(self) -> None:
            self._do(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _do(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            fault = house.next_fault(parts.path)
            if house.delay:
                house.wait(house.delay)
            if isinstance(fault, int):
                return self._json(_error(fault))
            if fault in ("refuse", "html", "500", "504", "redirect"):
                return self._instead(fault)
            answer = house.answer(parts.path, query, body)
            if fault == "hang":
                house.wait(60)
            if fault in ("hang", "close"):
                self.close_connection = True
                return None
            if fault:
                return self._badly(fault)
            if isinstance(answer, bytes):
                return self._raw(200 if answer else 404, "image/jpeg" if answer else "text/html", answer)
            return self._json(answer)

        def _instead(self, fault: str) -> None:
            if fault == "refuse":
                self.close_connection = True
            elif fault == "redirect":
                self.send_response(302)
                self.send_header("Location", house.url + SEND)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._raw(200 if fault == "html" else int(fault), "text/html", HTML)

        def _badly(self, fault: str) -> None:
            """Begin an answer and never end it rightly."""
            chunked = fault == "chunked"
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", "100000")))
            self.end_headers()
            self.close_connection = True
            self.wfile.write(b"1\r\n{\r\n" if chunked else b'{"errcode"')
            while fault != "broken" and not house.over:
                house.wait(0.05)
                try:
                    self.wfile.write(b"1\r\n \r\n" if chunked else b" ")
                except OSError:
                    return

        def _json(self, answer: Answer) -> None:
            # The platform says text/plain as often as application/json.
            self._raw(200, "text/plain; charset=utf-8", json.dumps(answer).encode())

        def _raw(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(time.time() - house.behind)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def house(settings: Settings, platform: Tencent) -> Database:
    """Give a database of a house that is connected to a stand-in."""
    db = Database(
        replace(settings, wechat_api=platform.url, wechat_appid=platform.appid, wechat_secret=platform.secret)
    )
    tables.prepare(db)
    return db


def environ(platform: Tencent) -> dict[str, str]:
    return {
        "BAOXUE_WECHAT_API": platform.url,
        "BAOXUE_WECHAT_APPID": platform.appid,
        "BAOXUE_WECHAT_SECRET": platform.secret,
    }
