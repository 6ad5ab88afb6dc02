"""Reports that say otherwise than a class's roll: a question to its teacher, never a second report.

Somebody says that a child is missing, and the roll has it here; or the roll has it missing without a reason, and
somebody says that it is on leave. One question for each report and child, whatever the days; answered, it is over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from intake.calendar import clock, schooldays
from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.rulebook import records
from intake.errors import Dealt, Missing, Refused
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.school import followed, roll
from intake.school.absentees import LATE
from intake.school.family import FamilyWord, words_of_class
from intake.school.roll import UNEXPLAINED
from intake.store import audit
from intake.store.db import Database

HERE, LEAVE, MISSING = "here", "leave", "missing"
ANSWERS: Mapping[str, str] = {HERE: records.HERE, LEAVE: records.LEAVE, MISSING: records.MISSING}
"""What a teacher may answer, and how a button says it."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Which is right: what somebody said, or the roll of these days?"""

    word: FamilyWord
    days: tuple[date, ...]


def contradictions_of_class(db: Database, taught: Class, words: Iterable[FamilyWord]) -> list[Contradiction]:
    """Give what a class's teacher is asked of what was said, the newest first."""
    since = _since(db)
    found = [Contradiction(one, _against(db, taught, one, since)) for one in words if one.last >= since]
    open_ones = followed.unanswered(db, taught, [one.word for one in found if one.days])
    return [one for one in found if one.days and one.word in open_ones]


def contradiction_of_case(db: Database, case: Case, question: str, person: Person) -> Contradiction | None:
    """Give what a question of a case is about, while it is somebody's to answer and still open."""
    taught = bindings.one_class(db, case.class_id)
    if taught is None or not bindings.may_in_class(db, person, taught.id, "roll.mark"):
        return None
    asked = next((one for one in cases.steps_of(db, case.id) if one.id == question), None)
    found = contradictions_of_class(db, taught, words_of_class(db, taught))
    return next((one for one in found if asked and one.word.report.id == asked.facts.get("report")), None)


def answer_contradiction(
    db: Database, person: Person, class_id: str, receipt: str, answer: str, phone: str = ""
) -> str:
    """Take a teacher's answer: today's roll is put right by it where it still can be; give what is told her.

    Raises Missing, Refused, Dealt.
    """
    taught = bindings.one_class(db, class_id)
    if taught is None or not bindings.may_in_class(db, person, class_id, "roll.mark"):
        raise Missing
    if answer not in ANSWERS:
        raise Refused("请选一样：在校、请假、真没来。")
    with db.write():
        word = next((one for one in words_of_class(db, taught) if one.report.receipt == receipt), None)
        if word is None:
            raise Missing
        _keep(db, person, word, answer)
        followed.answer_case(db, word, ANSWERS[answer], person, db.today())
        changed = _put_right(db, taught, word, answer, person, phone)
        if answer == HERE and (case := followed.case_of_word(db, word)) and case.open:
            followed.return_child(db, case, db.today())
    return "记下了，今天的点名也改好了。" if changed else "记下了。"


def _keep(db: Database, person: Person, word: FamilyWord, answer: str) -> None:
    done = db.run(
        "INSERT INTO roll_answers (report, child, answer, answered_by, answered_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (word.report.id, word.child, answer, person.actor, clock.stamp(db.now())),
    )
    if done.rowcount != 1:
        raise _dealt(db, word)
    audit.note(db, person.actor, "roll.answered", word.report.id, answer)


def _dealt(db: Database, word: FamilyWord) -> Dealt:
    row = db.one(
        "SELECT answer, answered_by, answered_at FROM roll_answers WHERE report = ? AND child = ?",
        (word.report.id, word.child),
    )
    if row is None:
        return Dealt()
    return Dealt(accounts.name_of(db, row["answered_by"]), row["answered_at"], ANSWERS.get(row["answer"], ""))


def _put_right(
    db: Database, taught: Class, word: FamilyWord, answer: str, person: Person, phone: str
) -> bool:
    """Correct today's roll by an answer; tell whether that changed anything."""
    today = db.today()
    state = roll.state(db, taught.id, today)
    if state is None or roll.closed(db, today) or not word.covers(today):
        return False
    absent = dict(state.reasons)
    before = absent.pop(word.child, "")
    if answer == MISSING:
        absent[word.child] = UNEXPLAINED
    elif answer == LEAVE:
        absent[word.child] = before if before not in ("", UNEXPLAINED) else _leave(word)
    same = word.leave == (answer == LEAVE)
    told = roll.Told(phone=phone, known={word.child: word.report.receipt} if same else {})
    return roll.mark(db, taught.id, today, absent, person, told).changed


def _leave(word: FamilyWord) -> str:
    return word.reason if word.leave else roll.LEAVE


def _against(db: Database, taught: Class, word: FamilyWord, since: date) -> tuple[date, ...]:
    """Give the days of which the roll says otherwise."""
    said = roll.lately(db, taught.id, word.child, max(since, word.first))
    wrong = UNEXPLAINED if word.leave else ""
    return tuple(sorted(day for day, reason in said.items() if reason == wrong and word.covers(day)))


def _since(db: Database) -> date:
    """Give the first of the days of which a class may still speak."""
    day = db.today()
    for _ in range(LATE):
        day = schooldays.before(db.settings.terms, day)
    return day
