"""Slow clients for half a minute, all side by side: who is honest is waited for, who is not is given up, and leaves nothing."""

import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.e2e.server import HOST, Server, fresh_server
from tests.hands.samples import sample
from tests.hands.slow import (
    Attack,
    Crowd,
    assert_messages_are_answered,
    connect,
    open_files,
)

POST = b"POST /forms/photo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
RATE = 40_000
"""Bytes a second of a phone at the edge of its network."""
GRACE = 15.0
"""Seconds in which all is stopped: 10 that gunicorn gives its processes, and what those take for their own end."""
GETS = b"GET /static/desk.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 600


@pytest.fixture(scope="module")
def house() -> Iterator[Server]:
    """Give a house; the last test stops it."""
    open_files()
    with fresh_server() as (server, _):
        yield server


def proven(house: Server) -> requests.Session:
    """Report, and prove it as a parent does who wants to send a picture."""
    home, browser, body = f"http://{HOST}:{house.port}", requests.Session(), sample("subsidy", 1)
    browser.trust_env = False
    made = browser.post(f"{home}/api/v1/reports/subsidy", json=body, headers={"Idempotency-Key": "slow"})
    page = browser.get(f"{home}/forms/status").text
    token = re.search('name="csrf_token" value="([^"]+)"', page)
    assert token
    proof = {"last_four": str(body["phone"])[-4:], "child_name": str(body["child_name"])}
    typed = {"receipt": made.json()["receipt"], "csrf_token": token[1], **proof}
    assert browser.post(f"{home}/forms/status", data=typed).status_code == 200
    return browser


def send_photo(house: Server, browser: requests.Session) -> int:
    """Send a picture of a megabyte at the rate of a bad line; give the code of the answer."""
    photo = BytesIO()
    Image.frombytes("RGB", (580, 580), os.urandom(580 * 580 * 3)).save(photo, "PNG")
    part = b"--b\r\nContent-Disposition: form-data; name=photo; filename=a.png\r\n\r\n"
    body = part + photo.getvalue() + b"\r\n--b--\r\n"
    cookies = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    head = POST + f"Cookie: {cookies}\r\nIdempotency-Key: photo-{0:024}\r\n".encode()
    assert 1_000_000 < len(body) < 1_100_000
    with connect(house.port) as phone:
        phone.settimeout(60)
        phone.sendall(head + f"Content-Length: {len(body)}\r\n\r\n".encode())
        for at in range(0, len(body), RATE // 4):
            phone.sendall(body[at : at + RATE // 4])
            time.sleep(0.25)
        return int(phone.recv(4096).split()[1])


def held_until_gone(house: Server, attack: Attack, most: float) -> str:
    """Hold an attack, and give the first answer to it once the server has given up all of it."""
    with Crowd(house.port, attack) as crowd:
        deadline = time.monotonic() + most
        while crowd.left():
            assert time.monotonic() < deadline, f"{crowd.left()} of {attack.name} are still there"
            time.sleep(0.5)
    return attack.name


def files(house: Server) -> list[str]:
    """Give the files without a name that the server's processes have open, but for gunicorn's heartbeats."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"PORT={house.port}".encode() not in (process / "environ").read_bytes().split(b"\0"):
                continue
            found += [os.readlink(one) for one in (process / "fd").iterdir()]
    return [one for one in found if one.endswith("(deleted)") and house.env["BAOXUE_DATA"] in one]


def test_who_is_honest_is_waited_for_and_who_is_not_is_given_up(house: Server) -> None:
    form = POST + b"Content-Length: 900000\r\n\r\n"
    given_up = {
        Attack("idle", 24, b""): 20,
        Attack("a head by drips", 24, b"GET / HTTP/1.1\r\nX-A: ", b"a"): 20,
        Attack("a body by drips", 24, form, b"a"): 40,
        Attack("a chunk by drips", 24, POST + b"Transfer-Encoding: chunked\r\n\r\n5;", b"a"): 40,
        Attack("much at once, then nothing", 24, form + b"a" * 400_000): 40,
        Attack("never hang up", 24, b"GET / HTTP/1.0\r\n\r\n"): 20,
    }
    browser = proven(house)
    with ThreadPoolExecutor(len(given_up) + 1) as pool:
        photo = pool.submit(send_photo, house, browser)
        held = [pool.submit(held_until_gone, house, *one) for one in given_up.items()]
        with Crowd(house.port, Attack("readers", 24, GETS, buffer=2048)):
            began = time.monotonic()
            while time.monotonic() - began < 25:
                assert_messages_are_answered(house.port, 4)
                time.sleep(2)
            assert files(house)
        assert [one.result() for one in held] == [attack.name for attack in given_up]
    assert photo.result() == 201
    assert_messages_are_answered(house.port)
    assert not files(house)


def test_a_house_that_is_told_to_stop_says_so_to_who_is_sending_and_stops(house: Server) -> None:
    with ExitStack() as stack:
        sending, *_ = [
            stack.enter_context(Crowd(house.port, attack))
            for attack in (
                Attack("bodies", 24, POST + b"Content-Length: 900000\r\n\r\na", b"a"),
                Attack("heads", 24, b"GET / HTTP/1.1\r\nX-A: ", b"a"),
                Attack("readers", 24, GETS, buffer=2048),
                Attack("idle", 24, b""),
            )
        ]
        assert_messages_are_answered(house.port)
        began = time.monotonic()
        house.stop()
        assert time.monotonic() - began < GRACE
        said = {client.recv(4096).split(b"\r\n")[0] for client in sending.clients}
    assert said == {b"HTTP/1.1 503 Service Unavailable"}
