"""Danger to a child: received at once, whatever the conversation was doing; asked only what saves time.

The kind that says what to do at once (`urgent`) is the one that takes emergencies. There is no
form, no consent (个人信息保护法 §13: to protect life) and no 确认: every sentence is on record
when it is answered.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.dialogue import asking, filing, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import Understood
from bot.understanding.safe import chosen, said_safe
from intake.errors import Invalid
from intake.kinds import KINDS, Report
from intake.kinds.form import CONFIDED
from intake.kinds.safety import OPEN
from intake.language import text, unknown
from intake.language.patterns import regex
from intake.reports import lookup, notice, promises, receipts
from intake.reports.lookup import schema

FACTS = ("child_name", "school", "grade", "class_name", "town", "village", "relation", "phone")
"""What a draft under way may already know."""
LISTENING = "您知道什么，接着在这里说，都会转给工作人员。孩子正有危险就打 110。"
LISTENS = timedelta(hours=6)
"""Silence after which what is said is no longer taken for a part of the emergency, where nothing is asked any more."""
FIRST, SAFE, PHONE = "what", "safe_now", "phone"
SUSPECT = 0.15
"""How much of danger later words must hold, for 是 to be no longer believed."""
_PLAIN = regex(
    r"[0-9+\- ]|是的?|否|不清楚|不知道|(?:不|现在)?安全了?|没事了?|我?的?(?:电话|手机)(?:是|号)?|[，,。：:]"
)
_VAGUE = frozenset(
    {"没有", "没", "有", "行", "好", "好的", "都是", "谢谢", "嗯", "继续", "对", "知道了", "收到", "明白"}
)
"""Said to a question whether a child is safe, these are no answer."""


def kind(turn: Turn) -> str:
    """Give the kind that takes emergencies, or nothing."""
    return next((key for key, one in KINDS.items() if one.urgent), "")


def under_way(state: State) -> bool:
    """Tell whether an emergency is being talked about."""
    return bool(state.waiting)


def choose(state: State, turn: Turn) -> Reply:
    """Begin one that was chosen from the menu: whatever comes next is the report."""
    state.emergency, state.waiting = "", [FIRST]
    _ask_anew(state)
    manned = promises.is_manned(turn.db)
    who = "马上转给工作人员" if manned else "就转给工作人员"
    later = "" if manned else promises.closed_until(turn.db)
    return Reply(f"{question(state, turn)}\n也可以直接说，说了{who}。{later}")


def receive(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Take what was said as a report, at once; say what to do now, and what will happen."""
    form = schema(turn.db, kind(turn))
    answers: dict[str, Any] = {
        key: state.answers[key] for key in FACTS if key in state.answers and key in form.fields
    }
    facts = _facts(form, FIRST, said, heard)
    told = facts[FIRST] if questions.number(said) is not None else said
    answers |= facts | {"description": text.normalise(told)[:500]}
    state.emergency = state.receipt = _received(form, answers, state, turn)
    state.waiting = [key for key in form.essential if key != FIRST and key not in answers]
    if state.nameless and not State(answers=answers).is_own:
        state.waiting = [key for key in state.waiting if key != PHONE]
    state.failed, state.confidential, state.nameless = 0, False, False
    _ask_anew(state)
    call = "也请把您的电话号码发来。\n" if PHONE in state.waiting[1:] else ""
    now = promises.urgent_now(turn.db, form)
    return Reply(
        f"{now}\n您说的已经收到。{_promise(state, turn)}\n回执号：{receipts.show_receipt(state.emergency)}\n{call}\n"
        f"{_next(form, state, turn)}",
        form.kind,
    )


def _received(form: Report, answers: dict[str, Any], state: State, turn: Turn) -> str:
    """Take the report, without whatever contradicts the rest: nobody in danger is refused."""
    while True:
        try:
            return filing.receive_report(
                turn, form.kind, answers, state.consent, at_once=True, confidential=state.confidential,
                typed=state.typed_in(answers),
            )  # fmt: skip
        except Invalid as wrong:
            if not answers:
                raise
            answers = filing.sound(answers, wrong)


