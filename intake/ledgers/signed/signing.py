"""A principal signs the return of a month: what was seen is sent, and locked; a correction is a further version with a reason."""

from collections.abc import Mapping

from intake.calendar import clock
from intake.cases.told import inbox
from intake.errors import Invalid, Missing, Stale
from intake.language import text
from intake.ledgers.signed.drawing import changes_between, draw_return
from intake.ledgers.signed.months import ReturnMonth, months_until
from intake.ledgers.signed.sent import ReturnContent, SentReturn, content_of_return, versions_of
from intake.people import accounts
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

SIGN = "sent.sign"
DECLARATION = "我已经核对过，以上情况属实，没有瞒报、漏报。"
LONGEST = 300
MOVED = "您打开以后数据有变化，下面是新的。请再看一遍，再签报。"
SAME = "和上一版没有不同，不用再报。"


def may_sign(db: Database, person: Person, school: str, month: ReturnMonth) -> bool:
    """Tell whether somebody is the one who signs for a school, and the month is none of long ago."""
    mine = accounts.may(person, SIGN, person.area) and accounts.scope_of(db, person).school == school
    return mine and month in months_until(db.today())


def mark_of(content: ReturnContent, sent: SentReturn | None) -> str:
    """Give the mark by which it is known what a page showed, and which version was the newest then."""
    return f"{sent.version if sent else 0}.{content.digest()[:32]}"


def sign_return(
    db: Database, person: Person, school: str, month: ReturnMonth, said: Mapping[str, str]
) -> SentReturn:
    """Send a school's return in its principal's name: declared, seen, reason, words.

    Raises Missing, Invalid at what must be written, and Stale where the data are not what the page showed.
    """
    if not may_sign(db, person, school, month):
        raise Missing
    words, reason = text.normalise(said.get("words", "")), text.normalise(said.get("reason", ""))
    drawn = draw_return(db, school, month)
    content = ReturnContent(drawn.columns, drawn.rows, drawn.figures, words, DECLARATION)
    with db.write():
        known = versions_of(db, school, month.key)
        newest = known[0] if known else None
        if said.get("seen") != mark_of(drawn, newest):
            raise Stale(MOVED)
        _refuse(db, said, content, newest, reason)
        _enter(db, person, school, month, content, newest, reason)
        inbox.settle_told(db, school, f"{inbox.MONTHLY}:{month.key}")
    return versions_of(db, school, month.key)[0]


def _refuse(
    db: Database, said: Mapping[str, str], content: ReturnContent, newest: SentReturn | None, reason: str
) -> None:
    errors: dict[str, list[str]] = {}
    if not said.get("declared"):
        errors["declared"] = ["请先核对，再勾选这一句。"]
    if len(content.words) > LONGEST:
        errors["words"] = [f"请不要超过 {LONGEST} 个字。"]
    if newest:
        sent = content_of_return(db, newest)
        if not changes_between(sent, content) and sent.words == content.words:
            errors["reason"] = [SAME]
        elif not 4 <= len(reason) <= LONGEST:
            errors["reason"] = ["请写明为什么更正，例如：11月20日的点名补报了。"]
    if errors:
        raise Invalid(errors)


def _enter(
    db: Database, person: Person, school: str, month: ReturnMonth, content: ReturnContent, newest: SentReturn | None,
    reason: str,
) -> None:  # fmt: skip
    version, made = (newest.version if newest else 0) + 1, new_id()
    db.run(
        "INSERT INTO sent_returns (id, school, month, version, sent_at, sent_by, sent_name, reason, content, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (made, school, month.key, version, clock.stamp(db.now()), person.id, person.name,
         db.keys.lock(reason, "sent_returns.reason", made) if newest else "",
         db.keys.lock(content.as_text(), "sent_returns.content", made), content.digest()),
    )  # fmt: skip
    audit.note(db, person.actor, "monthly.sent", school, f"{month.key} {version}")
