"""Days that were said in words: read back as the day that was understood, and sent on as that day."""

from intake.fields import Day
from intake.kinds import Answers, Report
from intake.web.questions import Typed


def carried(form: Report, typed: Typed, key: str, answers: Answers) -> list[str]:
    """Give what goes on to be sent: of a day that was read back this day, also where 昨天 has become another one."""
    if key in answers and isinstance(form.fields.get(key), Day):
        return [str(answers[key])]
    return typed.getlist(key)


def shown(form: Report, typed: Typed, key: str, value: str) -> str:
    """Show beside a day the words that it was read from."""
    said = next((one.strip() for one in typed.getlist(key) if one.strip()), "")
    in_words = isinstance(form.field(key), Day) and not said.isascii()
    return f"{value}（您写的是“{said}”）" if in_words and said else value
