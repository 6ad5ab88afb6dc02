"""Whoever sends slowly, reads slowly or never hangs up holds up nobody: the platform's messages are answered meanwhile."""

from collections.abc import Iterator

import pytest

from tests.e2e.server import Server, fresh_server
from tests.hands.slow import Attack, Crowd, assert_messages_are_answered, open_files

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /forms/absence HTTP/1.1\r\nHost: 127.0.0.1\r\n" + FORM
ATTACKS = (
    Attack("bodies", 24, POST + b"Content-Length: 200000\r\n\r\nchild_name=", b"a"),
    Attack(
        "messages", 24, b"POST /wechat?timestamp=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n<xml>"
    ),
    Attack("chunks", 24, POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", b"a"),
    Attack("lines of chunks", 24, POST + b"Transfer-Encoding: chunked\r\n\r\n5;", b"a"),
    Attack("expecting", 24, POST + b"Expect: 100-continue\r\nContent-Length: 900\r\n\r\n"),
    Attack("heads", 60, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ", b"a"),
    Attack("idle", 200, b""),
    Attack("never hang up", 40, b"GET /healthz HTTP/1.0\r\n\r\n"),
    Attack("refused", 40, b"NONSENSE\r\n\r\n"),
    Attack(
        "unread bodies", 24, b"POST /nix HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\nabc", b"a"
    ),
    Attack(
        "half a body, unread", 24, b"POST /nix HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\nabc", b"a"
    ),
    Attack("more than there is room for", 2400, b""),
    Attack("more bodies than there is room for", 2400, POST + b"Content-Length: 200000\r\n\r\nchild_name="),
    Attack("readers", 24, b"GET /static/desk.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 600, buffer=2048),
)


@pytest.fixture(scope="module")
def house() -> Iterator[Server]:
    """Give a house that is attacked again and again."""
    open_files()
    with fresh_server() as (server, _):
        yield server


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_messages_are_answered_meanwhile(house: Server, attack: Attack) -> None:
    with Crowd(house.port, attack):
        assert_messages_are_answered(house.port)
    assert_messages_are_answered(house.port, 2)
