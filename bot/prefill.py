"""What was said in free words becomes answers: of a first message, in an answer, in a correction."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from bot import questions
from bot.state import State
from bot.understanding import Understood
from bot.understanding.extras import last_day
from intake import text
from intake.fields import Text
from intake.kinds import Invalid, Report

LONGEST = 500
_WRONG = re.compile(r"错了?|不对|不是|改成|改为|改一下|应该是|更正|打错|写错|弄错|说错")
_NOT = re.compile(
    r"(?:不是|不在|不住)[^，。；,;]{1,20}?(?=[，。；,; ]|是|在|住|而|应该)|[^，。；,; ]{1,12}(?:错了|不对)(?=[，。；,; ]|是|应该)"
)
_TALK = re.compile(
    r"(?:写|打|说|弄)?错了?|不对|不是|改成|改为|改一下|应该是|应该|更正|[，。；,;：:\s]|是|叫|我|的|吧|啊|呀"
)
_SAID_AS = {
    "child_name": ("名字", "姓名", "名"),
    "phone": ("电话", "手机", "号码"),
    "id_number": ("身份证",),
    "last_seen": ("日期", "最后到校"),
    "village": ("村",),
    "town": ("镇", "街道"),
    "relation": ("关系",),
    "class_name": ("班",),
    "grade": ("年级",),
}


def gather(heard: Understood, said: str, today: date) -> dict[str, Any]:
    """Give what a message tells, by key of the declarations, in words that the fields read."""
    facts: dict[str, Any] = dict(heard.facts)
    facts["description"] = said[:LONGEST]
    if heard.leave:
        facts["on_leave"] = "是"
    if "last_seen" not in facts:
        days = facts.get("days")
        if isinstance(days, int | float):
            facts["last_seen"] = (today - timedelta(days=int(days))).isoformat()
        elif day := last_day(said, today):
            facts["last_seen"] = day.isoformat()
    if "寄宿" in facts.get("needs", ()):
        facts.setdefault("boards", "是")
    if facts.get("father_away") == facts.get("mother_away") == "是":
        facts.setdefault("reason", "监护人外出")  # where that is a reason: for boarding
    return facts


def fill(form: Report, state: State, facts: Mapping[str, Any]) -> None:
    """Enter facts that are not answered yet; what cannot be read is asked, so that it is not lost."""
    for key, field in form.answers().items():
        if key not in facts or key in state.answers or field.asked.teachers:
            continue
        try:
            state.answers |= questions.check(form, key, facts[key], state)
        except Invalid:
            if key in ("school", "village") and key not in state.doubts:
                state.doubts.append(key)
    skip = form.irrelevant(state.answers)
    state.answers = {key: value for key, value in state.answers.items() if key not in skip}


def beside(form: Report, state: State, key: str, heard: Understood, today: date) -> None:
    """Enter what an answer told besides what was asked; free words tell of nothing else."""
    if isinstance(form.field(key), Text):
        return
    facts = {one: value for one, value in heard.slots.items() if key != "from_school" or one != "school"}
    if "days" in facts and "last_seen" not in facts:
        facts |= {"last_seen": gather(heard, "", today)["last_seen"]}
    fill(form, state, facts)


def corrects(said: str) -> bool:
    """Tell whether the words say that something is wrong."""
    return bool(_WRONG.search(said))


def correction(form: Report, state: State, said: str, heard: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Give the answers that a correction puts right, and the key that it calls wrong without saying what is right.

    `heard` holds the facts of the words without what they deny (see `meant`).
    """
    found: dict[str, Any] = {}
    for key, value in heard.items():
        if key in form.fields and key != "description":
            with suppress(Invalid):
                found |= questions.check(form, key, value, state)
    changed = {key: value for key, value in found.items() if state.answers.get(key) != value}
    if changed:
        return changed, ""
    key = _named(form, said)
    if key:
        rest = _TALK.sub("", _without_label(form, key, said))
        if rest:
            with suppress(Invalid):
                return questions.check(form, key, rest, state), ""
    return {}, key


def meant(said: str) -> str:
    """Give the words without what they deny: 不是三年级是四年级 means 是四年级."""
    return _NOT.sub("", said)


def _named(form: Report, said: str) -> str:
    plain = text.compact(said)
    for key, field in form.answers().items():
        if any(word in plain for word in (field.asked.label, *_SAID_AS.get(key, ()))):
            return key
    return ""


def _without_label(form: Report, key: str, said: str) -> str:
    for word in (form.field(key).asked.label, *_SAID_AS.get(key, ())):
        said = said.replace(word, "")
    return said
