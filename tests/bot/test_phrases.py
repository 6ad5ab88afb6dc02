"""What the desk decided about messages goes out as labelled lines, and never anybody's name, number or place."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.people import accounts
from intake.people.accounts import Person
from intake.reports import notice
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import matters, triage
from tests.hands.chat import Chat, opened
from tests.hands.classroom import NAMES, classroom
from tests.hands.command import baoxue

SECRETS = (
    "马晓明", "晓明", "翠花", "欧阳婷婷", "13843912345", "220605201503120018", "迪丽热巴", "庙岭村", "庙岭", "幸福小区", "石人镇",
    "石人镇中心小学", "红旗小学", "zhang_138", "3号楼", "一三八四三九一二三四五", NAMES[2],
)  # fmt: skip
WORDS = (
    "马晓明在石人镇中心小学的事没人管，电话13843912345，身份证220605201503120018",
    "庙岭村老马家的翠花让人说了，微信zhang_138，住幸福小区3号楼",
    "欧阳婷婷的事找红旗小学说过，打一三八四三九一二三四五",
    "迪丽热巴·买买提的事你们谁管一下",
    f"{NAMES[2]}在石人镇的事还没人管",
)


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        classroom(one.db)
        yield one


@pytest.fixture
def clerk(chat: Chat) -> Person:
    accounts.add_person(
        chat.db, name="李值班", login="li", password="long enough", role="bureau", area="220605"
    )
    found = accounts.sign_in(chat.db, "li", "long enough")
    assert found
    return found


def wait(chat: Chat, who: str, said: str) -> str:
    """Let somebody say something to a person; give the reporter."""
    Chat(chat.app, who).say("人工", said)
    before = {row["reporter"] for row in chat.db.all("SELECT reporter FROM triage WHERE state = 'done'")}
    return next(one.reporter for one in triage.threads_waiting(chat.db) if one.reporter not in before)


def sort(db: Database, reporter: str, clerk: Person, sort: str) -> None:
    raw = {"sort": sort, "against": "否", "words": "见原话"}
    matters.sort_thread(db, reporter, raw, clerk, triage.mark(db, reporter))


def written(chat: Chat, tmp_path: Path, settings: Settings) -> list[dict[str, str]]:
    """Call the command; give its lines."""
    file = tmp_path / "lines.jsonl"
    done = baoxue(settings.data, "phrases", "--out", str(file), "--reason", "训练", BAOXUE_MODE="demo")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_no_name_number_or_place_ever_goes_out(
    chat: Chat, clerk: Person, tmp_path: Path, settings: Settings
) -> None:
    for number, said in enumerate(WORDS):
        sort(chat.db, wait(chat, f"oParent-{number}", said), clerk, "其他")
    lines = written(chat, tmp_path, settings)
    assert lines
    told = json.dumps(lines, ensure_ascii=False)
    assert [one for one in SECRETS if one in told] == []
    assert {one["intent"] for one in lines} == {"other"}


def test_what_was_decided_is_the_label(chat: Chat, clerk: Person, tmp_path: Path, settings: Settings) -> None:
    db = chat.db
    sort(db, wait(chat, "oParent-1", "孩子报名的事学校说不归他们管"), clerk, "招生入学")
    foreign = wait(chat, "oParent-2", "你们这里招不招工人干活")
    triage.close(db, foreign, clerk, triage.mark(db, foreign), "foreign")
    called = wait(chat, "oParent-3", "孩子的事说过了谢谢老师")
    triage.close(db, called, clerk, triage.mark(db, called), "called")  # says nothing of the matter
    wait(chat, "oParent-4", "孩子的事还没有人回话")  # nobody has decided
    intents = sorted(one["intent"] for one in written(chat, tmp_path, settings))
    assert intents == ["enrollment", "other"]
    row = db.one("SELECT actor, verb, detail FROM audit WHERE verb = 'phrases.exported'")
    assert row
    assert "训练" in row["detail"]
    again = baoxue(
        settings.data,
        "phrases",
        "--out",
        str(tmp_path / "lines.jsonl"),
        "--reason",
        "训练",
        BAOXUE_MODE="demo",
    )
    assert again.returncode == 2
    assert "换个文件名" in again.stderr


def test_who_refused_or_told_of_what_few_may_see_is_left_out(
    chat: Chat, clerk: Person, tmp_path: Path, settings: Settings
) -> None:
    db = chat.db
    refused = wait(chat, "oParent-1", "孩子报名的事学校说不归他们管")
    notice.record(db, refused, agreed=False)
    sort(db, refused, clerk, "招生入学")
    few = wait(chat, "oParent-2", "学校老师的事没有人管一下")
    raw = {"sort": "师德", "against": "是", "words": "见原话"}
    matters.sort_thread(db, few, raw, clerk, triage.mark(db, few))
    assert written(chat, tmp_path, settings) == []
