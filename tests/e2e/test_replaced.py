"""Files that are moved, removed or written over under a running house: it says so, and acknowledges nothing more."""

import http.client
import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.server import BIN, HOST, WECHAT, Server, baoxue, environment, free_port
from tests.hands.samples import sample

SENTENCE = "数据库文件被换掉了，请重启"


def ask(port: int, method: str, path: str, body: str = "", **head: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection(HOST, port, timeout=20)) as connection:
        connection.request(
            method, path, body.encode(), {key.replace("_", "-"): value for key, value in head.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def report(port: int, number: int) -> tuple[int, str]:
    body = json.dumps(sample("absence", number), ensure_ascii=False)
    return ask(port, "POST", "/api/v1/reports/absence", body, Content_Type="application/json",
               Idempotency_Key=f"replaced-{number}")  # fmt: skip


def shell(*words: str | Path) -> None:
    subprocess.run(words, check=True)


def moved(data: Path, old: Path) -> None:
    shell("mv", data / "baoxue.db", data / "away.db")


def another_in_its_place(data: Path, old: Path) -> None:
    shell("cp", old, data / "other.db")
    shell("mv", data / "other.db", data / "baoxue.db")


def removed(data: Path, old: Path) -> None:
    shell("rm", data / "baoxue.db")


def written_over(data: Path, old: Path) -> None:
    shell("cp", old, data / "baoxue.db")


def written_over_by_itself(data: Path, old: Path) -> None:
    shell("cp", data / "baoxue.db", data / "copy.db")
    shell("cp", data / "copy.db", data / "baoxue.db")


def emptied(data: Path, old: Path) -> None:
    (data / "baoxue.db").open("wb").close()


def log_removed(data: Path, old: Path) -> None:
    shell("rm", data / "baoxue.db-wal")


def index_removed(data: Path, old: Path) -> None:
    shell("rm", data / "baoxue.db-shm")


def restored_by_hand(data: Path, old: Path) -> None:
    for name in ("baoxue.db", "baoxue.db-wal", "baoxue.db-shm"):
        (data / name).unlink()
    shell("cp", old, data / "baoxue.db")


WAYS = (moved, another_in_its_place, removed, written_over, written_over_by_itself, emptied, log_removed,
        index_removed, restored_by_hand)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_acknowledged_into_a_file_that_is_gone(
    tmp_path: Path, way: Callable[[Path, Path], None]
) -> None:
    data = tmp_path / "data"
    baoxue(data, "init")
    port = free_port()
    old = tmp_path / "old.db"
    log = tmp_path / "log"
    with Server([BIN / "baoxue", "up"], environment(data, port), port, log, "/readyz") as house:
        for number in range(4):
            assert report(port, number)[0] == 201
        time.sleep(1)  # the worker brings the log into the file
        shutil.copy(data / "baoxue.db", old)
        kept = [json.loads(report(port, number)[1])["receipt"] for number in range(4, 12)]
        time.sleep(1)  # while the log is brought in nobody judges (Watch.bringing)
        way(data, old)
        answers = [report(port, number) for number in range(12, 24)]
        assert {status for status, _ in answers} == {503}
        assert all(SENTENCE in said for _, said in answers)
        again = [
            report(port, number) for number in range(4, 12)
        ]  # not even what is in the file that was opened
        assert {status for status, _ in again} == {503}
        time.sleep(1.1)
        status, said = ask(port, "GET", "/forms/absence")
        assert (status, SENTENCE in said) == (503, True)
        status, said = ask(port, "GET", "/readyz")
        assert (status, json.loads(said)["faults"]) == (503, [SENTENCE])
        post = WECHAT.safe(WECHAT.text("oReplaced000000000000000001", "菜单"))
        assert ask(port, "POST", f"/wechat?{post.query_string}", post.body.decode())[0] == 503
        assert ask(port, "GET", "/healthz")[0] == 200
        assert "is not the file that was opened" in house.tail()
        assert "Traceback" not in house.tail()
    if way is moved:  # back it goes, to its log, and nothing is missing
        shell("mv", data / "away.db", data / "baoxue.db")
        with closing(sqlite3.connect(data / "baoxue.db")) as raw:
            there = {row[0] for row in raw.execute("SELECT receipt FROM reports")}
        assert there >= set(kept)


def test_a_house_goes_on_once_it_is_started_anew(tmp_path: Path) -> None:
    data = tmp_path / "data"
    baoxue(data, "init")
    port = free_port()
    with Server([BIN / "baoxue", "up"], environment(data, port), port, tmp_path / "log", "/readyz") as house:
        assert report(port, 1)[0] == 201
        time.sleep(1)
        shell("cp", data / "baoxue.db", data / "copy.db")
        shell("mv", data / "copy.db", data / "baoxue.db")
        assert report(port, 2)[0] == 503
        house.stop()
        for end in ("-wal", "-shm"):
            (data / f"baoxue.db{end}").unlink(missing_ok=True)
        house.start()
        assert report(port, 2)[0] == 201
        assert report(port, 1)[0] == 200
    baoxue(data, "verify")
