"""What families said of a class, as its teacher reads it on her phone: words, who, when, the telephone."""

from dataclasses import dataclass
from datetime import date, datetime

from intake.calendar import clock, schooldays
from intake.children import links
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.school import contradictions, family
from intake.school.contradictions import Contradiction
from intake.school.family import FamilyWord
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class ShownWord:
    """One report of a family as a page shows it; `stand` says what is known of who says so, nothing once confirmed."""

    child: str
    name: str
    matter: str
    words: str
    who: str
    at: str
    phone: str
    receipt: str
    waits: bool
    stand: str


def shown(db: Database, one: FamilyWord) -> ShownWord:
    """Give what a page shows of a family's word."""
    waits = one.link == links.ASKED
    stand = "" if one.confirmed else "还没有确认是不是家长。" if waits else "认不出是谁说的，可以打电话问问。"
    at = moment(clock.local(one.report.received_at), db.today())
    return ShownWord(
        one.child, one.name, _matter(one), one.words, one.relation, at, one.phone, one.report.receipt, waits, stand
    )  # fmt: skip


def words_of_day(db: Database, taught: Class, day: date, reader: Person) -> dict[str, FamilyWord]:
    """Give, by child, what was said of a day; that somebody reads it goes on record."""
    found = family.words_of_day(db, taught, day)
    family.note_looks(db, reader, list(found.values()))
    return found


@dataclass(frozen=True, slots=True)
class ShownContradiction:
    """A question as the page of a class asks it."""

    word: ShownWord
    sentence: str


def words_of_room(
    db: Database, taught: Class, reader: Person
) -> tuple[list[ShownContradiction], list[ShownWord]]:
    """Give what a class's teacher is asked, and what else was said lately; that somebody reads it goes on record."""
    words = family.words_of_class(db, taught)
    asked = contradictions.contradictions_of_class(db, taught, words)
    ids = {one.word.report.id for one in asked}
    fresh = schooldays.before(db.settings.terms, db.today())
    rest = [
        one for one in words if one.report.id not in ids and (one.last >= db.today() or one.said_on >= fresh)
    ]
    family.note_looks(db, reader, [*(one.word for one in asked), *rest])
    return [ShownContradiction(shown(db, one.word), _sentence(one)) for one in asked], [
        shown(db, one) for one in rest
    ]


def contradictions_of_room(db: Database, taught: Class, reader: Person) -> list[ShownContradiction]:
    """Give what a class's teacher is asked; that somebody reads it goes on record."""
    asked = contradictions.contradictions_of_class(db, taught, family.words_of_class(db, taught))
    family.note_looks(db, reader, [one.word for one in asked])
    return [ShownContradiction(shown(db, one.word), _sentence(one)) for one in asked]


def moment(at: datetime, today: date) -> str:
    """Give 今天 07:50, 昨天 18:20, 11-20 07:50."""
    near = {0: "今天", 1: "昨天"}.get((today - at.date()).days)
    return f"{near or at.strftime('%m-%d')} {at:%H:%M}"


def _matter(one: FamilyWord) -> str:
    if not one.leave:
        return "说没来"
    day = f"{one.first.month}月{one.first.day}日"
    return f"说请假，{day}" if one.first >= one.last else f"说请假，{day}到{one.last.month}月{one.last.day}日"


def _sentence(one: Contradiction) -> str:
    days = "、".join(f"{day.month}月{day.day}日" for day in one.days)
    said, roll = ("请假", "没来，原因不明") if one.word.leave else ("没来", "到校")
    return f"{one.word.relation}说{said}，{days}的点名是{roll}。哪个对？"
