"""What the pages of a class show: its children, who is missing since when, days it was silent about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from forms.teachers.family_shown import ShownWord, shown
from intake.calendar import clock, schooldays
from intake.children.children import children_of_class, tell_apart
from intake.language import sounds
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.reports import lookup, receipts
from intake.school import roll
from intake.school.family import FamilyWord
from intake.store.db import Database

LATELY = 5
"""School days shown of a child."""


@dataclass(frozen=True, slots=True)
class ShownPupil:
    """A child as the roll shows it: `note` tells it from another of the same name, `reason` why it is missing.

    `was` says that it was missing on the school day before, `word` is what its family said of the day.
    """

    id: str
    name: str
    note: str
    reason: str
    was: str = ""
    word: ShownWord | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """A child that is missing: for how many school days already, and the receipt of its report."""

    id: str
    name: str
    reason: str
    receipt: str
    days: int


@dataclass(frozen=True, slots=True)
class Room:
    """A class today: what it said, whether it is asked, and the days before that it may still tell of."""

    taught: Class
    state: roll.Roll | None
    asked: bool
    silent: list[tuple[date, str]]


def written(day: date) -> str:
    """Give 11月23日（周一）."""
    return f"{day.month}月{day.day}日（{clock.weekday(day)}）"


def pupils(db: Database, class_id: str, absent: Mapping[str, str]) -> list[ShownPupil]:
    """Give the children of a class by how their names sound; `absent` has the missing ones with why."""
    heard = sounds.syllables()
    found = sorted(
        children_of_class(db, class_id), key=lambda one: [heard.get(sign, sign) for sign in one.name]
    )
    notes: dict[str, str] = {}
    for name, often in Counter(one.name for one in found).items():
        notes |= tell_apart([one for one in found if one.name == name]) if often > 1 else {}
    return [ShownPupil(one.id, one.name, notes.get(one.id, ""), absent.get(one.id, "")) for one in found]


def pupils_taught(db: Database, person: Person) -> list[tuple[Class, list[ShownPupil]]]:
    """Give the classes that somebody teaches with their children, for a name to be picked; empty classes are left out."""
    every = [(one, pupils(db, one.id, {})) for one in bindings.classes_taught(db, person.id)]
    return [one for one in every if one[1]]


def in_groups(
    db: Database, taught: Class, day: date, found: Sequence[ShownPupil], words: Mapping[str, FamilyWord]
) -> list[tuple[str, list[ShownPupil]]]:
    """Put first who was missing on the school day before, then of whom a family spoke; each group with its heading."""
    before = schooldays.before(db.settings.terms, day)
    state, called = roll.state(db, taught.id, before), _called(before, day)
    was = state.reasons if state else {}
    every = [
        replace(one, was=f"{called}没来（{was[one.id]}）" if one.id in was else "",
                word=shown(db, words[one.id]) if one.id in words else None)
        for one in found
    ]  # fmt: skip
    first = [one for one in every if one.was]
    spoken = [one for one in every if one.word and not one.was]
    rest = [one for one in every if not (one.was or one.word)]
    parted = ((f"{called}没来的，今天来了吗？", first), ("家里说了的", spoken), ("别的孩子", rest))
    return [one for one in parted if one[1]] if first or spoken else [("", every)]


def marks_asked_for(words: Mapping[str, FamilyWord]) -> dict[str, str]:
    """Give who is marked before anybody taps: the leave that a confirmed family asked for."""
    return {child: one.reason for child, one in words.items() if one.leave and one.confirmed}


def _called(before: date, day: date) -> str:
    """Give 昨天, or the weekday where days off lie between."""
    return "昨天" if (day - before).days == 1 else clock.weekday(before)


def missing(db: Database, class_id: str, day: date, state: roll.Roll) -> list[Absent]:
    """Give who was missing on a day, by name."""
    names = {one.id: one.name for one in children_of_class(db, class_id)}
    found = [
        Absent(child, names.get(child, "已不在名单上的孩子"), reason, receipts.show_receipt(state.receipts[child]),
               _days(db, state.receipts[child], day))
        for child, reason in state.reasons.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.name, one.id))


def newer(db: Database, class_id: str, day: date, said: roll.Roll, reader: Person) -> str:
    """Tell who called the roll meanwhile, and what they said."""
    writer = accounts.person_by_id(db, said.marked_by.removeprefix("staff:"))
    name = "您" if said.marked_by == reader.actor else writer.name if writer else "别的老师"
    names = "、".join(f"{one.name}（{one.reason}）" for one in missing(db, class_id, day, said))
    absent = f"没来的是：{names}" if names else "全到了"
    at = f"{clock.local(said.marked_at):%H:%M}"
    return (
        f"{at} {name}已经给这个班点过名，{absent}。下面是您这次点的，要照这样改就按“更正”，不改就不用再按。"
    )


def room(db: Database, taught: Class) -> Room:
    """Give a class as it stands today."""
    today = day = db.today()
    silent = []
    for _ in range(roll.LATE):
        day = schooldays.before(db.settings.terms, day)
        if not roll.unfit(db.settings, today, day) and roll.state(db, taught.id, day) is None:
            silent.append((day, written(day)))
    asked = schooldays.is_school_day(db.settings.terms, today)
    return Room(taught, roll.state(db, taught.id, today), asked, silent)


def lately(db: Database, class_id: str, child: str) -> list[tuple[str, str]]:
    """Give the last school days with what the class said of a child, the newest first."""
    days = [db.today()]
    while len(days) < LATELY:
        days.append(schooldays.before(db.settings.terms, days[-1]))
    said = roll.lately(db, class_id, child, days[-1])
    shown = [day for day in days if day in said or schooldays.is_school_day(db.settings.terms, day)]
    return [(written(day), _word(said.get(day))) for day in shown]


def _days(db: Database, receipt: str, day: date) -> int:
    report = lookup.find_report(db, receipt)
    seen = lookup.answers_of(db, report).get("last_seen") if report else None
    return schooldays.between(db.settings.terms, date.fromisoformat(str(seen)), day) if seen else 0


def _word(said: str | None) -> str:
    if said is None:
        return "未上报"
    return f"没来（{said}）" if said else "到校"
