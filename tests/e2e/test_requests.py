"""Requests as they come over a wire: in pieces, several at once, odd and wrong ones, each read as gunicorn reads it."""

import hashlib
import json
import random
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.__main__ import gunicorn_command
from tests.e2e.server import Server, environment, free_port
from tests.hands.slow import connect

HOST = b"Host: a\r\n"
CLOSE = b"Connection: close\r\n"


@dataclass
class Answer:
    """One answer: code, head and body."""

    code: int
    head: bytes
    body: bytes

    @property
    def told(self) -> dict[str, object]:
        """Give what the application was sent."""
        found: dict[str, object] = json.loads(self.body)
        return found


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server that tells what it was sent, with the options of the product."""
    folder, port = tmp_path_factory.mktemp("echo"), free_port()
    env = environment(folder, port)
    command = [*gunicorn_command(port, env)[:-1], "tests.hands.echo:app"]
    with Server(command, env, port, folder / "log", "/readyz") as server:
        yield server


def answers(line: socket.socket) -> list[Answer]:
    """Read to the end; 100 counts as an answer."""
    heard = b""
    with suppress(ConnectionResetError):
        while piece := line.recv(65536):
            heard += piece
    found = []
    while heard:
        head, _, heard = heard.partition(b"\r\n\r\n")
        size = next((int(one[15:]) for one in head.split(b"\r\n") if one.startswith(b"Content-Length:")), 0)
        found.append(Answer(int(head.split()[1]), head, heard[:size]))
        heard = heard[size:]
    return found


def next_answer(line: socket.socket) -> Answer:
    """Read one answer of the application, which ends with a brace."""
    heard = b""
    while b"}" not in heard:
        piece = line.recv(65536)
        assert piece
        heard += piece
    head, _, body = heard.partition(b"\r\n\r\n")
    return Answer(int(head.split()[1]), head, body)


def talk(server: Server, *pieces: bytes, pause: float = 0.0) -> list[Answer]:
    """Send pieces one after the other, and read all that is answered."""
    with connect(server.port) as line:
        for piece in pieces:
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(piece)
            time.sleep(pause)
        return answers(line)


def post(path: bytes, body: bytes, more: bytes = b"") -> bytes:
    return b"POST %s HTTP/1.1\r\n%s%sContent-Length: %d\r\n\r\n%s" % (path, HOST, more, len(body), body)


def chunked(path: bytes, *chunks: bytes, more: bytes = b"", after: bytes = b"") -> bytes:
    body = b"".join(b"%x;part=yes\r\n%s\r\n" % (len(one), one) for one in chunks)
    head = b"POST %s HTTP/1.1\r\n%s%sTransfer-Encoding: chunked\r\n\r\n" % (path, HOST, more)
    return head + body + b"0\r\n" + after + b"\r\n"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def get(path: bytes = b"/", more: bytes = b"") -> bytes:
    return b"GET %s HTTP/1.1\r\n%s%s\r\n" % (path, HOST, more)


@pytest.mark.parametrize(
    "request_", [post(b"/a", b"a\r\n\r\nb", CLOSE), chunked(b"/a", b"a\r\n0", b"\r", more=CLOSE)]
)
def test_a_request_byte_by_byte(echo: Server, request_: bytes) -> None:
    sent = b"a\r\n0\r" if b"chunked" in request_ else b"a\r\n\r\nb"
    (answer,) = talk(echo, *(bytes([one]) for one in request_), pause=0.001)
    assert (answer.code, answer.told["path"], answer.told["sha"]) == (200, "/a", sha(sent))


def test_many_requests_at_once(echo: Server) -> None:
    large = random.Random(1).randbytes(300_000)
    sent = [get(b"/1"), post(b"/2", b"two"), chunked(b"/3", b"thr", b"ee", after=b"X-After: 1\r\n"), get(b"/4"),
            post(b"/5", large), post(b"/unread", b"six" * 1000), get(b"/7", CLOSE)]  # fmt: skip
    found = talk(echo, b"".join(sent))
    assert [one.told["path"] for one in found] == ["/1", "/2", "/3", "/4", "/5", "/unread", "/7"]
    assert [one.told["size"] for one in found] == [0, 3, 5, 0, 300_000, 0, 0]
    assert found[4].told["sha"] == sha(large)
    whole = b"".join(sent)
    cuts = sorted(random.Random(2).sample(range(len(whole)), 20))
    pieces = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert [one.body for one in talk(echo, *pieces, pause=0.01)] == [one.body for one in found]


def test_a_connection_is_kept_and_closed_as_was_said(echo: Server) -> None:
    with connect(echo.port) as line:
        for number in range(20):
            line.sendall(post(b"/%d" % number, b"a" * number))
            answer = next_answer(line)
            assert b"Connection: keep-alive" in answer.head
            assert answer.told["size"] == number
        line.sendall(get(b"/", CLOSE))
        (last,) = answers(line)
    assert b"Connection: close" in last.head
    (old,) = talk(echo, b"GET / HTTP/1.0\r\n\r\n")
    assert b"Connection: close" in old.head


def test_bodies_of_all_sizes_side_by_side(echo: Server) -> None:
    def same(seed: int) -> bool:
        dice = random.Random(seed)
        with connect(echo.port) as line:
            for _ in range(6):
                body = dice.randbytes(dice.randrange(2, 400_000))
                line.sendall(post(b"/", body) if dice.random() < 0.5 else chunked(b"/", body[:1], body[1:]))
                if next_answer(line).told["sha"] != sha(body):
                    return False
        return True

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(same, range(32)))


def test_who_waits_for_100_is_told_at_once_and_once(echo: Server) -> None:
    ask = b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    with connect(echo.port) as line:
        line.sendall(ask)
        assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(b"abc")
        (answer,) = answers(line)
    assert (answer.code, answer.told["size"]) == (200, 3)
    (answer,) = talk(echo, ask + b"abc")
    assert (answer.code, answer.told["size"]) == (200, 3)
    large = ask.replace(b": 3", b": 99999999")
    (answer,) = talk(echo, large.replace(b"/", b"/unread", 1))
    assert answer.code == 200


def test_half_closed_clients_get_their_answer(echo: Server) -> None:
    with connect(echo.port) as line:
        line.sendall(post(b"/half", b"abc"))
        line.shutdown(socket.SHUT_WR)
        (answer,) = answers(line)
    assert answer.told["size"] == 3
    with connect(echo.port) as line:
        line.sendall(post(b"/half", b"abc")[:-1])
        line.shutdown(socket.SHUT_WR)
        assert answers(line) == []


def test_what_is_too_large_to_wait_for_is_answered_all_the_same(echo: Server) -> None:
    head = b"POST /unread HTTP/1.1\r\n" + HOST + b"Content-Length: 104857600\r\n\r\n"
    with connect(echo.port) as line:
        line.sendall(head)
        with suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(400):
                line.sendall(b"a" * 262_144)
        (answer,) = answers(line)
    assert answer.code == 200


def test_a_large_answer_comes_whole_to_who_reads_slowly(echo: Server) -> None:
    with connect(echo.port, buffer=4096) as line:
        line.sendall(get(b"/large") + get(b"/after", CLOSE))
        time.sleep(1)
        large, after = answers(line)
    assert large.body == b"x" * 4_000_000
    assert after.told["path"] == "/after"


MALFORMED = (
    (b"NONSENSE\r\n\r\n", 400),
    (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/9.9\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nX: \x01\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
    (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na", 400),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: bzip\r\n\r\n", 501),
    (b"POST / HTTP/1.1\r\nExpect: money\r\n\r\n", 417),
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\n" + b"X: 13800001111\r\n" * 9000, 431),
    (b"GET /fault HTTP/1.1\r\n\r\n", 500),
    (chunked(b"/", b"a").replace(b"1;", b"z;"), 400),
    (chunked(b"/", b"a").replace(b"a\r\n0", b"abc0"), 400),
)


@pytest.mark.parametrize(("request_", "code"), MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_no_request_is_refused_in_our_own_words(echo: Server, request_: bytes, code: int) -> None:
    sent = request_.replace(b"X: a\r\n", b"X: 13800001111\r\n")
    (answer,) = talk(echo, sent)
    assert answer.code == code
    assert b"13800001111" not in answer.head + answer.body
    assert not any(
        word in (answer.head + answer.body).lower() for word in (b"gunicorn", b"server:", b"python")
    )


def test_the_log_holds_no_word_of_a_stranger(echo: Server) -> None:
    for name in (b"13800001111", b"%E7%8E%8B%E5%B0%8F%E6%98%8E", b"\x1b[31mred"):
        talk(echo, b"GET /" + name + b" NONSENSE\r\n\r\n")
        talk(echo, b"GET / HTTP/1.1\r\n" + name + b" : a\r\n\r\n")
        talk(echo, b"GET /fault?" + name + b" HTTP/1.1\r\n\r\n")
    log = echo.log.read_text("utf-8", "replace")
    assert "InvalidHTTPVersion" in log or "InvalidRequestLine" in log
    assert "RuntimeError at " in log
    for word in ("13800001111", "%E7", "\x1b", "red", "nothing more", "\\xe7"):
        assert word not in log


def test_nothing_is_left_lying_in_the_data(echo: Server) -> None:
    talk(echo, post(b"/", b"a" * 900_000, CLOSE))
    folder = Path(echo.env["BAOXUE_DATA"])
    assert sorted(one.name for one in folder.iterdir()) == ["log"]
