"""One message's turn: whose it is, and a database that is only lent until the answer wants to change something."""

from dataclasses import dataclass
from datetime import timedelta

from intake.store.db import Database, NeedsWriting


@dataclass(frozen=True, slots=True)
class Turn:
    """What an answer may know of its message; whatever it reads or changes it asks `db` for.

    First it is decided with a database that is lent (see `Database.lent`): a change raises NeedsWriting,
    and the same is decided again inside the transaction.
    """

    db: Database
    reporter: str
    key: str
    away: timedelta = timedelta()
    """How long the reporter has been silent."""

    def to_write(self) -> Database:
        """Give the database for a change. Raises NeedsWriting where it is only lent, before anything is read for it."""
        if self.db.is_lent:
            raise NeedsWriting
        return self.db
