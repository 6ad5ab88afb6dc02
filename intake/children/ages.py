"""Which children are of school age: 适龄儿童, by their age on the day before the school year began (义务教育法 §11)."""

from datetime import date

from intake.settings import Settings, read_limits

_EVE = (8, 31)
"""The day by which the age is counted."""


def school_age(settings: Settings, today: date) -> tuple[str, str]:
    """Give the first and the last birth date, ISO, of the children who are of school age in the school year of a day."""
    limits = read_limits(settings.ledger_limits)
    year = today.year if (today.month, today.day) > _EVE else today.year - 1
    return f"{year - limits['age_until']}-09-01", f"{year - limits['age_from']}-08-31"


def is_of_school_age(settings: Settings, today: date, birth_date: str) -> bool:
    """Tell whether a child of a birth date (ISO) is of school age; one whose birth is not known is not known to be."""
    first, last = school_age(settings, today)
    return bool(birth_date) and first <= birth_date <= last
