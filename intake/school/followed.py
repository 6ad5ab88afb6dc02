"""Cases follow the roll: a child who is there again, one who is missing again, a roll that was put right.

What the roll says moves a case only where nobody says otherwise: a family that says so of the same day makes it a
question (see intake.school.contradictions). Of a suspected dropout the roll is only told: the principal registers 复学.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import merging, rules, work
from intake.cases.case import Case, CaseEvent
from intake.cases.rulebook import standing, states
from intake.cases.rulebook.transitions import ROLL, TRANSITIONS
from intake.children import children, links
from intake.children.children import OF_CLASS
from intake.people import bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.school import family
from intake.school.absentees import CHANNEL
from intake.school.family import FamilyWord
from intake.school.streaks import UNEXPLAINED
from intake.store.db import Database

LATELY = timedelta(hours=2)
"""How old a report may be for the worker to ask about it: its rounds are seconds apart."""
_EARLY = (states.CLUE, states.CHECK, states.CHECKING)


def take_back_returns(db: Database, day: date, absent: Iterable[str]) -> None:
    """Open again the cases that the roll of this day has ended, where it says now that the child is missing.

    Belongs into the transaction of the roll, before its reports are made.
    """
    for child in absent:
        for case in cases.cases_of_child(db, child):
            last = cases.steps_of(db, case.id)[-1] if case.state == states.HERE else None
            if last and (last.key, last.actor, last.facts.get("day")) == ("returned", ROLL, day.isoformat()):
                work.undo(db, case, last.id, ROLL, channel=CHANNEL)


def follow_roll(db: Database, taught: Class, day: date, absent: Mapping[str, str]) -> None:
    """Tell the open cases of a class what its roll of a day says; who says otherwise makes it a question.

    Belongs into the transaction of the roll, after its reports are made.
    """
    asked = words_against(db, taught, day, absent)
    for word in asked:
        ask_case(db, word, day)
    doubted = {one.child for one in asked}
    for case in _open_absences(db, taught):
        if absent.get(case.child) == UNEXPLAINED:
            _miss(db, case, day)
        elif case.child not in absent and case.child not in doubted and _known_by(case, day):
            return_child(db, case, day)


def _open_absences(db: Database, taught: Class) -> list[Case]:
    rows = db.all(
        f"SELECT * FROM cases WHERE child IN {OF_CLASS} AND kind = 'absence' AND open = 1",  # noqa: S608
        (taught.id,),
    )
    return [Case.of(row) for row in rows]


def ask_late_words(db: Database) -> int:
    """Ask the cases of what families said lately, after the roll of their class, which says otherwise; give how many.

    For the worker: what comes in by any door after the roll is asked without anybody having to look.
    """
    today, now = db.today(), db.now()
    rows = db.all(
        "SELECT DISTINCT r.school FROM reports r WHERE r.kind = 'absence' AND r.channel <> ? AND r.received_at >= ?"
        " AND r.received_at <= ? AND r.school IS NOT NULL",
        (CHANNEL, clock.stamp(now - LATELY), clock.stamp(now)),
    )
    return sum(_ask_class(db, one, today) for row in rows for one in bindings.classes_of(db, row["school"]))


def _ask_class(db: Database, taught: Class, day: date) -> int:
    """Ask what is to be asked of one class, where it has called its roll."""
    if db.one("SELECT 1 FROM roll WHERE class = ? AND day = ?", (taught.id, day.isoformat())) is None:
        return 0
    marks = db.all(
        "SELECT child, reason FROM roll_marks WHERE class = ? AND day = ?", (taught.id, day.isoformat())
    )
    words = words_against(db, taught, day, {row["child"]: row["reason"] for row in marks})
    with db.write():
        return sum(ask_case(db, one, day) for one in words)


def return_child(db: Database, case: Case, day: date) -> None:
    """Say that a child is at school: it ends an early case, of a later one it is only told."""
    if case.state in _EARLY:
        work.act(db, case, "returned", {"day": day.isoformat()}, ROLL, channel=CHANNEL)
    elif _is_news(db, case, day) and TRANSITIONS["seen"].leads(case.state):
        work.act(db, case, "seen", {}, ROLL, channel=CHANNEL, facts={"day": day.isoformat()})


def ask_case(db: Database, word: FamilyWord, day: date) -> bool:
    """Put to the case of a word that the roll says otherwise, once; tell whether that is new."""
    case = case_of_word(db, word)
    if case is None or not case.open or question_of(db, case, word) is not None:
        return False
    if TRANSITIONS["asked"].leads(case.state) is None:
        return False
    facts = {"report": word.report.id, "day": day.isoformat()}
    work.act(db, case, "asked", {}, ROLL, channel=CHANNEL, facts=facts)
    return True


def answer_case(db: Database, word: FamilyWord, answer: str, by: Person, day: date) -> None:
    """Write a teacher's answer to the case of a word, and which child it is about, where it was not known."""
    ask_case(db, word, day)
    case = case_of_word(db, word)
    question = question_of(db, case, word) if case else None
    if case is None or question is None or not rules.allowed(TRANSITIONS["answered"], case, by):
        return
    if question in cases.standing(db, case).questions:
        work.act(db, case, "answered", {"question": question, "answer": answer}, by, channel=CHANNEL)
    name_child(db, case, word.child, by)


