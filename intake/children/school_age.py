"""Who is of school age: from six to sixteen on 31 August, unless the bureau sets other years (义务教育法 §11)."""

from datetime import date

from intake.settings import Settings, read_limits

_BEGINS = (8, 31)
"""The day before a school year, by which a child must be old enough."""


def born_between(settings: Settings, today: date) -> tuple[str, str]:
    """Give the first and the last day of birth of who is of school age, with those who will be by this 31 August.

    So a list of the spring has who comes to school in autumn; who is older by then stays until the school year ends.
    """
    limits = read_limits(settings.ledger_limits)
    begun = today.year if (today.month, today.day) > _BEGINS else today.year - 1
    oldest = date(begun - limits["age_to"] - 1, 9, 1)
    return oldest.isoformat(), date(today.year - limits["age_from"], *_BEGINS).isoformat()
