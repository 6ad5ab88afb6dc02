"""A wish is done: a report under way is dropped, put aside, begun anew, one that was sent is taken back.

Where it is not plain what is wished, two ways are shown and nothing is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import commands
from bot.asides import rights
from bot.dialogue import draft, emergency, filing, prefill, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CHOOSE, IDLE, MENU, REVIEW, WHICH, State
from bot.dialogue.turn import Turn
from bot.minds import alarm, child, instead
from bot.minds.instead import Hear
from bot.understanding import understand, wishes
from bot.understanding.wishes import Wish
from intake.people import bindings
from intake.reports.lookup import schema

_GIVES_UP = (wishes.DROP, wishes.PAUSE)
_NAME_A_MATTER = frozenset({"needs", "program", "hardship", "reason", "boards"})
"""Facts that say no more than which matter is meant."""
Does = Callable[[Wish, str, Hear, State, Turn], Reply | None]


def hear_wish(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    """Do what somebody wishes to become of what she said; None where it is an answer, or for somebody else."""
    if _is_answer(said, state, turn) or _is_teachers(state, turn):
        return None
    if emergency.under_way(state):
        return alarm.in_danger(wish, said, hear, state, turn)
    if state.talking:
        alone = wish.kind in _GIVES_UP and not wish.rest and not wish.why
        return commands.cancel(state, turn) if alone else None
    if state.step == WHICH and (reply := _at_which(wish, state, turn)):
        return reply
    if state.step == CHOOSE and (reply := _at_choice(wish, state)):
        return reply
    return _WISHES[wish.kind](wish, said, hear, state, turn)


def _is_answer(said: str, state: State, turn: Turn) -> bool:
    """Tell whether words are an option of what is asked."""
    return state.step == ASK and questions.is_option(schema(turn.db, state.kind).field(state.asking), said)


def _is_teachers(state: State, turn: Turn) -> bool:
    """Tell whether words belong to a teacher's roll: 撤回 means what she sent."""
    idle = not state.kind and not emergency.under_way(state)
    return idle and bindings.person_bound(turn.db, turn.reporter) is not None


def _at_which(wish: Wish, state: State, turn: Turn) -> Reply | None:
    """Hear a wish where it was asked which report is meant; None where something else is wished."""
    if wish.kind in _GIVES_UP and not wish.rest:
        return rights.leave(state, turn)
    if wish.kind == wishes.WITHDRAW and not wish.rest:
        return rights.take_only(state, turn) or rights.again(state, turn)
    state.step, state.said = MENU if state.kind else IDLE, ""
    return None


def _at_choice(wish: Wish, state: State) -> Reply | None:
    """Close the question which matter is meant; None where more is said than that it is not wanted."""
    state.options, state.said, state.offered = [], "", ""
    state.step = MENU if state.kind else IDLE
    if wish.kind in (wishes.OTHER_CHILD, wishes.OTHER_MATTER) or wish.rest or state.kind:
        return None
    if wish.kind == wishes.ANEW:
        return Reply("好的，重新来。请您再说一遍是什么事。")
    return Reply(f"好的，先不办。您的话工作人员能看到。有事随时说，或者回复 {replies.link('菜单')}。")


