"""Today's commands on a house of before that nobody has started yet, and backups of before: old is no damage."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from intake.reports import door
from intake.settings import load
from intake.store.db import Database
from tests.hands.command import baoxue, table
from tests.hands.samples import sample

BEFORE = Path(__file__).parents[1] / "data" / "before"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    data = tmp_path / "old"
    shutil.copytree(BEFORE, data)
    return data


@pytest.mark.parametrize("words", [
    ("staff", "list"), ("staff", "devices", "--login", "13800000000"), ("staff", "unlock", "13800000000"),
    ("cases", "--json"), ("client", "list"), ("purge", "--dry-run"), ("processing",), ("tick",),
])  # fmt: skip
def test_a_command_works_or_says_why_in_a_sentence(old: Path, words: tuple[str, ...]) -> None:
    done = baoxue(old, *words, BAOXUE_MODE="demo")
    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr
    assert "损坏" not in done.stderr
    assert done.returncode == 0 or done.stderr.count("\n") == 1


def test_it_is_backed_up_as_it_is_before_the_upgrade_and_comes_back(old: Path, tmp_path: Path) -> None:
    receipts = table(old, "SELECT receipt FROM reports ORDER BY receipt")
    done = baoxue(old, "backup", str(tmp_path / "kept"), BAOXUE_MODE="demo")
    assert done.returncode == 0, done.stderr
    new = tmp_path / "new"
    back = baoxue(new, "restore", done.stdout.strip(), BAOXUE_MODE="demo")
    assert back.returncode == 0, back.stderr
    assert baoxue(new, "verify", BAOXUE_MODE="demo").returncode == 0
    assert table(new, "SELECT receipt FROM reports ORDER BY receipt") == receipts


def test_foreign_keys_are_still_refused(old: Path, empty: Path, tmp_path: Path) -> None:
    shutil.rmtree(old / "keys")
    shutil.copytree(empty / "keys", old / "keys")
    done = baoxue(old, "backup", str(tmp_path / "kept"), BAOXUE_MODE="demo")
    assert (done.returncode, "打不开这个数据库" in done.stderr) == (2, True), done.stderr


def test_its_shape_is_no_damage_and_damage_is(old: Path) -> None:
    done = baoxue(old, "verify", BAOXUE_MODE="demo")
    assert done.returncode == 2
    assert "旧版本" in done.stderr
    assert "损坏" not in done.stderr
    assert baoxue(old, "init", BAOXUE_MODE="demo").returncode == 0
    assert baoxue(old, "verify", BAOXUE_MODE="demo").returncode == 0


@pytest.mark.parametrize("inside", [True, False])
def test_a_backup_comes_back_though_keys_that_lie_apart_were_renewed_since(
    tmp_path: Path, inside: bool
) -> None:
    house, apart = tmp_path / "house", {"BAOXUE_MODE": "demo", "BAOXUE_KEYS": str(tmp_path / "apart")}
    assert baoxue(house, "init", **apart).returncode == 0
    with closing(Database(load({"DATA": house, "KEYS": apart["BAOXUE_KEYS"], "MODE": "demo"}, {}))) as db:
        door.receive(db, "enrollment", sample("enrollment", 1), channel="api")
    if inside:
        shutil.copytree(apart["BAOXUE_KEYS"], house / "keys")
    now = {"BAOXUE_MODE": "demo"} if inside else apart
    file = baoxue(house, "backup", **now).stdout.strip()
    for words in (("rotate-keys", "--hash"), ("rotate-keys",), ("rotate-keys", "--hash")):
        assert baoxue(house, *words, **apart).returncode == 0
    for data in (house, tmp_path / "elsewhere"):
        done = baoxue(data, "restore", file, **apart)
        assert done.returncode == 0, done.stderr
        found = baoxue(data, "verify", **apart)
        assert found.returncode == 0, found.stderr
