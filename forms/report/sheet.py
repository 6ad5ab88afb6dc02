"""One form on its way: who fills it in, what was typed, what goes into the report, and how it is shown."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort, render_template, request, session
from werkzeug.datastructures import MultiDict

from forms import who
from forms.progress import proof
from forms.report import link
from forms.report.carried import SEALED, carried_values, show_with_words
from forms.report.remembered import child_meant, children_to_pick, own_to_pick, remembered_answers
from forms.who import FORM, PROXY, TEACHER, Who
from intake.cases.advice import reason_notes
from intake.errors import Invalid
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Answers, Report
from intake.kinds.envelope import Envelope
from intake.kinds.form import CONFIDE
from intake.kinds.reading import parents
from intake.language.patterns import regex
from intake.places import gazetteer
from intake.reports import door, lookup, notice
from intake.school import contacts, streaks
from intake.web import get_db, limits, questions, visitors

NOT_SHOWN = "您在微信里说过的，这里不再显示。不用再填；要改，请重新填。"
TOLD = "已填（微信里说过）"
CHOOSE = "请先看告知，再选“同意”或“不同意”。"
READ_OUT = "请先把告知读给家长听，再选家长同不同意。"
OF_NUMBER = frozenset({"id_type", "sex", "birth_date"})
"""What an identity number tells."""
_KEY = regex(r"[A-Za-z0-9_-]{16,64}")
Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form, its writer, and what was typed so far."""

    form: Report
    who: Who
    typed: questions.Typed
    private: bool = False
    """Whether the page holds more than an empty form."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What was said in the chat and goes along, by key, without being shown in this browser."""
    earlier: Envelope | None = None
    """The report into which a teacher writes what she has learned since: the same child is still missing."""

    @classmethod
    def of(cls, kind: str, typed: questions.Typed) -> "Sheet":
        """Take the form of a kind in hand; 404 where there is none."""
        if kind not in KINDS:
            abort(404)
        form = lookup.schema(get_db(), kind)
        writer = who.writing(form)
        goes_on = kind == "absence" and writer.channel == TEACHER and writer.child
        earlier = streaks.told_lately(get_db(), writer.child) if goes_on else None
        kept = _kept(form, writer, typed) if writer.channel == FORM and visitors.visitor() else {}
        return cls(form, writer, typed, kept=kept, earlier=earlier)

    @classmethod
    def new(cls, kind: str) -> "Sheet":
        """Begin a form, with what is known filled in, so that nothing is asked twice."""
        empty = cls.of(kind, MultiDict())
        told: dict[str, Any] = {
            key: empty.form.field(key).show(value) for key, value in empty.who.told.items()
        }
        if empty.who.channel == FORM:
            told = link.recall(kind).shown or proof.again()
        if empty.earlier:
            told = {
                key: shown
                for key, _, shown in empty.form.shown(lookup.answers_of(get_db(), empty.earlier))
                if not empty.form.field(key).tells_number  # a family may have said it
            }
        private = bool(told or empty.who.person or empty.agreed or empty.linked)
        return replace(empty, typed=MultiDict(told or _from_poster()), private=private)

    @property
    def linked(self) -> bool:
        """Tell whether the chat shall know at once what is typed here."""
        return self.who.channel == FORM and bool(who.linked_reporter())

    @property
    def key(self) -> str:
        """Give the key that makes a repeated sending harmless, or nothing where the page brought none."""
        return _key(self.typed)

    @property
    def said(self) -> dict[str, Any]:
        """Give what was said: what was typed, and what needed no asking."""
        said = {
            **_beside(self.kept, questions.raw(self.form, self.typed, self.who.channel)),
            **self.who.known,
        }
        return said | (self.form.told_in_words(said) if self.who.channel != TEACHER else {})

    @property
    def asks_phone(self) -> bool:
        """Tell whether the phone's last digits would let more be seen of what was said in the chat."""
        return self.who.channel == FORM and link.asks_phone()

    @property
    def all_seen(self) -> bool:
        """Tell whether nothing goes along unseen but what no page shows to anybody."""
        declared = self.form.answers()
        return all(declared[key].asked.privacy is Privacy.SENSITIVE for key in self.kept)

    @property
    def own(self) -> bool:
        """Tell whether all that is sent was said by whoever sits here, as far as anybody can tell."""
        visitor = visitors.visitor() if self.who.channel == FORM else None
        return visitor is None or (visitor.proved and self.all_seen)

    @property
    def agreed(self) -> str:
        """Give the mark of a consent that stands already; a teacher needs none, somebody she writes for always."""
        return notice.standing(get_db(), self.who.reporter) if self.who.channel == FORM else ""

    @property
    def consented(self) -> bool:
        """Tell whether the notice was agreed to, here or before."""
        newest = self.typed.get("notice", notice.VERSION) in notice.STANDING
        here = self.typed.get("consent") == "agree" and newest
        return self.who.channel == TEACHER or self.at_once or here or bool(self.agreed)

    @property
    def confidential(self) -> bool:
        """Tell whether a reporter wants to stay unnamed, where the kind leaves that open."""
        if not self.form.confides or self.who.channel != FORM:
            return False
        return self.typed.get("confidential") == "是" or link.wishes_unnamed(self.form.kind)

    @property
    def at_once(self) -> bool:
        """Tell whether danger is told: nothing is asked first, nothing read back (个人信息保护法 §13: to protect life)."""
        return bool(self.form.urgent) and self.who.channel != TEACHER

    def consent(self) -> str:
        """Keep the consent that was given, and give its mark; nothing where none was given or is needed."""
        given = self.typed.get("consent") == "agree" or bool(self.agreed)
        if self.who.channel == TEACHER or not self.consented or not given:
            return ""
        how = "spoken" if self.who.channel == PROXY else ""
        return self.agreed or notice.record(get_db(), self.who.reporter, agreed=True, how=how, once=self.key)

    def answers(self) -> Answers:
        """Check everything at once, the consent too. Raises Invalid."""
        errors: dict[str, list[str]] = {}
        if not self.consented:
            errors["consent"] = [READ_OUT if self.who.channel == PROXY else CHOOSE]
        try:
            answers = self.form.accept(self.said, self.who.channel)
        except Invalid as wrong:
            errors |= wrong.errors
        if errors:
            raise Invalid(errors)
        return answers

    def send(self, consent: str) -> str:
        """Put the report on the disk and give its receipt. Raises Invalid, KeyReused, Stale."""
        db = get_db()
        if self.earlier:
            old = lookup.answers_of(db, self.earlier)
            new = {key: value for key, value in self.answers().items() if old.get(key) != value}
            with db.write():
                if new:
                    door.amend(db, self.earlier, new, actor=self.who.reporter, reason="老师补充")
                if "contact_result" in new and self.who.person:
                    contacts.note_contact(
                        db,
                        self.who.child,
                        str(new["contact_result"]),
                        self.who.person,
                        token=self.key or None,
                    )
            return self.earlier.receipt
        child = child_meant(self.form, self.who, self.said)
        with (
            db.write() if self.linked else nullcontext()
        ):  # the chat's draft ends with the report, or not at all
            received = door.receive(
                db, self.form.kind, self.said, channel=self.who.channel, reporter=self.who.reporter,
                key=self.key or None, consent=consent, child=child, pictures=self.linked,
                confidential=self.confidential, family=self.own,
                address=limits.stranger(request) if self.who.channel == FORM else "",
            )  # fmt: skip
            link.sent(self.form.kind, received.receipt)
        return received.receipt

    def page(
        self, errors: Errors | None = None, *, alert: str = "", earlier: str = "", proof: str = ""
    ) -> str:
        """Render the form; `earlier` is the receipt for which its key was used up, so it gets a new one.

        `proof` says why no more of what was said in the chat is shown.
        """
        known, wrong = self.who.known, errors or {}
        groups = questions.groups(
            self.form, self.typed, wrong, self.who.channel, known=known, hints=dict.fromkeys(self.kept, NOT_SHOWN),
            kept=self.kept, remembered=remembered_answers(self.form, self.who, self.typed),
        )  # fmt: skip
        return render_template(
            "forms/form.html",
            sheet=self,
            form=self.form,
            known=self._lines(known),
            rooms=() if wrong or alert else children_to_pick(self.who),
            own=() if wrong or alert else own_to_pick(self.who, self.typed),
            groups=groups,
            suggestions=questions.suggestions(self.form),
            typed=self.typed,
            errors=wrong,
            alert=alert,
            earlier=earlier,
            proof=proof,
            key=secrets.token_urlsafe(24) if earlier or not self.key else self.typed["idempotency_key"],
            confide=CONFIDE if self.form.confides and self.who.channel == FORM else "",
            notice=notice.paragraphs(get_db().settings),
            summary=notice.summary(),
            version=notice.VERSION,
            notes=reason_notes.reason_notes(get_db()) if self._chooses_reason else (),
            patience=self.typed.get("patience") or limits.patience_token(),
        )

    @property
    def _chooses_reason(self) -> bool:
        """Tell whether a teacher chooses why a child does not come."""
        return self.who.channel == TEACHER and self.form.kind == "absence"

    def read_back(self, answers: Answers) -> str:
        """Show what will be sent, as it was understood, with a way back."""
        doubts = self.form.doubts(answers)
        return render_template(
            "forms/check.html",
            sheet=self,
            form=self.form,
            shown=[
                (label, TOLD, "")
                if self._unseen(key)
                else (label, show_with_words(self.form, self.typed, key, value), doubts.get(key, ""))
                for key, label, value in self._lines(answers)
            ]
            + [
                (label, f"不知道（{words}）", "")
                for _, label, words in parents.open_lines(
                    self.form, answers, plain=self.who.channel != TEACHER
                )
            ]
            + ([("保密", CONFIDE, "")] if self.confidential else []),
            carried=[*carried_values(self.form, self.typed, answers)],
            sealed=link.seal(self.form.kind, self.kept),
            key=self.typed["idempotency_key"] if self.key else secrets.token_urlsafe(24),
            version=notice.VERSION,
        )

    def _lines(self, answers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Give (key, label, words) of answers; a birth date that only the roll knows is masked.

        Whoever writes for a family, or as one, reads everyday words; a teacher for herself the official ones.
        """
        read = self.form.shown if self.who.channel == TEACHER else self.form.told
        return [
            (key, label, self.form.field(key).mask(answers[key]) if self._is_masked(key) else value)
            for key, label, value in read(answers)
        ]

    def _is_masked(self, key: str) -> bool:
        return key in self.who.known and self.form.field(key).tells_number

    def _unseen(self, key: str) -> bool:
        """Tell whether an answer came from the chat without being shown, or follows from one that did."""
        return key in self.kept or ("id_number" in self.kept and key in OF_NUMBER)


def _beside(kept: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Put what goes along unseen to what was typed.

    What a number tells itself is not compared with what was typed: whoever may not see it would learn it by guessing.
    """
    guessed = OF_NUMBER if "id_number" in kept else frozenset[str]()
    return {**{key: value for key, value in raw.items() if key not in guessed}, **kept}


def _key(typed: questions.Typed) -> str:
    key = typed.get("idempotency_key", "")
    return f"form:{key}" if _KEY.fullmatch(key) else ""


def _kept(form: Report, writer: Who, typed: questions.Typed) -> Mapping[str, Any]:
    """Give what goes along from the chat, but for what was typed anew and what does not agree with that."""
    sealed = typed.get(SEALED, "")
    kept = link.unseal(form.kind, sealed) if sealed else link.kept_of_sent(form.kind, _key(typed))
    kept = link.keeps(form.kind, typed) if kept is None else kept
    raw = questions.raw(form, typed, writer.channel)
    left = {key: value for key, value in kept.items() if not form.said({key: raw.get(key, "")})}
    if not raw or not left:
        return left
    try:
        form.accept(_beside(left, raw), writer.channel)
    except Invalid as wrong:
        return {key: value for key, value in left.items() if key not in wrong.errors}
    return left


def _from_poster() -> dict[str, Any]:
    """Give the school whose poster was scanned."""
    schools = gazetteer.world(get_db()).places.schools()
    name = next((one.name for one in schools if one.code == session.get("school")), "")
    return {"school": name} if name else {}
