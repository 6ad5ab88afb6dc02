"""What goes to people: complaints, questions without a written answer, words on school that are no report."""

from bot.dialogue import replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from intake.cases.rulebook import states
from intake.reports import promises

_UNKNOWN = ("这个问题我答不准，已经转给工作人员，{when}在这里回复您。", "这个也转给工作人员了，{when}一起回复您。",
            "这个问题也记下了，{when}回复您。")  # fmt: skip
_PASSED = ("您说的{matter}已经转给工作人员，{when}在这里回复您。", "这句也转给工作人员了，{when}一起回复您。",
           "这个也记下了，{when}回复您。")  # fmt: skip


def passed_on(said: str, state: State, turn: Turn, note: str, kind: str = "") -> Reply:
    """Say in a sentence that a person will answer here; what was said goes with a matter that is chosen next."""
    state.said, state.offered = said, turn.key if note == replies.UNCLEAR else ""
    matter = f"{states.KINDS[kind]}的事" if kind else ""
    told = _in_turn(_PASSED, state, turn, matter)
    return Reply(f"{told}\n要登记孩子的事，回复 {replies.link('菜单')}。", note, kind=kind)


def unknown(state: State, turn: Turn) -> str:
    """Say that a question goes to a person."""
    return _in_turn(_UNKNOWN, state, turn)


def _in_turn(sentences: tuple[str, ...], state: State, turn: Turn, matter: str = "") -> str:
    """Give another sentence each time, with when somebody is there to read."""
    state.failed += 1
    opens = promises.opens_at(turn.db)
    when = f"{opens} 以后有人" if opens else "会有人"
    return sentences[(state.failed - 1) % len(sentences)].format(matter=matter, when=when)
