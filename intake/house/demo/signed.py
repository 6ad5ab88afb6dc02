"""The demonstration's papers with somebody's word on them: last month's return of one school, a full export that waits."""

from intake.house.demo.stories import OFFICER, PRINCIPAL
from intake.ledgers.signed import drawing, full_exports, signing
from intake.ledgers.signed.months import month_of_day
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database

WORDS = "演示：上个月有流感，请病假的多。"
REASON = "演示：和民政局核对困境儿童名单，用完删除。"


def tell_signed(db: Database) -> None:
    """Let the principal sign the month before, and the officer ask for a ledger without masks."""
    principal, officer = _person(db, PRINCIPAL), _person(db, OFFICER)
    month = month_of_day(db.today()).before()
    seen = signing.mark_of(drawing.draw_return(db, principal.school, month), None)
    signing.sign_return(
        db, principal, principal.school, month, {"declared": "1", "seen": seen, "words": WORDS}
    )
    today = db.today()
    full_exports.ask_export(
        db, officer, {"key": "absence", "from": today.replace(day=1).isoformat(), "to": today.isoformat(),
                      "purpose": "match", "reason": REASON},
    )  # fmt: skip


def _person(db: Database, login: str) -> Person:
    found = accounts.person_by_login(db, login)
    if found is None:
        raise AssertionError(f"demo: {login}")
    return found
