"""Keys: what is closed opens in its place alone; keys that are none are refused."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from intake.errors import SettingsError, Unreadable
from intake.store import keys as key_files
from intake.store.keys import UNOPENED_TEXT, Keys, is_bound


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key_files.make_keys(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ["", "王小明", "2", "g" * 5000, "\x00\n"])
def test_a_cell_opens_in_its_place_alone(folder: Path, text: str) -> None:
    keys = Keys(folder)
    cell = keys.lock(text, "messages.said", "key")
    assert is_bound(cell)
    assert keys.unlock(cell, "messages.said", "key") == text
    for place in [
        ("messages.reply", "key"),
        ("messages.said", "other"),
        ("messages.said",),
        ("messages.said", "key", 1),
    ]:
        with pytest.raises(Unreadable):
            keys.unlock(cell, *place)  # type: ignore[arg-type]
    assert keys.unlock_or_say(cell, "messages.said", "other") == UNOPENED_TEXT


def test_two_cells_of_one_text_are_not_alike(folder: Path) -> None:
    keys = Keys(folder)
    assert keys.lock("王小明", "a.b", 1) != keys.lock("王小明", "a.b", 1)


def test_a_file_opens_in_its_place_alone(folder: Path) -> None:
    keys = Keys(folder)
    sealed = keys.seal(b"\xff\xd8 picture", "media", "a")
    assert keys.unseal(sealed, "media", "a") == b"\xff\xd8 picture"
    for place in (("media", "b"), ("workbooks", "a")):
        with pytest.raises(Unreadable):
            keys.unseal(sealed, *place)


@pytest.mark.parametrize(
    "broken", ["", "2", "2AAAA", "gAAAA", "2" + "A" * 200, "g" + "A" * 99, "孩子", "x", "2孩子"]
)
def test_what_is_no_cell_is_said_to_be_unreadable(folder: Path, broken: str) -> None:
    with pytest.raises(Unreadable):
        Keys(folder).unlock(broken, "a.b", 1)


def test_cells_and_files_of_before_open_still(folder: Path) -> None:
    old = Fernet((folder / "data.keys").read_text().strip())
    keys = Keys(folder)
    cell = old.encrypt("王小明".encode()).decode()
    assert not is_bound(cell)
    assert keys.unlock(cell, "a.b", 1) == "王小明"
    assert keys.unseal(old.encrypt(b"picture"), "media", "a") == b"picture"


def test_a_new_key_closes_and_the_old_one_opens(folder: Path) -> None:
    keys = Keys(folder)
    before = keys.lock("王小明", "a.b", 1)
    key_files.add_key(folder)
    after = Keys(folder).lock("王小明", "a.b", 1)
    assert keys.unlock(after, "a.b", 1) == "王小明"  # a process that had the old keys only
    assert Keys(folder).unlock(before, "a.b", 1) == "王小明"


@pytest.mark.parametrize("name", ["data.keys", "hash.key", "session.key"])
@pytest.mark.parametrize(
    "content", ["", "\n", "00", "00" * 32, "A" * 43 + "=", "孩子", "zz" * 32, "Y2hpbGQ="]
)
def test_keys_that_are_none_are_refused(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(SettingsError, match="密钥"):
        Keys(folder)
