"""What the tests of the chat have in common: a parent's chat on a school morning, where they begin no other."""

from collections.abc import Iterator

import pytest

from intake.settings import Settings
from tests.hands.chat import Chat, opened
from tests.hands.classroom import MORNING, at


@pytest.fixture
def chat(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    at(monkeypatch, MORNING)
    with opened(settings) as one:
        yield one
