"""Words that somebody searches by: often a child's name or a number. Browsers, proxies and histories keep addresses.

So a form of a search is sent, and the words stand closed in the address that it leads to; they open for who typed them.
What somebody typed into an address by hand is read as it stands.
"""

from intake.errors import Unreadable
from intake.people.accounts import Person
from intake.store.db import Database

_CLOSED, _PLACE = "~", "addresses.q"


def closed_words(db: Database, person: Person, words: str) -> str:
    """Give what stands in an address for words; nothing for none."""
    return _CLOSED + db.keys.lock(words, _PLACE, person.id) if words else ""


def words_sought(db: Database, person: Person, said: str) -> str:
    """Read what stands in an address; somebody else's words, or a part of them, are none."""
    if not said.startswith(_CLOSED):
        return said.strip()
    try:
        return db.keys.unlock(said[len(_CLOSED) :], _PLACE, person.id)
    except Unreadable:
        return ""
