"""From a declaration to what a page shows: groups of questions, each with what was typed and what is wrong."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from intake.fields import Answer, Choice, Choices
from intake.fields.privacy import Privacy
from intake.kinds import Report
from intake.kinds.form import GROUPS, Form
from intake.kinds.reading import parents
from intake.language import sounds
from intake.language.patterns import regex
from intake.language.unknown import NOT_KNOWN

ROWS = 16
"""Options up to which a choice is shown as rows to tap; longer lists become a <select>."""

FORM, TEACHER = "form", "teacher"
_ISO = regex(r"\d{4}-\d{2}-\d{2}")
Typed = MultiDict[str, str]
Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """One question as a template renders it; `typed` holds several only where several can be chosen."""

    key: str
    field: Answer
    required: bool
    widget: str
    options: Sequence[str]
    suggestions: str
    condition: str
    typed: Sequence[str]
    errors: Sequence[str]
    said: str = ""
    """What takes the place of the hint."""
    unsure: bool = False
    """Whether 不知道 may be ticked beside what is written."""
    plain: bool = True
    """Whether a parent reads it: labels and options are everyday words."""
    remembered: str = ""
    """What is said of an answer that the house has filled in itself."""

    @property
    def label(self) -> str:
        """Give the short name of what is asked."""
        return self.field.asked.called if self.plain else self.field.asked.label

    @property
    def hint(self) -> str:
        """Give the hint, unless it tells how to spell what can be tapped here."""
        spelling = self.options and (self.widget == "select" or not isinstance(self.field, Choice))
        return self.said or ("" if spelling else self.field.asked.hint)

    @property
    def secret(self) -> bool:
        """Tell whether a phone must not keep what is typed here."""
        return self.field.asked.privacy is Privacy.SENSITIVE

    @property
    def when(self) -> str:
        """Give the condition as JSON, for a browser that cannot read it from the style sheet."""
        return json.dumps(
            {cause: list(words) for cause, words in self.field.asked.when.items()}, ensure_ascii=False
        )

    def checked(self, word: str) -> bool:
        """Tell whether an option is chosen, by its word or by one that means it."""
        return any(
            said == word or (isinstance(self.field, Choice) and self.field.find(said) == word)
            for said in self.typed
        )

    def called(self, word: str) -> str:
        """Give the everyday word for an option."""
        return self.field.called(word) if self.plain else word

    @property
    def written(self) -> str:
        """Give what was written, which 不知道 that was ticked is not."""
        said = next(iter(self.typed), "")
        return "" if self.unsure and said == NOT_KNOWN else said

    @property
    def day(self) -> str:
        """Give the day that was typed, unless it is one of the chips."""
        said = next(iter(self.typed), "")
        return "" if said in self.options else said

    @property
    def dated(self) -> bool:
        """Tell whether the phone's calendar can show what was typed."""
        return not self.day or bool(_ISO.fullmatch(self.day))

    @property
    def touched(self) -> bool:
        """Tell whether somebody typed here, or has to."""
        return bool(self.errors) or any(self.typed)


@dataclass(frozen=True, slots=True)
class Group:
    """The questions under one heading: those to be seen, and those that may be unfolded."""

    title: str
    main: Sequence[Question]
    more: Sequence[Question]

    @property
    def unfolded(self) -> bool:
        """Tell whether the rest must be open from the start."""
        return any(one.touched for one in self.more)


def keys(form: Form, channel: str = FORM) -> Iterator[str]:
    """Yield the keys of the questions that a channel is asked: some only teachers can answer."""
    asked = ((key, field.asked) for key, field in form.answers().items())
    return (key for key, one in asked if not one.silent and (channel == TEACHER or not one.teachers))


def raw(form: Form, typed: Typed, channel: str = FORM) -> dict[str, Any]:
    """Pick the answers out of a browser's fields; whatever else it sent is not an answer.

    A day has two controls, chips and a date: the first that is not blank counts.
    """
    answers = form.answers()
    return {
        key: typed.getlist(key)
        if isinstance(answers[key], Choices)
        else next((one for one in typed.getlist(key) if one.strip()), "")
        for key in keys(form, channel)
        if key in typed
    }