def name_child(
    db: Database, case: Case, child: str, by: Person, *, channel: str = CHANNEL, seen: int | None = None
) -> CaseEvent | None:
    """Say which child of the roll a case is about, where nobody has and it is theirs to say: it joins that child's case."""
    fresh = cases.case_by_id(db, case.id)
    if (
        fresh is None
        or fresh.child
        or not fresh.open
        or not rules.allowed(TRANSITIONS["identified"], fresh, by)
    ):
        return None
    with db.write():
        other = cases.open_absence_of(db, child)
        event = work.act(db, fresh, "identified", {"child": child}, by, channel=channel, seen=seen)
        fresh = cases.case_by_id(db, case.id) or fresh
        if other and _joinable(fresh, other, by):
            merging.merge(db, fresh, other, by, channel=channel)
    return event


def _joinable(case: Case, other: Case, by: Person) -> bool:
    """Tell whether somebody may make one of two cases of the same child."""
    same = (case.kind, case.restricted) == (other.kind, other.restricted) and case.id != other.id
    return (
        same
        and rules.allowed(TRANSITIONS["merged"], case, by)
        and rules.allowed(TRANSITIONS["joined"], other, by)
    )


def decide_parent(db: Database, person: Person, reporter: str, child: str, confirmed: bool) -> bool:
    """Confirm or refuse somebody who says to be family; tell whether that was still open and theirs to decide.

    With the yes it is known which child the cases of that family are about.
    """
    with db.write():
        done = links.decide(db, person, reporter, child, confirmed)
        found = children.find_child(db, child) if done and confirmed else None
        taught = bindings.one_class(db, found.class_id) if found else None
        for word in family.words_of_class(db, taught) if taught else ():
            case = cases.case_of_report(db, word.report.id)
            if case and (word.report.reporter, word.child) == (reporter, child):
                name_child(db, case, child, person)
    return done


def case_of_word(db: Database, word: FamilyWord) -> Case | None:
    """Give the case in which a word is, or that of its child."""
    return cases.case_of_report(db, word.report.id) or cases.open_absence_of(db, word.child)


def question_of(db: Database, case: Case, word: FamilyWord) -> str | None:
    """Give the id of the event by which a case asks about a word; None where it never has."""
    steps = cases.steps_of(db, case.id)
    return next(
        (one.id for one in steps if one.key == "asked" and one.facts.get("report") == word.report.id), None
    )


def words_against(db: Database, taught: Class, day: date, absent: Mapping[str, str]) -> list[FamilyWord]:
    """Give what families say of a day otherwise than a roll of it, and nobody has answered."""
    said = family.words_of_class(db, taught)
    wrong = [
        one
        for one in said
        if one.covers(day) and absent.get(one.child, "") == (UNEXPLAINED if one.leave else "")
    ]
    return unanswered(db, taught, wrong)


def unanswered(db: Database, taught: Class, words: Sequence[FamilyWord]) -> list[FamilyWord]:
    """Give those of some words about which the teacher has not been asked yet, or has not answered."""
    if not words:
        return []
    rows = db.all(
        f"SELECT a.report, a.child FROM roll_answers a WHERE a.child IN {OF_CLASS}",  # noqa: S608
        (taught.id,),
    )
    known = {(row["report"], row["child"]) for row in rows}
    return [
        one for one in words if (one.report.id, one.child) not in known and not _answered_at_case(db, one)
    ]


def _answered_at_case(db: Database, word: FamilyWord) -> bool:
    """Tell whether a case has had its answer about a word, by whichever door."""
    case = case_of_word(db, word)
    question = question_of(db, case, word) if case else None
    return case is not None and question is not None and question not in cases.standing(db, case).questions


def _known_by(case: Case, day: date) -> bool:
    """Tell whether a case was there on a day: what a late roll says of an earlier one ends nothing."""
    return clock.local(case.opened_at).date() <= day


def _is_news(db: Database, case: Case, day: date) -> bool:
    """Tell whether the roll has something new to say: once a day under observation, else once until it is missing again."""
    now = cases.standing(db, case)
    if case.state == states.WATCHED:
        return bool(now.missing_since) or now.last_at_school < day.isoformat()
    return not now.came


def _miss(db: Database, case: Case, day: date) -> None:
    """Say that a child who was seen is missing again; of one whom nobody saw the report says enough."""
    now = cases.standing(db, case)
    new = not now.missing_since if case.state == states.WATCHED else bool(now.came)
    if new and standing.leads(now, "missed"):
        work.act(db, case, "missed", {}, ROLL, channel=CHANNEL, facts={"day": day.isoformat()})
