"""Questions derived from the declaration: which comes next, how it is asked, how an answer is read."""

import re
from typing import Any

from bot import replies
from bot.state import State
from intake import text
from intake.fields import Answer, Choices, Text
from intake.kinds import Invalid, Report

TAPPED, LISTED = 12, 20
"""Up to so many options are tappable, up to so many are listed; more are only searched."""
_SEPARATORS = re.compile(r"[、，,;；|/\s]+|和|还有")
_NUMBER = re.compile(r"(?:选|第)?\s*(\d{1,2})\s*(?:个|项|号|\.|、|。)?")
_NOTHING = frozenset({"没有", "无", "没", "没有了", "不填", "不写", "不想说", "不说", "略", "空"})
_UNKNOWN = frozenset({"不知道", "不清楚", "不晓得", "说不清", "不记得", "忘了"})


def following(form: Report, state: State) -> str:
    """Give the key of the next question, or nothing when all is asked."""
    excused, skip = form.excused("wechat"), form.irrelevant(state.answers)
    for key, field in form.answers().items():
        wanted = (field.required and key not in excused) or field.asked.chat
        if (
            wanted
            and not field.asked.teachers
            and not {key} & (skip | state.answers.keys() | {*state.skipped})
        ):
            return key
    return ""


def optional(form: Report, key: str) -> bool:
    """Tell whether a question may be left unanswered in the chat."""
    return not form.field(key).required or key in form.excused("wechat")


def ask(form: Report, key: str) -> str:
    """Put a question: prompt, hint, options."""
    field = form.field(key)
    asked, options = field.asked, field.options()
    lines = [asked.prompt + (f"（{asked.hint}）" if asked.hint else "")]
    if 0 < len(options) <= TAPPED:
        lines.append(replies.numbered(replies.link(word) for word in options))
    elif len(options) <= LISTED and options:
        lines.append(replies.numbered(options))
    if isinstance(field, Choices):
        lines.append("可以选几样，例如回复：1、2")
    if optional(form, key):
        lines.append(replies.OPTIONAL)
    return "\n".join(lines)


def again(form: Report, key: str, problem: str, times: int, contact: str) -> str:
    """Say what was wrong and put the question again, each time with more help."""
    question, options = ask(form, key), form.field(key).options()
    if 0 < len(options) <= LISTED and sum(word in problem for word in options) > 2:
        problem = "这几样里没有您说的，请选一个，回复数字就行。"  # they are listed right below
    if times <= 1:
        return f"{problem}\n\n{question}"
    way_out = f"答不上来可以回复 {replies.link('跳过')}。" if optional(form, key) else ""
    if times == 2:
        return f"没关系，再试一次。{problem}{way_out}\n\n{question}"
    return f"第 {times} 次还没对上，不好意思。{way_out}也可以找人说：{contact}\n\n{question}"


def read(form: Report, key: str, said: str, state: State) -> dict[str, Any]:
    """Read an answer; give all that it tells. Raises Invalid."""
    raw = _meant(form.field(key), said)
    facts = form.check(key, raw, without(state, key))
    if key not in facts:
        raise Invalid({key: ["没有看到您的回答。"]})
    return facts


def declines(form: Report, key: str, said: str) -> bool:
    """Tell whether an answer to an optional question says that there is none."""
    field, word = form.field(key), text.compact(said)
    if not optional(form, key) or word in field.options():
        return False
    return word in _NOTHING or (word in _UNKNOWN and not isinstance(field, Text))


def is_option(field: Answer, said: str) -> bool:
    """Tell whether the words are one of the options that were shown."""
    return text.compact(said) in map(text.compact, field.options())


def without(state: State, key: str) -> dict[str, Any]:
    """Give the answers without one, and without what was filled together with it."""
    gone = {key}.union(*(group for group in state.together if key in group))
    return {one: value for one, value in state.answers.items() if one not in gone}


def put(form: Report, state: State, key: str, facts: dict[str, Any]) -> None:
    """Enter what an answer told, and drop what it made irrelevant."""
    answers = {**without(state, key), **facts}
    skip = form.irrelevant(answers)
    state.answers = {one: value for one, value in answers.items() if one not in skip}
    state.together = [group for group in state.together if key not in group]
    state.skipped = [one for one in state.skipped if one not in facts]
    if len(facts) > 1:
        state.together.append(list(facts))
    done(state, key)


def done(state: State, key: str) -> None:
    """Note that a question has been dealt with."""
    state.trail = [one for one in state.trail if one != key] + [key]
    state.failed = 0


def read_back(form: Report, state: State) -> str:
    """Show all answers, numbered, and ask whether they are right."""
    lines = replies.numbered(f"{label}：{value}" for _, label, value in form.shown(state.answers))
    return (
        f"请您核对一下{form.title}：\n{lines}\n\n"
        f"都对就回复 {replies.link('确认')}，我马上提交。\n"
        f"哪条要改，回复“修改”加序号，例如“修改2”。不要了回复 {replies.link('取消')}。"
    )


def line(form: Report, state: State, number: int) -> str:
    """Give the key of a line of the read-back, or nothing."""
    shown = form.shown(state.answers)
    return shown[number - 1][0] if 1 <= number <= len(shown) else ""


def number(said: str) -> int | None:
    """Read a choice by number: 3, 第3个, 选3."""
    match = _NUMBER.fullmatch(text.normalise(said))
    return int(match[1]) if match else None


def _meant(field: Answer, said: str) -> str | list[str]:
    """Turn numbers of options into the options."""
    options = field.options()
    if not 0 < len(options) <= LISTED:
        return said
    if not isinstance(field, Choices):
        return _option(options, said)
    words = [word for word in _SEPARATORS.split(text.normalise(said)) if word]
    if any(number(word) is not None for word in words):
        return [_option(options, word) for word in words]
    return said


def _option(options: Any, said: str) -> str:
    chosen = number(said)
    return options[chosen - 1] if chosen is not None and 1 <= chosen <= len(options) else said
