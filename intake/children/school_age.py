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
    oldest = date(_begun(today) - limits["age_to"] - 1, 9, 1)
    return oldest.isoformat(), date(today.year - limits["age_from"], *_BEGINS).isoformat()


def born_for_school(settings: Settings, today: date) -> tuple[str, str]:
    """Give the first and the last day of birth of who must learn in the school year of a day: not who will be old enough."""
    first, _ = born_between(settings, today)
    limits = read_limits(settings.ledger_limits)
    return first, date(_begun(today) - limits["age_from"], *_BEGINS).isoformat()


def _begun(today: date) -> int:
    """Give the year in which the school year of a day began."""
    return today.year if (today.month, today.day) > _BEGINS else today.year - 1
