"""Nobody is left half way: people reach their receipt, asked no more than twice, and what they said is in it, no more."""

import re
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from intake.settings import Settings
from tests.bot.people import player
from tests.bot.people.families import FAMILIES
from tests.bot.people.others import OTHERS, VISITS, Visit
from tests.bot.people.player import Person, Playing
from tests.hands.chat import Chat, kept, opened
from tests.hands.classroom import at
from tests.hands.office import NIGHT, TERMS, add_officer

PEOPLE = (*FAMILIES, *OTHERS)


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        one.app.test_client().get("/healthz")  # the first request makes the addresses ready, alone
        yield one


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(3) as one:
        yield one


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_a_person_reaches_a_receipt_and_what_she_said_is_in_it(
    chat: Chat, pool: Executor, person: Person
) -> None:
    playing = Playing(chat, pool)
    last = playing.live(person)
    (report,) = chat.reports()
    assert report["kind"] == person.kind
    assert player.facts(chat) == player.pairs(person.kept)
    assert player.too_often(playing.heard) == {}
    assert len(playing.heard) <= person.turns
    assert bool(report["confidential"]) == person.confidential
    assert ("不会知道是您说的" in last) == person.confidential
    if any(len(line) > 8 for line in person.says) and not person.confidential:
        assert person.says[-1] in str(kept(chat).get("description", person.says[-1]))


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_who_comes_with_something_else_is_heard_as_she_means_it(
    chat: Chat, pool: Executor, visit: Visit
) -> None:
    playing = Playing(chat, pool)
    for line in visit.says:
        last = playing.say(line)
    assert re.search(visit.hears, last), last
    assert tuple(row["kind"] for row in chat.reports()) == visit.reports
    assert player.too_often(playing.heard) == {}
    if visit.marked:
        assert chat.messages(visit.marked) == [visit.says[-1]]


@pytest.mark.parametrize(
    "said", ["我儿子在学校被人打了", "孩子放学到现在没回家找不着了", "我不想活了", "孩子三天没上学了"]
)
def test_at_night_nothing_is_promised_at_once(
    settings: Settings, pool: Executor, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    at(monkeypatch, NIGHT)
    with opened(settings, TERMS=TERMS) as chat:
        add_officer(chat)
        chat.app.test_client().get("/healthz")
        playing = Playing(chat, pool)
        playing.say(said)
        for line in ("同意", "不知道", "13812345678", "你们啥时候来人"):
            playing.say(line)
        assert player.promised_at_once(playing.heard) == []
