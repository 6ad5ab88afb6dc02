"""Days that nobody counted: they are answers like any day, and the answer beside one says that it is about right."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from intake.language import spoken

if TYPE_CHECKING:
    from intake.kinds.form import Form

ROUGH = "_rough"
"""How the key ends that says of the day before it whether nobody counted: 是 where it is only about right."""
ABOUT = "大约"


def about(key: str, answers: Mapping[str, Any]) -> str:
    """Give what is said before a day that nobody counted, and nothing before any other answer."""
    return ABOUT if answers.get(key + ROUGH) == "是" else ""


def note_rough_days(form: "Form", said: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Note which days are rough by how they are said; a day that is said anew is as exact as it is said."""
    for mark in filter(lambda key: key.endswith(ROUGH), form.answers()):
        key = mark.removesuffix(ROUGH)
        words = said.get(key)
        if not isinstance(words, str) or mark in said or words == before.get(key):
            continue
        found = spoken.past_day(words, form.world.now().date())
        if found and found.rough:
            said[mark] = "是"
        elif before.get(mark) == "是":
            said[mark] = "否"
    return said