def _drop(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    """Drop the report under way, or go to what is wanted instead; words that may only explain are asked about."""
    if instead.other_matter(wish.rest, state, turn):
        return instead.go_to(wish.rest, hear, state, turn)
    if not state.kind:
        return None if wish.rest or wish.why else _nothing_to_drop(said, state, turn)
    if wish.rest or wish.why:
        return _ask_back(said, state, turn)
    return commands.cancel(state, turn)


def _nothing_to_drop(said: str, state: State, turn: Turn) -> Reply:
    """Answer 算了 where nothing is under way: what was just sent stands until it is taken back."""
    if reply := alarm.stays(said, state, turn):
        return reply
    if report := child.report_to_mend(state, turn):
        title, back = schema(turn.db, report.kind).title, replies.link("撤回")
        return Reply(f"刚才的{title}已经交了。不想要了，回复 {back}；不撤就不用管，会照着办。")
    return Reply(f"好的，有事随时说，或者回复 {replies.link('菜单')}。")


def _ask_back(said: str, state: State, turn: Turn) -> Reply:
    """Ask whether the report is dropped; what was told beside it is kept."""
    form, heard = schema(turn.db, state.kind), understand(said, turn.db.today())
    if state.step in (ASK, REVIEW):
        prefill.fill(form, state, heard.facts)
    draft.set_aside(state)
    drop, go_on = replies.link("取消"), replies.link("继续")
    return Reply(f"{form.title}还填不填？不填了，回复 {drop}；接着填，回复 {go_on}。填过的给您留着。")


def _pause(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    """Let the report under way wait; hear what is said instead."""
    other = instead.other_matter(wish.rest, state, turn)
    if not state.kind and not other:
        return None if wish.rest or wish.why else Reply("好的，有事随时说。")
    draft.set_aside(state)
    if other:
        return instead.hear_matter(wish.rest, hear, state, turn)
    title = schema(turn.db, state.kind).title
    drop, go_on = replies.link("取消"), replies.link("继续")
    return Reply(f"好的，{title}先放着，给您留着。接着填，回复 {go_on}；不要了，回复 {drop}。")


def _anew(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    """Begin the report under way from its first question; nothing of the child is taken over."""
    if state.amending:
        report = filing.own_report(turn, state.amending)
        return rights.correct_report(report, state, turn) if report else None
    if not state.kind:
        return _anew_outside(wish, hear, state, turn)
    kind, replaced, today = state.kind, state.replaces, turn.db.today()
    facts = prefill.gather(understand(wish.rest, today), wish.rest, today) if wish.rest else {}
    state.drop_draft()
    state.typed = {}
    begun = draft.begin(kind, state, turn, facts, fresh=True)
    state.replaces = replaced
    return replace(begun, text=f"好的，重新来，前面填的都不要了。\n{begun.text}")


def _anew_outside(wish: Wish, hear: Hear, state: State, turn: Turn) -> Reply:
    if wish.rest:
        return hear(wish.rest, state, turn)
    sent = ""
    if filing.report_just_sent(turn, state.receipt):
        fix, back = replies.link("更正"), replies.link("撤回")
        sent = f"刚才交的还在：要改回复 {fix}，不要了回复 {back}。\n"
    return Reply(f"好的，重新来。\n{sent}{replies.menu(turn)}")


def _withdraw(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    """Take back what was sent, after asking which; before it is sent the draft is meant."""
    sent = rights.retractable(turn)
    if state.kind:
        if wish.rest or wish.why:
            return _ask_back(said, state, turn)
        return _which_of_both(state, turn) if sent else commands.cancel(state, turn)
    more = f"\n\n别的登记要撤，回复 {replies.link('撤回')}。" if sent else ""
    if reply := alarm.stays(said, state, turn, more):
        return reply
    return None if wish.rest and not sent else rights.withdraw(state, turn)


def _which_of_both(state: State, turn: Turn) -> Reply:
    """Ask whether what is being filled in is meant, or what was sent before."""
    title = schema(turn.db, state.kind).title
    drop, back, go_on = map(replies.link, ("取消", "撤回", "继续"))
    draft.set_aside(state)
    return Reply(
        f"要撤哪一个？正在填的{title}不要了，回复 {drop}；以前交的要撤，回复 {back}。都不撤，回复 {go_on}。"
    )


def _undecided(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    """Ask what the new mind is: 我改主意了 alone does not tell."""
    if instead.other_matter(wish.rest, state, turn):
        return instead.go_to(wish.rest, hear, state, turn)
    if state.kind:
        return _ask_back(said, state, turn)
    if wish.rest or not filing.report_just_sent(turn, state.receipt):
        return hear(wish.rest, state, turn) if wish.rest else None
    if reply := alarm.stays(said, state, turn):
        return reply
    back, fix = replies.link("撤回"), replies.link("更正")
    return Reply(f"好的。刚才交的不要了，回复 {back}；要改几处，回复 {fix}。")


def _other_child(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    return child.other_child(wish.rest, said, state, turn)


def _other_matter(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    """Go to the matter that was meant from the beginning: 不是，我是说补助."""
    kind = instead.other_matter(wish.rest, state, turn)
    facts = understand(wish.rest, turn.db.today()).facts.keys() - _NAME_A_MATTER
    if not kind or (state.kind and facts & schema(turn.db, state.kind).fields.keys()):
        return None
    if state.kind and not state.amending and (reply := instead.begin_meant(wish.rest, state, turn)):
        return reply
    return instead.go_to(wish.rest, hear, state, turn)


_WISHES: Mapping[str, Does] = {
    wishes.DROP: _drop,
    wishes.PAUSE: _pause,
    wishes.ANEW: _anew,
    wishes.WITHDRAW: _withdraw,
    wishes.UNDECIDED: _undecided,
    wishes.OTHER_CHILD: _other_child,
    wishes.OTHER_MATTER: _other_matter,
}
