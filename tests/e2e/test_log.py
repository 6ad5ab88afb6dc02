"""Strangers write what they like into a request. None of it comes into the log, and no answer says by what it was made."""

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from tests.e2e.server import HOST, Server, app_server, baoxue
from tests.hands.slow import connect

MARKS = ("王小明标记", "13800007777", "220605201501017777", "marked-secret", "\x1b[31m")
"""A child, a telephone, an identity number, a secret, and what would colour the screen of who reads the log."""
ODD = (
    b"GET /%s HTTP/1.1\r\nHost : a\r\n\r\n",
    b"GET /%s HTTP/7.7\r\n\r\n",
    b"%s / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /api/v1/reports/absence HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: %s\r\n\r\n",
    b"POST /api/v1/reports/absence HTTP/1.1\r\nHost: a\r\nContent-Length: %s\r\n\r\n",
    b"POST /api/v1/reports/absence HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nExpect: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: %s\r\n\r\n",
    b"GET http://%s/ HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /%%00%%0a%%1b%s HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /x HTTP/1.1\r\nHost: a\r\nCookie: baoxue=%s; baoxue-device=%s\r\n\r\n",
)


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a house that limits what an address sends, as in production."""
    data = tmp_path_factory.mktemp("exposed") / "data"
    baoxue(data, "init")
    with app_server(data, BAOXUE_RATE_LIMIT="on") as server:
        yield server


def sendings(app: Flask) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
    """Yield requests to every address, with marks in path, query, headers and body."""
    marks = [quote(one, safe="") for one in MARKS]
    forms = {
        "application/x-www-form-urlencoded": "&".join(f"{name}={marks[0]}" for name in FIELDS).encode(),
        "application/json": json.dumps(dict.fromkeys(FIELDS, MARKS[0]), ensure_ascii=False).encode(),
        "text/xml": f"<xml><FromUserName>{MARKS[1]}</FromUserName></xml>".encode(),
        "multipart/form-data; boundary=b": f'--b\r\nContent-Disposition: form-data; name="{MARKS[0]}'.encode(),
    }
    for number, rule in enumerate(sorted({one.rule for one in app.url_map.iter_rules()})):
        path = re.sub(r"<int:\w+>", "7", rule)
        path = re.sub(r"<(\w+:)?\w+>", marks[number % 5].replace("\\", ""), path)
        path += f"?token={marks[3]}&q={marks[0]}&receipt={marks[2]}"
        headers = {
            "Authorization": f"Bearer {MARKS[3]}", "Idempotency-Key": MARKS[1] * 3, "Referer": f"http://x/{marks[0]}",
            "User-Agent": MARKS[3], "Cookie": f"baoxue={MARKS[3]}", "X-Forwarded-For": MARKS[3],
        }  # fmt: skip
        yield "GET", path, headers, b""
        kinds = sorted(forms)
        yield "POST", path, {**headers, "Content-Type": kinds[number % 4]}, forms[kinds[number % 4]]


FIELDS = ("child_name", "phone", "login", "password", "receipt", "last_four", "code", "pin", "id_number", "q")


def test_no_word_of_a_request_comes_into_the_log(exposed: Server, app: Flask) -> None:
    asked = 0
    line = http.client.HTTPConnection(HOST, exposed.port, timeout=60)
    for method, path, headers, body in sendings(app):
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.read()
        assert "server" not in {name.lower() for name, _ in answer.getheaders()}, path
        asked += 1
    line.close()
    assert asked > 200
    for odd in ODD:
        for mark in MARKS:
            with connect(exposed.port) as raw:
                raw.sendall(odd.replace(b"%s", mark.encode()).replace(b"%%", b"%"))
                said = raw.recv(65536)
            assert b"erver:" not in said
            assert b"unicorn" not in said
    log = Path(exposed.log).read_text("utf-8", "replace")
    assert "refused a request: " in log  # what can be said is said
    for mark in MARKS:
        for spelt in (
            mark,
            quote(mark),
            repr(mark)[1:-1],
            mark.encode().decode("latin-1"),
            repr(mark.encode())[2:-1],
        ):
            assert spelt not in log, spelt
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", log)
    assert "Traceback" not in log


@pytest.mark.parametrize(
    "chunk", [b"-1\r\n", b"0x5\r\nabcde\r\n", b"5\nabcde\r\n", b"5\r\nabcdefg\r\n", b"\r\n"]
)
@pytest.mark.parametrize("path", ["/wechat", "/forms/absence", "/api/v1/reports/absence", "/desk/sign-in"])
def test_a_body_whose_chunks_are_none_is_no_fault_of_the_house(
    exposed: Server, path: str, chunk: bytes
) -> None:
    """Whoever sends it is told so; a stranger fills no log with faults, and nothing behind it is taken for a request."""
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    before = Path(exposed.log).read_text("utf-8", "replace").count("fault")
    with connect(exposed.port) as raw:
        raw.sendall(head.encode() + chunk + b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        said = b""
        with suppress(ConnectionResetError):
            while piece := raw.recv(65536):
                said += piece
    assert said.split()[1] in (b"400", b"401", b"403"), said[:300]
    assert b"HTTP/1.1 200" not in said
    assert Path(exposed.log).read_text("utf-8", "replace").count("fault") == before
