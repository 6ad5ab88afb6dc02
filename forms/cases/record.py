"""One record on its way from a phone to a case: a call, a visit, a return; also one that waited for days for a signal."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from forms import who
from forms.cases import dated, shown
from forms.teachers import entry
from intake.cases import case as cases
from intake.cases import merging, work
from intake.cases.case import Case, CaseEvent
from intake.cases.rulebook import records, states
from intake.cases.rulebook.transitions import TRANSITIONS, Transition
from intake.children.children import Child
from intake.errors import Denied, Missing
from intake.kinds.form import Form
from intake.language.patterns import regex
from intake.places import gazetteer
from intake.school import caseload, contradictions, followed
from intake.school.caseload import HeldCase
from intake.school.roll import phone_of, phone_said
from intake.web import get_db, questions

CHANNEL = "phone"
HAPPENED = frozenset({"contact", "note", "observed", "persuasion", "leave"})
"""What has happened, whatever has become of the case since it was written down."""
WAITING: Mapping[str, str] = {"served": "letter", "replied": "referral"}
"""What answers something that waits, and under which key it says what."""
KEY = regex(r"[A-Za-z0-9_-]{16,64}")
Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Something to be written down on a case, and what was typed of it so far."""

    held: HeldCase
    do: str
    transition: Transition
    typed: questions.Typed

    @classmethod
    def of(cls, number: str, typed: questions.Typed) -> "CaseRecord":
        """Take in hand what a page sent, or asks for by `do`. Raises Missing."""
        db, me, do = get_db(), entry.me(), typed.get("do", "")
        case = _current(cases.case_seen(db, me, number))
        transition = TRANSITIONS.get("contact" if do in shown.WAYS else do)
        if transition is None or do not in shown.OFFERED:
            raise Missing
        return cls(caseload.held_case(db, case, me), do, transition, typed)

    @classmethod
    def new(cls, number: str, do: str) -> "CaseRecord":
        """Begin a record, with what is known filled in."""
        empty = cls.of(number, MultiDict({"do": do}))
        due = [one.key.partition(":")[2] for one in empty.held.mine if one.key.startswith("observe:")]
        known = {"which": due[0]} if due and do == "observed" else {}
        if empty.form and "day" in empty.form.fields:
            known["day"] = "今天"
        return cls(empty.held, do, empty.transition, MultiDict({"do": do, **known}))

    @property
    def form(self) -> Form | None:
        """Give the questions of it; None where a press says all."""
        needs = self.transition.needs
        return records.bind(needs, gazetteer.world(get_db())) if needs else None

    @property
    def preset(self) -> dict[str, str]:
        """Give what the button has said already. Raises Missing where nothing is asked, or it is not clear who is meant."""
        if self.do == "answered":
            return {"question": self.question}
        if self.do in WAITING:
            return self.carried
        if child := self.child:
            return {"child": child.id, "school": child.school}
        return {"way": shown.WAYS[self.do]} if self.do in shown.WAYS else {}

    @property
    def waited_for(self) -> CaseEvent:
        """Give the document that was delivered, or the word to an office that was answered: as the page said, else the oldest.

        Sent again it is the same one, though nothing waits any more. Raises Missing.
        """
        now, said = cases.standing(get_db(), self.held.case), self.typed.get(WAITING[self.do])
        waiting = {said} if said else {*now.letters} if self.do == "served" else {*now.referrals}
        events = cases.events_of(get_db(), self.held.case)
        found = next((one for one in events if one.id in waiting), None)
        if found is None:
            raise Missing
        return found

    @property
    def carried(self) -> dict[str, str]:
        """Give what a form takes along unseen: which document, which office. Raises Missing."""
        return {WAITING[self.do]: self.waited_for.id} if self.do in WAITING else {}

    @property
    def title(self) -> str:
        """Say what is written down, and about which document or office."""
        about = self.waited_for.facts if self.do in WAITING else {}
        more = f"{about.get('document', about.get('to', ''))} {about.get('number', '')}".strip()
        return f"{shown.title_of(self.do)}（{more}）" if more else shown.title_of(self.do)

    @property
    def question(self) -> str:
        """Give the oldest question of a case that waits for its answer. Raises Missing."""
        found = next(iter(cases.standing(get_db(), self.held.case).questions), None)
        if found is None:
            raise Missing
        return found

    @property
    def done(self) -> bool:
        """Tell whether it says what is known already: pressed twice, it is said once."""
        if self.do == "identified":
            return bool(self.held.case.child)
        steps = cases.steps_of(get_db(), self.held.case.id) if self.do == "answered" else []
        mine = [one for one in steps if (one.key, one.actor) == ("answered", entry.me().actor)]
        return bool(mine) and not cases.standing(get_db(), self.held.case).questions

    @property
    def child(self) -> Child | None:
        """Give the child of the roll whom a case is said to be about. Raises Missing where it is not clear who."""
        if self.do != "identified":
            return None
        found = caseload.child_meant(get_db(), self.held.case, entry.me())
        if found is None:
            raise Missing
        return found

    @property
    def noted_on(self) -> date:
        """Give the day on which it was written down."""
        return dated.noted_on(self.typed, get_db().today())

    @property
    def answers(self) -> dict[str, Any]:
        """Give what was said, with what the button said already."""
        if self.form is None:
            return {}
        return dated.dated_answers(self.form, self.typed, self.noted_on) | self.preset

    def act(self) -> CaseEvent:
        """Write it down, once however often it comes. Raises Denied, Invalid, Refused, Moved."""
        seen = self.typed.get("seen", "")
        decided = self.transition.key not in HAPPENED and seen.isdecimal() and len(seen) < 9
        key = self.key
        if child := self.child:
            event = followed.name_child(
                get_db(),
                self.held.case,
                child.id,
                entry.me(),
                channel=CHANNEL,
                seen=int(seen) if decided else None,
            )
            if event is None:
                raise Denied
            return event
        if self.do == "answered" and self._answered():
            return cases.events_of(get_db(), self.held.case)[-1]
        doing, raw = ("note", self._noted()) if self.late else (self.transition.key, self.answers)
        return work.act(
            get_db(), self.held.case, doing, raw, entry.me(), channel=CHANNEL, seen=int(seen) if decided else None,
            token=f"phone:{entry.me().id}:{key}" if key else None,
        )  # fmt: skip

    @property
    def late(self) -> bool:
        """Tell whether it has happened, but comes when the case has ended: it is kept as a note."""
        return self.transition.key in HAPPENED and self.transition.leads(self.held.case.state) is None

    def _noted(self) -> dict[str, str]:
        """Give a record as a note says it. Raises Invalid."""
        form = self.form
        told = form.shown(form.accept(self.answers)) if form else []
        words = "，".join(f"{label}：{text}" for _, label, text in told)
        return {"words": f"{shown.title_of(self.do)}。{words}"[: records.LONG]}

    def _answered(self) -> bool:
        """Answer where the roll is put right as well; tell whether it still can be."""
        db, me = get_db(), entry.me()
        word = {said: key for key, said in contradictions.ANSWERS.items()}.get(
            self.typed.get("answer", ""), ""
        )
        found = contradictions.contradiction_of_case(db, self.held.case, self.question, me) if word else None
        if found is None:
            return False
        receipt, phone = found.word.report.receipt, phone_of(me) or phone_said(db, me.actor)
        contradictions.answer_contradiction(db, me, self.held.case.class_id, receipt, word, phone)
        return True

    @property
    def key(self) -> str:
        """Give the key that makes a repeated sending harmless, or nothing where the page brought none."""
        key = self.typed.get("idempotency_key", "") or request.headers.get(who.IDEMPOTENCY, "")
        return key if KEY.fullmatch(key) else ""

    def page(self, errors: Errors | None = None, *, alert: str = "") -> str:
        """Render the form with what was typed; `alert` says why it has not been taken."""
        form, wrong = self.form, dict(errors or {})
        asked = list(self._questions(form, wrong)) if form else []
        return render_template(
            "forms/case_record.html", record=self, case=self.held.case, title=self.title, asked=asked,
            suggestions=questions.suggestions(form) if form else {}, errors=wrong, alert=alert, me=entry.me(),
            key=self.key or secrets.token_urlsafe(24),
        )  # fmt: skip

    def _questions(self, form: Form, errors: Errors) -> Iterator[questions.Question]:
        """Give the questions in their order, without what the button has said, and all that follows from it."""
        settled = {key for key, when in form.conditions().items() if when.keys() <= self.preset.keys()}
        known = self.preset.keys() | (form.irrelevant(self.preset) & settled)
        for one in questions.in_order(form, self.typed, errors, questions.TEACHER, known=known):
            yield replace(one, condition="") if one.key in settled else one


def _current(case: Case) -> Case:
    """Give the case that a case was put into, where it was: what waited on a phone is written down there."""
    while case.state == states.MERGED:
        _, other = merging.merged_into(get_db(), case)
        if not cases.may_see(get_db(), entry.me(), other):
            break
        case = other
    return case
