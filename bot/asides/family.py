"""What a family answers to what it was told of a case, and how words get to whoever has the case."""

from contextlib import suppress

from bot.dialogue import replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import CLEAR, POSSIBLE, SURE, Understood
from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.told import family
from intake.errors import Problem
from intake.kinds import KINDS
from intake.reports import lookup, promises

CHANNEL = "wechat"


def hear_answer(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear an answer to what somebody was told of a case lately; None if the words are about something else."""
    receipt = family.message_told(turn.db, turn.reporter)
    report = lookup.find_report(turn.db, receipt) if receipt and not state.kind else None
    case = cases.case_of_report(turn.db, report.id) if report else None
    if case is None or _elsewhere(heard, case):
        return None
    put_on_case(case, said, turn)
    return passed_on(f"收到了。{told_to(case, turn)}", case, turn)


def _elsewhere(heard: Understood, case: Case) -> bool:
    """Tell whether words are about another matter than the case they would answer, or about danger."""
    danger = next((key for key, one in KINDS.items() if one.urgent), "")
    if heard.leave or any(kind == danger and sure >= POSSIBLE for kind, sure in heard.alternatives):
        return True
    if heard.intent in ("status", "human", "greeting"):
        return heard.confidence >= SURE
    return heard.intent in KINDS and heard.intent != case.kind and heard.confidence >= CLEAR


def told_to(case: Case, turn: Turn) -> str:
    """Say to whom words go, and when somebody reads them."""
    who = promises.handler(turn.db, case)
    later = promises.there_again(turn.db, who)
    return f"已经转给{who or '工作人员'}。{later}"


def passed_on(sentence: str, case: Case, turn: Turn) -> Reply:
    """Say that words go to a person, and mark them for one."""
    more = f"急事请打电话，孩子有危险打 110。\n看看办到哪一步，回复 {replies.link('进度')}。"
    about = family.receipt_of(turn.db, case, turn.reporter)
    return Reply(f"{sentence}\n{more}", replies.ANSWER, about=about)


def put_on_case(case: Case, said: str, turn: Turn) -> None:
    """Put what a family says on its case, where it may be known to speak for the child."""
    if family.speaks(turn.db, case, turn.reporter):
        with suppress(Problem):  # it goes to a person all the same
            family.answer(turn.to_write(), case, said, channel=CHANNEL, token=f"answer:{turn.key}")
