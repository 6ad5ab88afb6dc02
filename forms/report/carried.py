"""What a read-back carries on to be sent: what was typed, and of a day that was said in words the day that was understood."""

from collections.abc import Iterator

from intake.fields import Day
from intake.kinds import Answers, Report
from intake.kinds.reading.rough_days import about
from intake.web.questions import Typed

SEALED = "kept_answers"
"""Under what name a page carries what it does not show."""
_OURS = frozenset(
    {"csrf_token", "step", "idempotency_key", "consent", "notice", "website", "kind", "last_four", SEALED}
)
"""What a page sends besides answers, and the read-back does not carry."""


def carried_values(form: Report, typed: Typed, answers: Answers) -> Iterator[tuple[str, str]]:
    """Yield what goes on, by name.

    A day that was read back is this day, also where 昨天 has become another one, and as rough as it was said.
    """
    for name in typed:
        if name in answers and isinstance(form.fields.get(name), Day):
            yield name, f"{about(name, answers)}{answers[name]}"
        elif name not in _OURS:
            yield from ((name, value) for value in typed.getlist(name))


def show_with_words(form: Report, typed: Typed, key: str, value: str) -> str:
    """Show beside a day the words that it was read from."""
    said = next((one.strip() for one in typed.getlist(key) if one.strip()), "")
    in_words = isinstance(form.field(key), Day) and not said.isascii()
    return f"{value}（您写的是“{said}”）" if in_words and said else value
