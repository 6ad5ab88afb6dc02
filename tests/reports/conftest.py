"""What the tests of reports have in common: a class on a school morning, and everybody of the staff beside it."""

from collections.abc import Mapping

import pytest

from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, Classroom, at, classroom


@pytest.fixture
def room(db: Database, monkeypatch: pytest.MonkeyPatch) -> Classroom:
    """Give a class."""
    at(monkeypatch, MORNING)
    return classroom(db)


@pytest.fixture
def staff(db: Database, room: Classroom) -> Mapping[str, Person]:
    """Give everybody of the staff, by login."""
    return staffed.everybody(db)