def go_on(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Take an answer, or whatever else was said, and add it to the report."""
    form, asked = schema(turn.db, kind(turn)), state.waiting[0]
    facts = _facts(form, asked, said, heard)
    if not state.emergency:
        missed = questions.number(said) is not None and not facts
        if missed or unknown.says_nothing(said):
            return _not_told("没有这个序号。" if missed else "没看懂。", state, turn)
        return receive(said, heard, state, turn)
    if asked != SAFE and SAFE in state.waiting and (safe := said_safe(said)) not in ("", OPEN):
        facts[SAFE] = safe
    if asked == PHONE and PHONE not in facts and (unknown.knows_not(said) or unknown.has_none(said)):
        state.waiting = [key for key in state.waiting if key != PHONE]
        told = "没有电话也行，在这里说我们也能看到。" if unknown.has_none(said) else "没关系。"
        return Reply(f"{told}\n{_next(form, state, turn)}", form.kind)
    facts.pop(FIRST, None)  # the danger stays what it was called first
    answered = facts.keys() & {*state.waiting}
    # What is no plain answer is part of the story.
    bare = answered and len(_PLAIN.sub("", text.compact(said))) == 0
    told = "" if bare or (text.compact(said) in _VAGUE and asked != SAFE) else said[:300]
    unsaid = {SAFE: OPEN} if told and SAFE not in facts and _opens(asked, heard, form, state, turn) else {}
    filing.add_to_report(turn, state.emergency, facts | unsaid, told)
    state.waiting = [key for key in state.waiting if key not in facts]
    state.failed = 0 if answered else state.failed + 1
    if answered:
        return Reply(("记下了。\n" if state.waiting else "") + _next(form, state, turn), form.kind)
    again = "有空请再答一下：" if _to_be_put(state) else ""
    kept = "这句话也记下了，转给工作人员。" if state.failed % 2 else f"也记下了。{again}"
    return Reply(f"{kept}\n{_next(form, state, turn)}", form.kind)


def _opens(asked: str, heard: Understood, form: Report, state: State, turn: Turn) -> bool:
    """Tell whether words leave open if the child is safe: no plain answer, or danger after it was said to be."""
    if asked == SAFE:
        return True
    if dict(heard.alternatives).get(form.kind, 0) < SUSPECT:
        return False
    report = filing.own_report(turn, state.emergency)
    return report is not None and lookup.answers_of(turn.db, report).get(SAFE) == "是"


def skip(state: State, turn: Turn) -> Reply:
    """Leave a question out; nobody insists."""
    form = schema(turn.db, kind(turn))
    state.waiting = state.waiting[1:]
    return Reply("好的。\n" + _next(form, state, turn))


def question(state: State, turn: Turn) -> str:
    """Put the question that is open, each twice at most; then only listen, for whatever is said goes on being received."""
    form = schema(turn.db, kind(turn))
    key = _to_be_put(state)
    if not key:
        return LISTENING
    state.waiting = [key, *(one for one in state.waiting if one != key)]
    asking.count_question(state, _counted(key))
    if key == FIRST:
        return f"{promises.urgent_now(turn.db, form)}\n\n{questions.ask(form, key, state)}"
    return questions.ask(form, key, state) + f"\n（先顾孩子要紧，也可以回复 {replies.link('跳过')}）"


def let_go(state: State, turn: Turn) -> None:
    """Let an emergency end that asks nothing any more, once its reporter has been silent for long."""
    if state.emergency and under_way(state) and not _to_be_put(state) and turn.away >= LISTENS:
        state.waiting = []


def _not_told(problem: str, state: State, turn: Turn) -> Reply:
    """Ask once more what has happened where nothing was said of it; then leave it to people."""
    if _to_be_put(state):
        return Reply(f"{problem}\n{question(state, turn)}")
    state.waiting = []
    urgent = schema(turn.db, kind(turn)).urgent
    return Reply(f"{urgent}\n打字不方便，就打电话给：{notice.contact(turn.db.settings)}", replies.UNCLEAR)


def _to_be_put(state: State) -> str:
    """Give the key of the question that may still be put, or nothing."""
    return next((one for one in state.waiting if not asking.is_exhausted(state, _counted(one))), "")


def _counted(key: str) -> str:
    return f"!{key}"


def _ask_anew(state: State) -> None:
    state.asked = {key: times for key, times in state.asked.items() if not key.startswith("!")}


def _next(form: Report, state: State, turn: Turn) -> str:
    if state.waiting:
        return question(state, turn)
    more = f"想补充什么，请打电话给：{notice.contact(turn.db.settings)}"
    return f"都记下了，谢谢您。{_promise(state, turn)}孩子正有危险就打 110。\n{more}"


def _promise(state: State, turn: Turn) -> str:
    """Say what will be done, as far as somebody is there to do it."""
    report = filing.own_report(turn, state.emergency)
    if report is None:
        return ""
    return promises.promise_of(turn.db, report) + (CONFIDED if report.confidential else "")


def _facts(form: Report, asked: str, said: str, heard: Understood) -> dict[str, Any]:
    """Read the answer to a question, and the facts that stand out in a sentence."""
    found: dict[str, Any] = {}
    answered = (said if chosen(said) else said_safe(said)) if asked == SAFE else said
    beside = {key: value for key, value in heard.facts.items() if key != asked or key != SAFE}
    for key, value in ((asked, answered), *beside.items()):
        if value and key in form.fields and key not in found:
            with suppress(Invalid):  # it stands in the description all the same
                found |= questions.read(form, key, value, State())
    return found
