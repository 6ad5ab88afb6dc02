"""The ceilings of what may be guessed: from a thousand addresses no more is looked at than the docs promise."""

from datetime import timedelta
from ipaddress import IPv4Address

import pytest

from intake.calendar import clock
from intake.errors import TooMany
from intake.people import tries
from intake.people.tries import Knock, Secret, Shut
from intake.store.db import Database
from tests.hands.classroom import at

LOGIN, HERE = "13812340001", "192.0.2.7"


def taken(db: Database, secret: Secret, addresses: int) -> int:
    """Try from so many addresses, five times each; give how many were looked at."""
    account, done = tries.account_of(db, LOGIN), 0
    for number in range(addresses):
        for _ in range(tries.ALLOWED):
            try:
                tries.take_try(db, secret, account, str(IPv4Address(0x0A000000 + number)))
            except (TooMany, Shut):
                break
            done += 1
    return done


@pytest.mark.parametrize(
    "secret", [one for one in tries.SECRETS.values() if one.most], ids=lambda one: one.key
)
def test_all_strangers_together_have_a_ceiling_that_no_known_browser_meets(
    db: Database, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, account = clock.here(), tries.account_of(db, LOGIN)
    at(monkeypatch, start)
    assert taken(db, secret, secret.most // tries.ALLOWED + 20) == secret.most
    known = Knock(HERE, tries.new_marks(db, account, ""))
    for knock in (known, Knock(HERE, device="one-that-is-in")):
        with db.write():
            tries.give_back(db, tries.take_try(db, secret, account, knock))
    tries.take_try(db, secret, tries.account_of(db, "13812340002"), HERE)
    if secret.slow:
        with pytest.raises(TooMany) as waits:
            tries.take_try(db, secret, account, HERE)
        assert waits.value.retry == secret.slow
        at(monkeypatch, start + timedelta(seconds=secret.slow))
        tries.take_try(db, secret, account, HERE)
        with pytest.raises(TooMany):
            tries.take_try(db, secret, account, "198.51.100.1")
    else:
        at(monkeypatch, start + secret.span - timedelta(seconds=1))
        with pytest.raises(Shut):
            tries.take_try(db, secret, account, HERE)
    at(monkeypatch, start + secret.span + timedelta(seconds=1))
    tries.take_try(db, secret, account, "198.51.100.2")


def test_what_is_past_is_not_kept(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.here()
    at(monkeypatch, start)
    taken(db, tries.PIN, 5)
    at(monkeypatch, start + tries.MONTH + timedelta(seconds=1))
    tries.take_try(db, tries.PIN, tries.account_of(db, "13812340002"), HERE)
    rows = [row["secret"] for row in db.all("SELECT secret FROM wrong_tries ORDER BY secret")]
    assert rows == ["house", "pin", "pin", "place"]
    assert HERE not in str([tuple(row) for row in db.all("SELECT * FROM wrong_tries")])
