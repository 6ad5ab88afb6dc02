"""The platform's API, called against its stand-in: every answer is read, every wait ends, one token serves all."""

import logging
import multiprocessing
import secrets
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.wechat import tencent
from bot.wechat.tencent import Client, Fault
from intake.calendar import clock
from intake.messages import media, tokens
from intake.settings import Settings, load
from intake.store.db import Database
from tests.hands.tencent import JPEG, MEDIA, SEND, TOKEN, Tencent, house


@pytest.fixture
def platform() -> Iterator[Tencent]:
    with Tencent() as one:
        yield one


@pytest.fixture
def db(settings: Settings, platform: Tencent) -> Iterator[Database]:
    one = house(settings, platform)
    yield one
    one.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less."""
    monkeypatch.setattr(tencent, "TIMEOUTS", (0.5, 0.5))
    monkeypatch.setattr(tencent, "PATIENCE", 0.7)


def test_a_message_is_sent_as_the_platform_wants_it(db: Database, platform: Tencent) -> None:
    Client(db).send("oParent-1", "孩子的事有结果了：<a href='x'>看看</a> \ud800")
    assert platform.sent == [("oParent-1", "孩子的事有结果了：<a href='x'>看看</a> ?")]
    assert "孩子".encode() in platform.bodies[-1]  # not 孩


def test_the_token_is_fetched_once_and_kept_encrypted(db: Database, platform: Tencent) -> None:
    for _ in range(3):
        Client(db).send("oParent-1", "您好")
    assert platform.fetches == [False]
    row = db.one("SELECT * FROM tokens")
    assert row is not None
    assert platform.tokens[0] not in row["token"]
    assert db.keys.unlock(row["token"], "tokens.token", row["name"]) == platform.tokens[0]


def test_a_token_near_its_end_is_fetched_anew(db: Database, platform: Tencent) -> None:
    Client(db).token()
    with db.write():
        db.run("UPDATE tokens SET expires_at = ?", (clock.stamp(clock.now() - timedelta(seconds=1)),))
    Client(db).token()
    assert platform.fetches == [False, False]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_is_renewed_once(db: Database, platform: Tencent, code: int) -> None:
    client = Client(db)
    client.token()
    platform.fail(SEND, code)
    client.send("oParent-1", "您好")
    assert len(platform.sent) == 1
    assert platform.fetches == [False, False, True]  # the same token was named again, so a new one is forced
    assert tokens.current_token(db, platform.appid) == platform.tokens[-1]


def test_a_token_that_another_has_renewed_is_taken_from_the_row(db: Database, platform: Tencent) -> None:
    first = Client(db).token()
    with ThreadPoolExecutor(6) as pool:
        platform.delay = 0.1
        found = set(pool.map(lambda _: Client(db).token(bad=first), range(6)))
    assert found == {platform.tokens[-1]}
    assert platform.fetches == [False, False, True]


def test_a_token_refused_for_ever_ends_in_a_fault(db: Database, platform: Tencent) -> None:
    platform.fail(SEND, *[40001] * 10)
    with pytest.raises(Fault, match="40001"):
        Client(db).send("oParent-1", "您好")
    assert platform.calls.count(SEND) == 2
    assert platform.fetches.count(True) == 1


def test_a_wrong_secret_is_told_and_leaves_no_lease(db: Database, platform: Tencent) -> None:
    platform.secret = "another"
    for _ in range(2):
        with pytest.raises(Fault, match="40125"):
            Client(db).token()
    row = db.one("SELECT lease FROM tokens")
    assert row is not None
    assert row["lease"] == ""


def test_the_lease_of_a_fetcher_that_died_is_taken_over(db: Database, platform: Tencent) -> None:
    assert tokens.lease(db, platform.appid)
    assert not tokens.lease(db, platform.appid)
    with db.write():
        past = clock.stamp(clock.now() - timedelta(seconds=1))
        db.run("UPDATE tokens SET lease = ?", (f"{past} dead",))
    assert Client(db).token() == platform.tokens[0]


def test_a_ticket_that_was_taken_over_writes_nothing(db: Database, platform: Tencent) -> None:
    late = tokens.lease(db, platform.appid)
    with db.write():
        db.run("UPDATE tokens SET lease = '9999 another'")
    tokens.keep_token(db, platform.appid, late, "stale", 7200)
    tokens.release(db, platform.appid, late)
    row = db.one("SELECT token, lease FROM tokens")
    assert row is not None
    assert (row["token"], row["lease"]) == ("", "9999 another")


def _send_many(settings: Settings, name: str, start: "multiprocessing.synchronize.Barrier") -> None:
    db = Database(settings)
    start.wait()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda n: Client(db).send(f"{name}-{n}", "您好"), range(20)))


@pytest.mark.processes
def test_four_processes_with_many_sends_fetch_one_token(db: Database, platform: Tencent) -> None:
    platform.delay = 0.02
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(4, timeout=60)
    children = [spawn.Process(target=_send_many, args=(db.settings, f"o{n}", start)) for n in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 4
    assert len(set(platform.sent)) == len(platform.sent) == 80
    assert platform.fetches == [False]


FAULTS = {
    # fault: code, may it have been delivered?
    -1: ("-1", False),
    45009: ("45009", False),
    45015: ("45015", False),
    45047: ("45047", False),
    99999: ("99999", False),
    "html": ("http", False),
    "500": ("http", False),
    "redirect": ("http", False),
    "504": ("http", True),
    "hang": ("unsure", True),
    "close": ("unsure", True),
    "refuse": ("unsure", True),  # nobody can tell it from "close"
    "broken": ("unsure", True),
    "slow": ("unsure", True),
    "chunked": ("unsure", True),
}


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("fault", "expected"), FAULTS.items(), ids=map(str, FAULTS))
def test_every_fault_is_told_by_its_code(
    db: Database, platform: Tencent, fault: str | int, expected: tuple[str, bool]
) -> None:
    platform.fail(SEND, fault)
    with pytest.raises(Fault) as found:
        Client(db).send("oParent-1", "您好")
    assert (found.value.code, found.value.unsure) == expected
    assert platform.calls.count(SEND) == 1  # a redirect is not followed, nothing is tried again from here
    assert found.value.text


def test_nobody_there_means_certainly_not_sent(db: Database, platform: Tencent) -> None:
    client = Client(db)
    client.token()
    platform.__exit__(None, None, None)
    with pytest.raises(Fault) as found:
        client.send("oParent-1", "您好")
    assert (found.value.code, found.value.unsure) == ("connect", False)


def test_without_credentials_nothing_is_called(settings: Settings, platform: Tencent) -> None:
    db = house(replace(settings, wechat_secret=""), platform)
    bare = Database(replace(db.settings, wechat_secret=""))
    with pytest.raises(Fault, match="unset"):
        Client(bare).send("oParent-1", "您好")
    assert platform.calls == []


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fault", FAULTS, ids=map(str, FAULTS))
def test_no_token_secret_openid_or_text_in_logs_and_exceptions(
    db: Database, platform: Tencent, fault: str | int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    openid, text = (secrets.token_hex(12) for _ in range(2))  # the test's own lines are in a traceback
    platform.fail(SEND, fault)
    with pytest.raises(Fault) as found:
        Client(db).send(openid, text)
    told = caplog.text + "".join(traceback.format_exception(found.value))
    for secret in (platform.tokens[0], platform.secret, openid, text):
        assert secret not in told


# -- files


def test_a_file_is_fetched_whole(db: Database, platform: Tencent) -> None:
    platform.files["m1"] = JPEG
    assert Client(db).fetch_media("m1") == JPEG


def test_a_fault_of_a_file_comes_as_json_with_http_200(db: Database, platform: Tencent) -> None:
    with pytest.raises(Fault, match="40007"):
        Client(db).fetch_media("gone")


def test_a_video_is_fetched_from_the_address_that_is_told(db: Database, platform: Tencent) -> None:
    platform.files["v"] = {"video_url": f"{platform.url}/cgi-bin/showqrcode?ticket=t"}
    platform.scenes["t"] = "the picture stands for a video"
    assert Client(db).fetch_media("v") == JPEG


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:1/x", "http://qq.com.example/x", "//qq.com", "", "http://["],
)
def test_a_video_is_not_fetched_from_elsewhere(db: Database, platform: Tencent, address: str) -> None:
    platform.files["v"] = {"video_url": address}
    with pytest.raises(Fault, match="http"):
        Client(db).fetch_media("v")


def test_a_huge_file_is_not_taken(db: Database, platform: Tencent) -> None:
    platform.files["m1"] = JPEG[:10] + bytes(media.CAP)
    with pytest.raises(Fault, match="size"):
        Client(db).fetch_media("m1")


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fault", ["hang", "broken", "html", "500", "close"])
def test_a_file_that_does_not_come_whole_is_a_fault(db: Database, platform: Tencent, fault: str) -> None:
    platform.files["m1"] = JPEG
    platform.fail(MEDIA, fault)
    with pytest.raises(Fault):
        Client(db).fetch_media("m1")


# -- settings


def test_where_the_platform_is(tmp_path: Path) -> None:
    data = {"DATA": tmp_path}
    assert load(data, {}).wechat_api == "https://api.weixin.qq.com"
    demo = {**data, "MODE": "demo", "PORT": "8123"}
    assert load(demo, {}).wechat_api == "http://127.0.0.1:8123/simulator/api"
    assert load({**demo, "WECHAT_API": "https://proxy/wx"}, {}).wechat_api == "https://proxy/wx"


def test_a_token_answer_that_is_none_is_refused(db: Database, platform: Tencent) -> None:
    platform.fail(TOKEN, "html")
    with pytest.raises(Fault, match="http"):
        Client(db).token()
    assert Client(db).token() == platform.tokens[0]
