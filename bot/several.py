"""Several children in one message: each waits for its turn with what was said of it alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.dialogue import draft, emergency, prefill
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import SURE, ChildTold, Understood, understand
from bot.understanding.children.told import tells_matter
from intake.kinds import KINDS
from intake.reports.lookup import schema

OF_FAMILY = frozenset({"phone", "relation", "town", "village", "father_away", "mother_away", "away_place"})
"""What is said of one child, and true of another of the same message."""
ANOTHER = "另一个孩子"
OF_ONE_MATTER = frozenset({"description", "reason", "problem", "needs", "program", "days"})
"""What is said of one matter, and not of a second one of the same child."""


def wait_for_turn(told: Iterable[tuple[ChildTold, Understood, str]], state: State, turn: Turn) -> None:
    """Let the reports of children wait behind the one under way, each with what was said of that child alone.

    `told` are the children, what is understood of each, and the kind of its report.
    """
    for child, own, kind in told:
        facts = prefill.gather(own, child.words, turn.db.today())
        further = further_matters(own, kind, facts, child.called, turn)
        state.queue = [*state.queue, [kind, facts, child.called], *further][-draft.QUEUE :]


def further_matters(
    heard: Understood, kind: str, facts: Mapping[str, Any], called: str, turn: Turn
) -> list[list[Any]]:
    """Give the matters that are told beside that of a kind, as they wait; `facts` are those of the child, `called` so."""
    about = {key: value for key, value in facts.items() if key not in OF_ONE_MATTER}
    found: list[list[Any]] = []
    for other, words in heard.also:
        if other not in KINDS or other == kind or schema(turn.db, other).urgent:
            continue
        own = prefill.gather(understand(words, turn.db.today()), words, turn.db.today())
        grade = about.get("grade")
        if own.get("grade", grade) != grade:  # 小红三年级…，小明五年级…: another child's
            shared = {key: value for key, value in about.items() if key in OF_FAMILY}
            found.append([other, {**shared, **own}, ANOTHER])
        else:
            found.append([other, {**about, **own}, called])
    return found


def endangered(heard: Understood, turn: Turn) -> tuple[Understood, list[tuple[ChildTold, Understood]]]:
    """Give what is said of the child that is in danger, and the others with matters of their own."""
    urgent = emergency.kind(turn)
    own = [(child, own_words(child, turn)) for child in heard.children]
    at_risk = [one for _, one in own if one.intent == urgent or one.extras.get(emergency.FIRST)]
    first = at_risk[0] if at_risk else own[0][1]
    what = {key: heard.extras[key] for key in (emergency.FIRST,) if key in heard.extras}
    others = [
        (child, one) for child, one in own
        if one not in at_risk and one is not first and one.intent in KINDS and one.confidence >= SURE
    ]  # fmt: skip
    facts = replace(first, extras={**first.extras, **what}, children=())
    return replace(facts, slots={}) if len(at_risk) > 1 else facts, others


def wait_behind(others: Sequence[tuple[ChildTold, Understood]], state: State, turn: Turn) -> str:
    """Let other children's matters wait behind an emergency; say whose they are."""
    if not others:
        return ""
    wait_for_turn(with_kinds(others, "absence", turn), state, turn)
    if not state.kind:
        kind, facts, _ = state.queue.pop(0)
        draft.begin(kind, state, turn, facts, fresh=True)
        draft.set_aside(state)
    return "、".join(child.called for child, _ in others)


def with_kinds(
    told: Iterable[tuple[ChildTold, Understood]], otherwise: str, turn: Turn
) -> Iterator[tuple[ChildTold, Understood, str]]:
    """Add the kind of report that each child's own words are about; danger is received before all else, not queued."""
    for child, own in told:
        yield child, own, kind_of(own, otherwise, turn) if tells_matter(child.words) else otherwise


def kind_of(own: Understood, otherwise: str, turn: Turn) -> str:
    """Give the kind that clear words are about, else another."""
    if own.leave:
        return "absence"
    plain = own.intent in KINDS and own.acts
    return own.intent if plain and not schema(turn.db, own.intent).urgent else otherwise


def own_words(child: ChildTold, turn: Turn) -> Understood:
    """Understand what is said of one of several children."""
    return replace(understand(child.words, turn.db.today()), children=())


def receive_danger(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Receive danger to one of several children at once; the others wait behind it."""
    own, waiting = endangered(heard, turn)
    reply = emergency.receive(said, own, state, turn)
    called = wait_behind(waiting, state, turn)
    text = f"{reply.text}\n\n{called}的事也记下了，先顾这件，完了接着办。" if called else reply.text
    return replace(reply, text=text)


def take_mine(children: Sequence[ChildTold], state: State, turn: Turn) -> tuple[ChildTold, str]:
    """Give the child whom the report under way is about, and who waits behind it now."""
    name = state.answers.get("child_name") or state.facts.get("child_name")
    mine = next((one for one in children if one.called == name), children[0])
    others = [(one, own_words(one, turn)) for one in children if one is not mine]
    wait_for_turn(with_kinds(others, state.kind, turn), state, turn)
    return mine, "、".join(one.called for one, _ in others)
