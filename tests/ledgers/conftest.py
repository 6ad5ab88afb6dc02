"""What the tests of ledgers have in common: a class with its teacher, where they have no other."""

import pytest

from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.classroom import Classroom, classroom, teacher


@pytest.fixture
def room(db: Database, people: dict[str, Person]) -> Classroom:
    """Give a class; its teacher is one of the people."""
    made = classroom(db)
    people["teacher"] = teacher(db, made)
    return made
