"""The dialogue: what was said, where the conversation stands, what is answered. Knows no web and no SQL."""

import re
from collections.abc import Callable
from functools import partial

from bot import commands, draft, emergency, questions, replies
from bot.commands import WORDS
from bot.office import Office
from bot.replies import Reply
from bot.state import ASK, CONSENT, REVIEW, State
from bot.understanding import understand
from intake import text

LONGEST = 2000
"""Characters of a message that are read; all of it is kept."""
SURE = 0.5
_RECEIPT = re.compile(r"[1-9][\d\s-]{11,20}")


def turn(said: str, state: State, office: Office) -> Reply:
    """Answer what was said; `state` becomes where the conversation then stands."""
    said = text.normalise(said)[:LONGEST]
    word = text.compact(said)
    if command := WORDS.get(word):
        return command(state, office)
    if word == "更多" and state.rest:
        return Reply(state.rest)
    if word == "继续" and state.kind and not emergency.under_way(state):
        return draft.resume(state, office)
    change = draft.CHANGE.fullmatch(word)
    if change and state.step in (ASK, REVIEW) and not emergency.under_way(state):
        return draft.change(int(change[1]), state, office)
    if emergency.under_way(state):
        return commands.then(emergency.go_on(said, state, office), state, office)
    if _alarming(said, state, office):
        return commands.then(emergency.receive(said, state, office), state, office)
    steps = {CONSENT: draft.consent, ASK: draft.answer, REVIEW: draft.review}
    return steps.get(state.step, _open)(said, state, office)


def welcome(state: State, office: Office) -> Reply:
    """Greet somebody who has just followed the account."""
    draft.set_aside(state)
    return Reply(replies.welcome(office))


def wordless(kind: str, state: State, office: Office) -> Reply:
    """Answer a picture, a recording, a place: say what is needed, and where we were."""
    sentence = replies.WORDLESS.get(kind, "收到了，可我只看得懂文字。请用文字说一说是什么事。")
    return commands.aside(sentence, state, office, otherwise=f"或者回复 {replies.link('菜单')}。")


def _alarming(said: str, state: State, office: Office) -> bool:
    """Tell whether the words speak of danger and are not just an option that we offered ourselves."""
    if not emergency.kind(office):
        return False
    if state.step == ASK and questions.is_option(office.form(state.kind).field(state.asking), said):
        return False
    understood = understand(said, office.today)
    return understood.intent == "safety" and understood.confidence >= SURE


def _open(said: str, state: State, office: Office) -> Reply:
    """Hear somebody outside a report."""
    items: list[Callable[[State, Office], Reply]] = [partial(draft.begin, kind) for kind in office.kinds]
    items += [commands.progress, commands.human]
    chosen = questions.number(said)
    if chosen is not None and 1 <= chosen <= len(items):
        return items[chosen - 1](state, office)
    if kind := draft.named(text.compact(said), office):
        return draft.begin(kind, state, office)
    if _RECEIPT.fullmatch(said) and (known := office.progress_of(said)):
        return Reply(replies.progress([known]))
    understood = understand(said, office.today)
    if understood.confidence >= SURE and understood.intent in office.kinds:
        return draft.begin(understood.intent, state, office, said, understood.slots)
    meant = {"status": commands.progress, "human": commands.human, "greeting": commands.greet}
    if understood.confidence >= SURE and understood.intent in meant:
        return meant[understood.intent](state, office)
    state.failed += 1
    return Reply(replies.unclear(office, state.failed), replies.UNCLEAR)
