"""From a declaration to what a page shows: groups of questions, each with what was typed and what is wrong."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from intake.fields import Answer, Choices
from intake.kinds import Report
from intake.kinds.form import GROUPS

ROWS = 8
"""Options up to which a choice is shown as rows to tap; longer lists become a <select>."""

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

    @property
    def hint(self) -> str:
        """Give the hint, unless the question is a list to choose from, which shows what can be answered."""
        return "" if self.widget == "select" else self.field.asked.hint

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


def keys(form: Report) -> Iterator[str]:
    """Yield the keys of the questions that the public is asked."""
    return (key for key, field in form.answers().items() if not field.asked.teachers)


def raw(form: Report, typed: Typed) -> dict[str, Any]:
    """Pick the answers out of a browser's fields; whatever else it sent is not an answer."""
    answers = form.answers()
    return {
        key: typed.getlist(key) if isinstance(answers[key], Choices) else typed[key]
        for key in keys(form)
        if key in typed
    }


def groups(form: Report, typed: Typed, errors: Errors, channel: str = "form") -> list[Group]:
    """Arrange the questions of a declaration, as a channel must answer them.

    In view are, in this order: the required ones, and the optional ones that the chat asks as well.
    A question with a condition follows its cause. The rest can be unfolded.
    """
    shown, excused = list(keys(form)), form.excused(channel, raw(form, typed))
    seen = _in_view(form, shown)
    arranged = []
    for title in GROUPS:
        mine = [
            _question(form, key, typed, errors, excused)
            for key in shown
            if form.answers()[key].asked.group == title
        ]
        main = sorted((one for one in mine if one.key in seen), key=lambda one: seen[one.key])
        arranged.append(Group(title, main, [one for one in mine if one.key not in seen]))
    return [group for group in arranged if group.main or group.more]


def suggestions(form: Report) -> dict[str, Sequence[str]]:
    """Give the lists of names that text fields offer while one types, each once."""
    fields = [form.field(key) for key in keys(form)]
    return {type(one).__name__: words for one in fields if (words := one.suggestions())}


def _in_view(form: Report, shown: Sequence[str]) -> dict[str, int]:
    """Map the keys in view to their rank: 0 required and what hangs on it, 1 optional."""
    ranks: dict[str, int] = {}
    for key in shown:
        field = form.answers()[key]
        causes = [ranks[cause] for cause in field.asked.when if cause in ranks]
        if field.asked.when and causes:
            ranks[key] = min(causes)
        elif field.required:
            ranks[key] = 0
        elif field.asked.chat and not field.asked.when:
            ranks[key] = 1
    return ranks


def _question(form: Report, key: str, typed: Typed, errors: Errors, excused: Collection[str]) -> Question:
    field = form.field(key)
    options = field.options()
    widget = field.widget
    if widget == "choice":
        widget = "radio" if len(options) <= ROWS else "select"
    return Question(
        key=key,
        field=field,
        required=field.required and key not in excused,
        widget=widget,
        options=options,
        suggestions=type(field).__name__ if field.suggestions() else "",
        condition=_condition(form, field),
        typed=typed.getlist(key),
        errors=errors.get(key, ()),
    )


def _condition(form: Report, field: Answer) -> str:
    """Say in words when a question is meant, for a page that cannot hide it without JavaScript."""
    causes = [
        f"“{form.answers()[cause].asked.label}”选了{'或'.join(f'“{word}”' for word in words)}"
        for cause, words in field.asked.when.items()
    ]
    return f"如果{'，或者'.join(causes)}，请填" if causes else ""
