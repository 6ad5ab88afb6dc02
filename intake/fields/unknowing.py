"""不知道 as an answer: whether it is one, and what is left of several."""

from typing import Any

from intake.fields.answer import Answer
from intake.fields.choice import Choice
from intake.fields.plain import Text
from intake.language import unknown


def says_unknown(field: Answer, value: Any) -> bool:
    """Tell whether an answer says no more than that nobody knows; an option of that meaning says more."""
    if not isinstance(value, str) or not unknown.knows_not(value):
        return False
    if isinstance(field, Choice):
        return field.find(value) is None
    return field.required or not isinstance(field, Text)


def without_unknown(field: Answer, value: Any) -> Any:
    """Give an answer without 不知道; nothing where it is no more than that."""
    if isinstance(value, list):
        return [one for one in value if not says_unknown(field, one)]
    return None if says_unknown(field, value) else value