def groups(
    form: Form,
    typed: Typed,
    errors: Errors,
    channel: str = FORM,
    *,
    known: Collection[str] = (),
    hints: Mapping[str, str] | None = None,
    kept: Collection[str] = (),
    staff: bool = False,
    remembered: Mapping[str, str] | None = None,
) -> list[Group]:
    """Arrange the questions of a declaration, as a channel must answer them.

    In view are, in this order: the required ones, and the optional ones that the chat asks as well or
    that lead a teacher further.
    A question with a condition follows its cause. The rest can be unfolded. What is `known` is not
    asked; `hints` by key take the place of the declared ones. What is `kept` already need not be answered.
    `remembered` says by key of answers that the house has filled in where they are from, to be looked at.
    `staff` and teachers read the official words, everybody else everyday ones.
    """
    plain = not staff and channel != TEACHER
    shown = [key for key in keys(form, channel) if key not in known]
    excused = {*form.excused(channel, raw(form, typed, channel)), *kept}
    ours = remembered or {}
    if form.foremost and plain:
        return [_foremost(form, shown, typed, errors, (excused, channel), ours)]
    seen = _in_view(form, shown)
    arranged = []
    for title in GROUPS:
        mine = [
            replace(
                _question(form, key, typed, errors, excused, channel, plain),
                said=(hints or {}).get(key, ""),
                remembered=ours.get(key, ""),
            )
            for key in shown
            if form.answers()[key].asked.group == title
        ]
        main = sorted((one for one in mine if one.key in seen), key=lambda one: seen[one.key])
        arranged.append(Group(title, main, [one for one in mine if one.key not in seen]))
    return [group for group in arranged if group.main or group.more]


def in_order(
    form: Form,
    typed: Typed,
    errors: Errors,
    channel: str = FORM,
    *,
    known: Collection[str] = (),
    staff: bool = False,
) -> list[Question]:
    """Give the questions of a declaration in its order, nothing folded away; see `groups`."""
    every = groups(form, typed, errors, channel, known=known, staff=staff)
    found = {one.key: one for group in every for one in (*group.main, *group.more)}
    return [found[key] for key in form.answers() if key in found]


def _foremost(
    form: Form,
    shown: Sequence[str],
    typed: Typed,
    errors: Errors,
    asked: tuple[Collection[str], str],
    remembered: Mapping[str, str],
) -> Group:
    """Put what saves time first, and everything else behind 更多."""
    excused, channel = asked
    every = {
        key: replace(
            _question(form, key, typed, errors, excused, channel, True), remembered=remembered.get(key, "")
        )
        for key in shown
    }
    first = [every[key] for key in form.foremost if key in every]
    return Group("现在的情况", first, [one for key, one in every.items() if key not in form.foremost])


def suggestions(form: Form) -> dict[str, Sequence[tuple[str, str]]]:
    """Give the lists of names that text fields offer while one types, each once: (name, its initials)."""
    fields = [form.field(key) for key in keys(form)]
    return {
        type(one).__name__: [(word, sounds.initials(word)) for word in words]
        for one in fields
        if (words := one.suggestions())
    }


def _in_view(form: Form, shown: Sequence[str]) -> dict[str, int]:
    """Map the keys in view to their rank: 0 required and what hangs on it, 1 optional."""
    ranks: dict[str, int] = {}
    leading = {cause for key in shown for cause in form.answers()[key].asked.when}
    for key in shown:
        field = form.answers()[key]
        causes = [ranks[cause] for cause in field.asked.when if cause in ranks]
        if field.asked.when and causes:
            ranks[key] = min(causes)
        elif field.required:
            ranks[key] = 0
        elif not field.asked.when and (field.asked.chat or (field.asked.teachers and key in leading)):
            ranks[key] = 1
    return ranks


def _question(
    form: Form, key: str, typed: Typed, errors: Errors, excused: Collection[str], channel: str, plain: bool
) -> Question:
    field = form.field(key)
    options = field.options() or field.chips(roughly=plain)
    widget = field.widget
    if widget == "choice":
        widget = "radio" if len(options) <= ROWS else "select"
    required = key not in excused and (field.required or channel in field.asked.required_from)
    not_known = _unknown(form, field, required, channel)
    return Question(
        key=key,
        field=field,
        required=required,
        widget=widget,
        options=[*options, *not_known] if options else options,
        unsure=bool(not_known),
        suggestions=type(field).__name__ if field.suggestions() else "",
        condition=_condition(form, field, plain),
        typed=[one for one in typed.getlist(key) if one.strip()],
        errors=errors.get(key, ()),
        plain=plain,
    )


def _unknown(form: Form, field: Answer, required: bool, channel: str) -> Sequence[str]:
    """Give 不知道 where a report can do without an answer, and no option says it."""
    if not (required and channel in parents.FACES and isinstance(form, Report)):
        return ()
    return () if isinstance(field, Choice) and field.find(NOT_KNOWN) else (NOT_KNOWN,)


def _condition(form: Form, field: Answer, plain: bool) -> str:
    """Say in words when a question is meant, for a page that cannot hide it without JavaScript."""
    causes = []
    for key, words in field.asked.when.items():
        cause = form.field(key)
        label = cause.asked.called if plain else cause.asked.label
        chosen = "或".join(f"“{cause.called(word) if plain else word}”" for word in words)
        causes.append(f"“{label}”选了{chosen}")
    return f"如果{'，或者'.join(causes)}，请填" if causes else ""
