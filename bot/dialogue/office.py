"""What the dialogue may ask of the house, bound to one reporter and one message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from intake import kinds
from intake.calendar import hours
from intake.children import links
from intake.children.children import Child, children_of_class
from intake.house import retention
from intake.kinds import Answers, Report
from intake.kinds.envelope import Envelope
from intake.language import text
from intake.messages import media, outbox
from intake.people import bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.places import gazetteer
from intake.reports import door, notice, progress, receipts, told_children
from intake.reports.progress import Progress
from intake.reports.told_children import ToldChild
from intake.school import roll
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import faq

CHANNEL = "wechat"


def sound(answers: Mapping[str, Any], wrong: kinds.Invalid) -> dict[str, Any]:
    """Give answers without those that were refused; without all but the words where that is not clear."""
    left = {key: value for key, value in answers.items() if key not in wrong.errors}
    if len(left) < len(answers):
        return left
    return {key: value for key, value in answers.items() if key == "description" and len(answers) > 1}


class NeedsWriting(Exception):
    """The answer changes more than the conversation: decide again inside the transaction."""


@dataclass(frozen=True, slots=True)
class Office:
    """The house as one message sees it; what changes anything raises NeedsWriting unless `writing`."""

    db: Database
    reporter: str
    key: str
    writing: bool
    away: timedelta = timedelta()
    """How long the reporter has been silent."""

    @property
    def settings(self) -> Settings:
        """Give the settings."""
        return self.db.settings

    @property
    def today(self) -> date:
        """Give the local date."""
        return self.db.today()

    @property
    def kinds(self) -> Mapping[str, type[Report]]:
        """Give the kinds of report, in the order of the menu."""
        return kinds.KINDS

    @property
    def contact(self) -> str:
        """Give the sentence that says whom to ask."""
        return notice.contact(self.settings)

    def hours(self) -> str:
        """Say when somebody reads what is written now."""
        now = self.db.now()
        if hours.open_now(self.settings.office_hours, now):
            return "现在是上班时间，会尽快回复您。"
        return f"现在是下班时间，{hours.next_opening(self.settings.office_hours, now)} 以后有人回复。"

    def school(self, scene: str) -> str:
        """Give the name of the school whose code was scanned, or nothing."""
        places = gazetteer.world(self.db).places
        code = scene.removeprefix("school:")
        return next((one.name for one in places.schools() if scene != code and one.code == code), "")

    def form(self, kind: str) -> Report:
        """Give the declaration of a kind, bound to today's places."""
        return door.schema(self.db, kind)

    def children(self) -> list[ToldChild]:
        """Give the children that the reporter has told of, the newest first."""
        return told_children.told_children(self.db, self.reporter)

    def lasting(self) -> list[str]:
        """Give the keys of what stays true of a child and a reporter from report to report."""
        return told_children.lasting_keys()

    def own(self, child: ToldChild) -> Answers:
        """Give what is the reporter's own of what she said of a child: her phone, and how she is related."""
        return {key: value for key, value in child.facts.items() if key in told_children.OWN}

    def own_keys(self) -> frozenset[str]:
        """Give the keys of what is the reporter's own, whichever child it is about."""
        return told_children.OWN

    def answer(self, said: str) -> str:
        """Give the bureau's answer to a question, or nothing."""
        return faq.answer(self.settings, said)

    def consent(self) -> str:
        """Give the mark of the reporter's consent to today's notice, or nothing."""
        return notice.standing(self.db, self.reporter)

    def agree(self, agreed: bool) -> str:
        """Keep the answer to the notice; give its mark."""
        self._change()
        return notice.record(self.db, self.reporter, agreed)

    def receive(self, kind: str, answers: Answers, consent: str, at_once: bool = False) -> str:
        """Take a report; give its receipt. Raises kinds.Invalid."""
        self._change()
        done = door.receive(
            self.db,
            kind,
            answers,
            channel=CHANNEL,
            reporter=self.reporter,
            key=f"{CHANNEL}:{self.key}",
            consent=consent,
            at_once=at_once,
            pictures=True,
        )
        return done.receipt

    def attach(self, receipt: str) -> None:
        """Put the pictures and recordings that the reporter sent lately to a report."""
        self._change()
        media.attach_lately(self.db, self.reporter, receipt)

    def undelivered(self) -> str:
        """Give what was sent and did not arrive, to be shown now; it counts as shown."""
        self._change()
        found = outbox.waiting_for(self.db, self.reporter)
        outbox.shown(self.db, (one.id for one in found))
        return "".join(f"【工作人员给您的回复】\n{one.text}\n\n" for one in found)

    def add(self, receipt: str, facts: Mapping[str, Any], said: str) -> None:
        """Add to the reporter's own report what was said afterwards; what does not go with the rest is left out."""
        self._change()
        report = door.find(self.db, receipt)
        if report is None or report.reporter != self.reporter:
            return
        changes = dict(facts)
        if said:
            told = str(door.answers(self.db, report).get("description", ""))
            changes["description"] = text.normalise(f"{told}\n{said}")[:500]
        while changes:
            try:
                door.amend(self.db, report, changes, actor=self.reporter, reason="家长补充")
                return
            except kinds.Invalid as wrong:
                changes = sound(changes, wrong)

    def reports(self) -> list[Envelope]:
        """Give the envelopes of the reporter's newest reports."""
        return door.of_reporter(self.db, self.reporter)

    def report(self, receipt: str) -> Envelope | None:
        """Give the envelope of a report if it is the reporter's own."""
        found = door.find(self.db, receipt)
        return found if found and found.reporter == self.reporter else None

    def answers(self, report: Envelope) -> Answers:
        """Give the answers of a report."""
        return door.answers(self.db, report)

    def untouched(self, report: Envelope) -> bool:
        """Tell whether the reporter may still correct a report or take it back."""
        return report.retractable

    def amend(self, receipt: str, answers: Answers) -> bool:
        """Correct a report; tell whether nobody had taken it up meanwhile. Raises kinds.Invalid."""
        self._change()
        report = self.report(receipt)
        if report is None or not report.retractable:
            return False
        old = door.answers(self.db, report)
        changes = {key: value for key, value in answers.items() if old.get(key) != value}
        if changes:
            door.amend(self.db, report, changes, actor=self.reporter, reason="家长更正")
        self.attach(receipt)
        return True

    def withdraw(self, report: Envelope) -> bool:
        """Take a report back; tell whether nobody had taken it up meanwhile."""
        self._change()
        try:
            door.withdraw(self.db, report, actor=self.reporter)
        except door.Stale:
            return False
        return True

    def delete(self) -> None:
        """Delete the reporter's chat, drafts and consent."""
        self._change()
        notice.record(self.db, self.reporter, False)
        retention.forget(self.db, self.reporter)

    def progress(self) -> list[Progress]:
        """Give the progress of the reporter's newest reports."""
        return progress.of_reporter(self.db, self.reporter)

    def progress_of(self, said: str) -> Progress | None:
        """Give the progress of a receipt if it is the reporter's own."""
        number = receipts.read(said)
        report = door.find(self.db, number) if number else None
        return progress.of(report) if report and report.reporter == self.reporter else None

    def teacher(self) -> Person | None:
        """Give the member of staff that the reporter is bound as."""
        return bindings.of(self.db, self.reporter)

    def bind(self, code: str) -> Person:
        """Bind the reporter by a code. Raises bindings.Refused."""
        self._change()
        return bindings.bind(self.db, self.reporter, code)

    def unbind(self) -> bool:
        """Undo the reporter's binding; tell whether there was one."""
        self._change()
        return bindings.unbind(self.db, self.reporter)

    def classes(self, person: Person) -> list[Class]:
        """Give the classes that somebody teaches."""
        return bindings.classes(self.db, person.id)

    def roster(self, class_id: str) -> list[Child]:
        """Give the children of a class."""
        return children_of_class(self.db, class_id)

    def said_of(self, class_id: str) -> roll.Roll | None:
        """Give what a class said of today; None is 未上报."""
        return roll.state(self.db, class_id, self.today)

    def phone(self, person: Person) -> str:
        """Give a teacher's phone: the login, or the one said with an earlier report; else nothing."""
        return roll.phone_of(person) or roll.phone_said(self.db, self.reporter)

    def told(self, person: Person, phone: str, more: Mapping[str, Mapping[str, Any]]) -> roll.Told:
        """Give what the reports of absent children say beside the roll."""
        return roll.Told(phone or self.phone(person), self.reporter, self.consent(), more)

    def mark(
        self, person: Person, class_id: str, absent: Mapping[str, str], told: roll.Told | None = None
    ) -> roll.Marked:
        """Take today's roll of a class. Raises roll.Refused."""
        self._change()
        return roll.mark(self.db, class_id, self.today, absent, person, told or self.told(person, "", {}))

    def tell(
        self, person: Person, class_id: str, absent: Mapping[str, str], told: roll.Told
    ) -> Mapping[str, str]:
        """Report absent children without the roll; give the receipts. Raises roll.Refused."""
        self._change()
        return roll.tell(self.db, class_id, self.today, absent, person, told)

    def parents(self, person: Person) -> list[told_children.WaitingParent]:
        """Give the parents whom a teacher has to confirm or refuse."""
        return told_children.parents_waiting(self.db, person.id)

    def parents_waiting(self, person: Person) -> int:
        """Count the parents whom a teacher has to confirm or refuse."""
        return links.count(self.db, person.id)

    def decide_parent(self, person: Person, reporter: str, child: str, confirmed: bool) -> bool:
        """Confirm or refuse a parent; tell whether that was still open."""
        self._change()
        return links.decide(self.db, person, reporter, child, confirmed)

    def _change(self) -> None:
        if not self.writing:
            raise NeedsWriting
