"""A request is whole with its last byte, not one earlier and not one later, however it comes in pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.house.patient.arrival import ASKED, BODY, HEAD, LARGEST, LINE, Arrival, arrival

CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
WHOLE = (
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab\r\n\r",
    b"POST / HTTP/1.1\r\nHost: a\r\nCONTENT-LENGTH:12  \r\nX: y\r\n\r\n\n\n\r\n\r\n\n\n\r\n\r\n",
    b"POST / HTTP/1.1\r\nX-Content-Length: 900\r\nContent-Length:\t3\r\n\r\nabc",
    b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    CHUNKED + b"0\r\n\r\n",
    CHUNKED + b"5\r\nabcde\r\n0\r\n\r\n",
    CHUNKED + b'5\r\n0\r\n\r\n\r\n1;a=b\r\nx\r\n00a ; c="d"\r\n0123456789\r\n0\r\nX-After: 1\r\nY: 2\r\n\r\n',
    CHUNKED.replace(b"chunked", b"Chunked") + b"400\r\n" + b"0\r\n\r\n" * 204 + b"zzzz" + b"\r\n000\r\n\r\n",
    # What gunicorn refuses as soon as it has read so far:
    b"GET / HTTP/1.1\nHost: a\n\n",
    b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: five\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: \r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\n",
    CHUNKED + b"5\n",
    CHUNKED + b"-5\r\n",
    CHUNKED + b"0x5\r\n",
    CHUNKED + b"1_0\r\n",
    CHUNKED + b"\r\n",
    CHUNKED + b"0\r\nX: 1\n",
    # And what the house takes nowhere:
    b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (LARGEST + 1),
    b"POST / HTTP/1.1\r\nContent-Length: %s\r\n\r\n" % (b"9" * 4000),
    CHUNKED + b"%x\r\n" % (LARGEST + 1),
    CHUNKED + b"f" * 4000 + b"\r\n",
)


def begun() -> Arrival:
    """Give a walk that waits for its first piece."""
    walk = arrival()
    assert next(walk) == HEAD
    return walk


def ends(walk: Arrival, piece: bytes) -> bool:
    try:
        walk.send(piece)
    except StopIteration:
        return True
    return False


@given(st.sampled_from(WHOLE), st.data())
def test_a_request_is_whole_with_its_last_byte(whole: bytes, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(1, len(whole) - 1), max_size=12, unique=True).map(sorted))
    pieces = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    walk = begun()
    assert [ends(walk, piece) for piece in pieces] == [False] * len(cuts) + [True]


@pytest.mark.parametrize("whole", WHOLE, ids=range(len(WHOLE)))
def test_byte_by_byte(whole: bytes) -> None:
    walk = begun()
    assert [ends(walk, bytes([one])) for one in whole] == [False] * (len(whole) - 1) + [True]


@given(st.sampled_from(WHOLE), st.binary(max_size=40))
def test_what_is_sent_along_changes_nothing(whole: bytes, more: bytes) -> None:
    assert ends(begun(), whole + more)


@given(st.binary(max_size=200), st.data())
def test_no_bytes_are_a_fault(noise: bytes, data: st.DataObject) -> None:
    walk = begun()
    head = data.draw(
        st.sampled_from([b"", CHUNKED, CHUNKED + b"5\r\n", b"POST / HTTP/1.1\r\nContent-Length: "])
    )
    for piece in (head, noise, b"\r\n\r\n", noise):
        if ends(walk, piece):
            return


def test_what_is_waited_for_is_said() -> None:
    walk, head = begun(), b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n"
    assert walk.send(head) == HEAD
    assert walk.send(b"\r\n") == ASKED
    assert walk.send(b"a") == BODY
    assert begun().send(head + b"\r\na") == BODY
    assert begun().send(head.replace(b"1.1", b"1.0") + b"\r\n") == BODY
    assert begun().send(CHUNKED[:-2] + b"Expect: 100-continue\r\n\r\n") == ASKED
    assert begun().send(CHUNKED) == BODY


def test_what_never_ends_is_handed_over() -> None:
    """Gunicorn has limits of its own for it, and refuses."""
    lines, follows, many = begun(), begun(), begun()
    assert not ends(lines, CHUNKED + b"5;" + b"a" * (LINE - 2))
    assert ends(lines, b"a")
    assert not ends(follows, CHUNKED + b"0\r\n" + b"X: 1\r\n" * 2)
    assert ends(follows, b"X: 1\r\n" * LINE)
    assert not ends(many, CHUNKED + b"10000\r\n")
    assert [ends(many, b"a" * 65536 + b"\r\n10000\r\n") for _ in range(256)].index(True) == 255
