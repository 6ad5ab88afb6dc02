"""Another matter is wanted instead of the one under way: 算了，我想问补助; 不是，我是说住校."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.dialogue import draft, prefill, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import CHOOSE, State
from bot.dialogue.turn import Turn
from bot.understanding import SURE, understand
from intake.kinds import KINDS
from intake.language.patterns import regex
from intake.language.text import compact
from intake.reports import told_children
from intake.reports.lookup import schema
from intake.talks import faq

Hear = Callable[[str, State, Turn], Reply]
"""Hears a message from the beginning."""
_NAMED = (
    ("boarding", regex("住校|住宿|寄宿|宿舍|校车|坐车|接送|公交|午[餐饭]")),
    ("subsidy", regex("补助|助学金|资助|贫困|营养餐|低保|免费教科书")),
    ("enrollment", regex("入学|转学|学籍|报名|上一年级|上初一|借读")),
    ("absence", regex("没上学|不上学|没去上学|没到校|缺课|辍学|请假|旷课")),
)
"""Words that name a matter in a few words beside 我想问, where there is too little to understand."""
_LITTLE = 16
_ASKING = regex("想问|请问|问一下|问问|咨询|打听")


def other_matter(rest: str, state: State, turn: Turn) -> str:
    """Give what the rest of a wish is about where that is plainly not the report under way; else nothing.

    A kind, or `heard` for a question or a wish of its own.
    """
    if not rest:
        return ""
    heard = understand(rest, turn.db.today())
    if heard.intent in KINDS and heard.confidence >= SURE:
        return heard.intent if heard.intent != state.kind or heard.question else ""
    if heard.intent in ("status", "human") and heard.confidence >= SURE:
        return "heard"
    kind = draft.named(compact(rest), turn) or named(rest)
    if kind:
        return kind if kind != state.kind else ""
    asks = heard.question and not heard.facts
    return "heard" if asks and (_ASKING.search(rest) or faq.usual_answer(turn.db.settings, rest)) else ""


def named(rest: str) -> str:
    """Give the kind that a few words name, or nothing where they name none or several."""
    found = [kind for kind, pattern in _NAMED if pattern.search(rest)] if len(rest) <= _LITTLE else []
    return found[0] if len(found) == 1 else ""


def go_to(rest: str, hear: Hear, state: State, turn: Turn) -> Reply:
    """Drop the report under way for the matter that is wanted; what was told of the child goes on."""
    before = ""
    if state.kind and state.amending:
        before = "好的，先不改了，登记还在。"
    elif state.kind:
        still = "原来那份还在。" if state.replaces else ""
        before = f"好的，刚才的{schema(turn.db, state.kind).title}不要了，没有提交。{still}"
        state.common = _lasting(state)
    if state.kind:
        state.drop_draft()
        state.confidential = False
    reply = hear_matter(rest, hear, state, turn)
    return replace(reply, text=f"{before}\n\n{reply.text}") if before else reply


def begin_meant(rest: str, state: State, turn: Turn) -> Reply | None:
    """Begin the report that was meant from the beginning, about the same child; None where that is not plain."""
    heard = understand(rest, turn.db.today())
    kind = other_matter(rest, state, turn)
    if kind not in KINDS or schema(turn.db, kind).urgent or heard.question:
        return None
    common = _lasting(state)
    still = "原来那份还在。" if state.replaces else ""
    before = f"好的，不是{schema(turn.db, state.kind).title}。{still}"
    state.drop_draft()
    begun = draft.begin(kind, state, turn, {**common, **prefill.gather(heard, rest, turn.db.today())})
    return replace(begun, text=f"{before}\n{begun.text}")


def _lasting(state: State) -> dict[str, Any]:
    """Give what was told of the child in the report under way, and is true whatever the matter."""
    told = {**state.facts, **state.told_answers}
    return {key: told[key] for key in told_children.lasting_keys() if key in told}


def hear_matter(rest: str, hear: Hear, state: State, turn: Turn) -> Reply:
    """Hear the matter that is wanted; one that is only named is answered from the bureau's file, and offered."""
    heard = understand(rest, turn.db.today())
    kind = named(rest)
    if not kind or (heard.confidence >= SURE and heard.intent in (*KINDS, "status", "human")):
        return hear(rest, state, turn)
    answered = faq.usual_answer(turn.db.settings, rest) if heard.question else ""
    if state.kind:
        draft.set_aside(state)
    state.step, state.options, state.said, state.offered = CHOOSE, [kind], rest, turn.key
    title = schema(turn.db, kind).title
    offer = f"您说的是{title}吧？要登记就点下面，想问的请直接打出来。\n{replies.choices([title, '不用了'])}"
    return Reply(f"{answered}\n\n{offer}" if answered else offer, "" if answered else replies.UNCLEAR)
