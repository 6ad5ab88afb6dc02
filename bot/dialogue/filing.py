"""What a chat does to its reporter's own reports: they are received, added to, corrected, taken back."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from bot.dialogue.turn import Turn
from intake.calendar import clock
from intake.errors import Invalid, Stale
from intake.kinds import KINDS, Answers
from intake.kinds.envelope import Envelope
from intake.language import text
from intake.messages import media
from intake.reports import door, lookup, progress
from intake.reports.mending import correcting
from intake.reports.told_children import note_typed, typed_keys

CHANNEL = "wechat"
JUST_NOW = timedelta(hours=1)
"""How long after a report what is said is taken to belong to it, whatever was said in between."""
WHOSE = frozenset({"child_name", "id_number", "phone", "relation"})
"""By what a teacher tells whose family somebody is."""


def receive_report(
    turn: Turn,
    kind: str,
    answers: Answers,
    consent: str,
    *,
    at_once: bool = False,
    confidential: bool = False,
    typed: Collection[str] = (),
    child: str = "",
) -> str:
    """Take a report with the pictures that were sent lately; give its receipt. Raises Invalid.

    `child` is the id of the child that it is known to be about; `typed` are the keys of what pages wrote: whoever
    typed there need not be the one who confirms it here.
    """
    db = turn.to_write()
    with db.write():
        done = door.receive(
            db,
            kind,
            answers,
            channel=CHANNEL,
            reporter=turn.reporter,
            key=f"{CHANNEL}:{turn.key}",
            consent=consent,
            at_once=at_once,
            pictures=True,
            child=child,
            confidential=confidential and KINDS[kind].confides,
            family=not WHOSE & {*typed},
        )
        if typed:
            note_typed(db, done.id, typed)
    return done.receipt


def own_report(turn: Turn, receipt: str) -> Envelope | None:
    """Give the envelope of a report if it is the reporter's own."""
    found = lookup.find_report(turn.db, receipt)
    return found if found and found.reporter == turn.reporter else None


def report_just_sent(turn: Turn, receipt: str) -> Envelope | None:
    """Give the reporter's own report if it was sent a little while ago: silence alone does not tell how old it is."""
    found = own_report(turn, receipt) if receipt else None
    return found if found and turn.db.now() - clock.local(found.received_at) < JUST_NOW else None


def add_to_report(turn: Turn, receipt: str, facts: Mapping[str, Any], said: str) -> None:
    """Add to the reporter's own report what was said afterwards; what does not go with the rest is left out."""
    db, report = turn.to_write(), own_report(turn, receipt)
    if report is None:
        return
    changes = dict(facts)
    if said:
        told = str(lookup.answers_of(db, report).get("description", ""))
        changes["description"] = text.normalise(f"{told}\n{said}")[:500]
    while changes:
        try:
            door.amend(db, report, changes, actor=turn.reporter, reason="家长补充")
            return
        except Invalid as wrong:
            changes = sound(changes, wrong)


def conceal_report(turn: Turn, report: Envelope) -> None:
    """Let nobody at school, town or village learn who made a report."""
    door.conceal_reporter(turn.to_write(), report, actor=turn.reporter)


def amend_report(turn: Turn, receipt: str, answers: Answers, typed: Collection[str] | None = None) -> bool:
    """Correct a report; tell whether nobody had taken it up meanwhile. Raises Invalid, CorrectedOften.

    `typed` are the keys of what pages wrote; None where the chat alone has said what is new.
    """
    db, report = turn.to_write(), own_report(turn, receipt)
    if report is None or not progress.changeable(db, report):
        return False
    old, form = lookup.answers_of(db, report), lookup.schema(db, report.kind)
    # What is masked is in the draft only where it was said anew; then it counts, whatever it was before.
    said = {key: one for key, one in answers.items() if form.field(key).guarded or old.get(key) != one}
    if said:
        with db.write():
            correcting.correct_report(db, report, said, actor=turn.reporter, reason="家长更正")
            left = typed_keys(db, report) - said.keys() if typed is None else typed
            note_typed(db, report.id, left if report.channel == CHANNEL else ())
    media.attach_lately(db, turn.reporter, receipt)
    return True


def withdraw_report(turn: Turn, report: Envelope) -> bool:
    """Take a report back; tell whether nobody had taken it up meanwhile."""
    try:
        door.withdraw(turn.to_write(), report, actor=turn.reporter)
    except Stale:
        return False
    return True


def sound(answers: Mapping[str, Any], wrong: Invalid) -> dict[str, Any]:
    """Give answers without those that were refused; without all but the words where that is not clear."""
    left = {key: value for key, value in answers.items() if key not in wrong.errors}
    if len(left) < len(answers):
        return left
    return {key: value for key, value in answers.items() if key == "description" and len(answers) > 1}
