"""Days as a phone says them: 昨天 is the day before that on which it was written down, however late it arrives."""

from datetime import date, timedelta
from typing import Any

from intake.fields import Day
from intake.kinds.form import Form
from intake.language import spoken
from intake.web import questions

LONGEST = timedelta(days=60)
"""For how long a record may have waited on a phone and still say 昨天 of its own day."""


def noted_on(typed: questions.Typed, today: date) -> date:
    """Give the day on which something was written down: a phone says so, whenever it has a signal again."""
    said = typed.get("noted_on", "")
    try:
        noted = date.fromisoformat(said) if said else today
    except ValueError:
        return today
    return noted if today - LONGEST <= noted <= today else today


def dated_answers(form: Form, typed: questions.Typed, noted: date) -> dict[str, Any]:
    """Give what was said, days as seen from the day on which it was written down."""
    raw = questions.raw(form, typed, questions.TEACHER)
    return {key: _dated(form, key, one, noted) for key, one in raw.items()}


def _dated(form: Form, key: str, said: Any, noted: date) -> Any:
    field = form.field(key)
    if not isinstance(field, Day):
        return said
    found = spoken.day(str(said), noted, lean="past" if field.lean == "past" else "future")
    return found.isoformat() if found else said
