"""The report under way: consent, question by question, read-back, 确认."""

import re
from collections.abc import Mapping
from contextlib import suppress

from bot import emergency, questions, replies
from bot.office import Office
from bot.replies import Reply
from bot.state import ASK, CONSENT, MENU, REVIEW, State
from intake import spoken, text
from intake.kinds import Invalid

CHANGE = re.compile(r"(?:修改|改)第?(\d{1,2})[条项个]?")
ONE_BY_ONE = "我一个一个问，您一个一个答；答错了回复“返回”。\n"


def begin(
    kind: str, state: State, office: Office, said: str = "", slots: Mapping[str, str] | None = None
) -> Reply:
    """Begin a report, with what was already said filled in."""
    before = f"刚才的{office.form(state.kind).title}没有提交，先放下了。\n" if state.kind else ""
    state.drop_draft()
    if kind == emergency.kind(office):
        return emergency.choose(state, office)
    state.kind = kind
    _fill(state, office, {"description": said[:500], **(slots or {})})
    state.consent = office.consent()
    if not state.consent:
        state.step = CONSENT
        return Reply(before + replies.consent(office))
    return following(state, office, f"{before}好的，{office.form(kind).title}。{ONE_BY_ONE}")


def consent(said: str, state: State, office: Office) -> Reply:
    """Hear the answer to the notice."""
    word = text.compact(said)
    agreed = False if "不同意" in word else True if "同意" in word else spoken.yes_no(word)
    if agreed is None:
        state.failed += 1
        extra = f"不想在这里说也没关系，可以找：{office.contact}\n" if state.failed > 1 else ""
        again = "" if state.failed == 1 else f"（第 {state.failed} 次问您）"
        return Reply(f"要您同意了才能往下问。{again}\n{extra}{replies.consent_question()}", replies.UNCLEAR)
    mark = office.agree(agreed)
    if not agreed:
        state.drop_draft()
        state.consent = ""
        return Reply(replies.refused(office))
    state.consent, state.failed = mark, 0
    return following(state, office, f"谢谢您。{ONE_BY_ONE}")


def following(state: State, office: Office, before: str = "") -> Reply:
    """Put the next question, or read back when nothing is missing."""
    state.asking = questions.following(office.form(state.kind), state)
    state.step = ASK if state.asking else REVIEW
    return Reply(before + current(state, office))


def resume(state: State, office: Office) -> Reply:
    """Go on with a draft where it stopped."""
    if not state.consent:
        state.step = CONSENT
        return Reply(replies.consent(office))
    return following(state, office, f"好的，接着填{office.form(state.kind).title}。\n")


def current(state: State, office: Office) -> str:
    """Give the question that is open, or nothing."""
    if emergency.under_way(state):
        return emergency.question(state, office)
    if state.step == CONSENT:
        return replies.consent_question()
    if state.step == ASK:
        return questions.ask(office.form(state.kind), state.asking)
    if state.step == REVIEW:
        return questions.read_back(office.form(state.kind), state)
    return ""


def answer(said: str, state: State, office: Office) -> Reply:
    """Read the answer to the question."""
    form, key = office.form(state.kind), state.asking
    if questions.declines(form, key, said):
        return skip(state, office)
    kind = named(text.compact(said), office)
    if kind and kind != state.kind and not questions.is_option(form.field(key), said):
        return begin(kind, state, office)
    try:
        facts = questions.read(form, key, said, state)
    except Invalid as wrong:
        state.failed += 1
        problem = "".join(wrong.errors.get(key) or ["没有看懂。"])
        return Reply(questions.again(form, key, problem, state.failed, office.contact), replies.UNCLEAR)
    questions.put(form, state, key, facts)
    return following(state, office)


def review(said: str, state: State, office: Office) -> Reply:
    """Hear whether the read-back is right."""
    chosen = questions.number(said)
    if chosen is not None:
        return change(chosen, state, office)
    if spoken.yes_no(text.compact(said)):
        return confirm(state, office)
    state.failed += 1
    again = "" if state.failed == 1 else f"（第 {state.failed} 次）"
    return Reply(f"没看懂您的意思{again}。\n\n{current(state, office)}", replies.UNCLEAR)


def change(number: int, state: State, office: Office) -> Reply:
    """Ask one line of the read-back again."""
    form = office.form(state.kind)
    key = questions.line(form, state, number)
    if not key:
        return Reply(f"没有第 {number} 条，请看看序号。\n\n{questions.read_back(form, state)}")
    state.step, state.asking, state.failed = ASK, key, 0
    return Reply(f"好的，改{form.field(key).asked.label}。\n{questions.ask(form, key)}")


def confirm(state: State, office: Office) -> Reply:
    """Send what was read back."""
    form = office.form(state.kind)
    try:
        receipt = office.receive(state.kind, state.answers, state.consent)
    except Invalid as wrong:  # the world has changed since the answer was taken
        key, problems = next(iter(wrong.errors.items()))
        if key not in form.fields:
            raise
        state.step, state.asking = ASK, key
        return Reply(f"{''.join(problems)}\n\n{questions.ask(form, key)}")
    state.drop_draft()
    state.receipt = receipt
    return Reply(replies.received(form, receipt))


def back(state: State, office: Office) -> Reply:
    """Ask the question before this one again."""
    form = office.form(state.kind)
    skip = form.irrelevant(state.answers)
    earlier = [
        key for key in state.trail if key not in skip and not (state.step == ASK and key == state.asking)
    ]
    if not earlier:
        return Reply(f"已经是第一题了。\n\n{current(state, office)}")
    state.step, state.asking, state.trail, state.failed = ASK, earlier[-1], earlier[:-1], 0
    return Reply(f"好的，回到上一题。\n{questions.ask(form, state.asking)}")


def skip(state: State, office: Office) -> Reply:
    """Leave an optional question out; a question asked a second time keeps its answer."""
    form, key = office.form(state.kind), state.asking
    if key not in state.answers:
        if not questions.optional(form, key):
            state.failed += 1
            return Reply(questions.again(form, key, "这一题要回答才能登记。", state.failed, office.contact))
        state.skipped.append(key)
    questions.done(state, key)
    return following(state, office)


def named(word: str, office: Office) -> str:
    """Find a kind by its title or its key (the EventKey of a menu)."""
    low = word.lower()
    return next((key for key, one in office.kinds.items() if low in (one.title, key)), "")


def set_aside(state: State) -> None:
    """Let the reporter look at the menu; the draft stays."""
    if state.kind:
        state.step = MENU


def _fill(state: State, office: Office, said: Mapping[str, str]) -> None:
    form = office.form(state.kind)
    for key, value in said.items():
        if value and key in form.fields and key not in state.answers:
            with suppress(Invalid):  # it will be asked
                state.answers |= questions.read(form, key, value, state)
