"""Answers to the questions of a report: the one asked for, what is told beside it, and what belongs to another."""

from contextlib import suppress
from typing import Any

from bot.dialogue import asking, draft, prefill, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, State
from bot.dialogue.turn import Turn
from bot.understanding import Understood, reason
from intake.errors import Invalid
from intake.fields import Address, Choices, Name, School, Text
from intake.fields.unknowing import says_unknown
from intake.kinds import Report
from intake.language import text, unknown
from intake.language.naming import names
from intake.language.patterns import regex
from intake.reports.lookup import schema

OTHER = "其他"
_NONE_OF_THEM = regex(
    "(?:我们?|俺们?|咱们?|家里?|就|是|这些|这几样|上面的?)*"
    "(?:(?:啥|什么|哪个|哪样)?(?:困难)?(?:也|都)(?:不是|没有|不算|不占)|不算(?:啥|什么)?困难|(?:没有?|不)(?:啥|什么)?困难|(?:普通|一般)(?:家庭|人家))[了的啊呀吧呢]*"
)
_SAME = regex(
    "同上|(?:也|还|就|都)(?:是|在|住)+(?:[那这](?:儿|里|边|个地方)?|老地方|户口(?:上|那)(?:儿|里)?)|(?:都|也|是)?一样的?"
    "|(?:[跟和同与])?(?:户口本?|户籍|上面|前面|刚才|上一个)(?:上|地址|那个|所在地|说的|写的|的)*(?:也|是|都)?(?:一样|一个地方|相同|一致)"
)
_ASKS_TIME = regex(
    "(?:您|你|那|先|请|麻烦|行|好|嗯|你们)*(?:等等|等一?下|等(?:一?会儿?)?|稍等(?:一?下|一?会儿?)?)(?:我|俺)?(?:一下|一?会儿?)?(?:先|再|得|回家|给)*"
    "(?:(?:去|问|找|看|翻|查|打听|瞅)(?:问|找|看|翻|查|一?下|他爸|他妈|孩子|老师|家里|户口本|本子)*)?[啊哈吧了呀哦再说]*"
    "|(?:我|俺)(?:先|去|得|再|回家|给您?)*(?:问|找|看|翻|查|打听)(?:问|找|看|翻|查|一?下)(?:他爸|他妈|孩子|老师|家里|户口本)*(?:再?(?:说|告诉(?:您|你)|发))?[啊哈吧了呀哦]*"
)
_PHONE = regex("电话|手机|座机|号码")
_TO_BEGIN = regex("^(?:我是|俺是|[是就他她它的]|孩子|得有|差不多|大概|大约|有|也就|那个)+")


def answer(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Read the answer to the question; None if the words are none."""
    form, key = schema(turn.db, state.kind), state.asking
    if _ASKS_TIME.fullmatch(text.compact(said)):
        return Reply(f"好的，不急，问清楚了直接发过来。\n\n{draft.current(state, turn)}")
    if key != "phone" and "phone" in form.fields and "phone" not in state.answers and _no_phone(said):
        return draft.following(state, turn, asking.leave_open(form, state, "phone"))
    if questions.declines(form, key, said, state):
        return skip(state, turn)
    if isinstance(form.field(key), Address) and (same := _same_place(form, said, state)):
        said = same
    if rough := asking.read_roughly(form, state, said):
        questions.put(form, state, key, rough)
        return draft.following(state, turn, "好的。")
    if says_unknown(form.field(key), said):
        return _unknown(said, heard, state, turn)
    found, split = heard.facts.get(key), questions.pieces(said)
    # Fields that take any words take only fitting ones, and what was made out in a sentence before the sentence.
    whole = [
        one
        for one in (said, *split, "".join(split))
        if one and (questions.number(one) is not None or questions.known(form, key, one))
    ]
    first = isinstance(found, str) and isinstance(form.field(key), Name | School)
    if whole and isinstance(found, str) and isinstance(form.field(key), Name):
        first = not names.is_more_than(whole[0], found)
    if OTHER in form.field(key).options() and any(
        map(_NONE_OF_THEM.fullmatch, split or [text.compact(said)])
    ):
        whole.append(OTHER)  # behind what may be named beside it: 都不是，就是没钱
    if not isinstance(form.field(key), Name | School | Text):
        whole.append(_TO_BEGIN.sub("", said))
    for one in [found, *whole] if first else [*whole, found]:
        try:
            facts = questions.read(form, key, one, state) if one is not None else {}
        except Invalid:
            continue
        if facts:
            if isinstance(form.field(key), Choices) and isinstance(found, list):
                facts[key] = [*facts[key], *(word for word in found if word not in facts[key])]
            questions.put(form, state, key, facts)
            _pair(said, heard, state, turn, key)
            prefill.beside(form, state, key, said, heard, turn.db.today())
            return draft.following(state, turn, questions.read_name_back(form, key, said, state))
    if unknown.has_none(said) or unknown.begins_unknowing(said) or (key == "phone" and _lacks_phone(said)):
        return _unknown(said, heard, state, turn)
    return None


def _same_place(form: Report, said: str, state: State) -> str:
    """Give the address told before where words say that this one is the same, or nothing."""
    if not _SAME.fullmatch(text.compact(said)):
        return ""
    told = (str(value) for key, value in state.answers.items() if isinstance(form.fields.get(key), Address))
    return next(told, "")


def _no_phone(said: str) -> bool:
    """Tell whether words say as a whole that there is no phone, whatever was asked."""
    return unknown.has_none(said) and bool(_PHONE.search(said))


def _lacks_phone(said: str) -> bool:
    """Tell whether a part of an answer says that there is no phone: 没手机，用的我闺女微信."""
    return any(unknown.has_none(one) and _PHONE.search(one) for one in questions.pieces(said))


def _unknown(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Go on without what nobody knows, with what was told beside it; of a day offer how long ago it may be."""
    form, key = schema(turn.db, state.kind), state.asking
    if unknown.knows_not(said) and (offer := asking.offer_roughly(form, state)):
        return Reply(offer)
    prefill.beside(form, state, key, said, heard, turn.db.today())
    if key in state.answers and key not in state.trail:  # it was told after all
        return draft.following(state, turn)
    return draft.following(state, turn, asking.leave_open(form, state, key))


def elsewhere(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear the answer to a question that was not put yet, and put the open one again; None if there is none."""
    form, before = schema(turn.db, state.kind), dict(state.answers)
    prefill.fill(
        form, state, prefill.gather(heard, "", turn.db.today()) | reason(said, form.kind, turn.db.today())
    )
    for key in form.answers():
        if questions.is_meant(form, key, said, state):
            prefill.fill(form, state, {key: said})
            break
    new = {key: value for key, value in state.answers.items() if key not in before}
    told = "，".join(f"{label}：{value}" for _, label, value in form.told(new))
    if not told and any(state.answers.get(key) == value for key, value in _read(form, heard).items()):
        return draft.following(state, turn, "这个已经记下了。")
    return draft.following(state, turn, f"记下了（{told}）。") if told else None


def _read(form: Report, heard: Understood) -> dict[str, Any]:
    """Give the facts of a message as the fields keep them."""
    found: dict[str, Any] = {}
    for key, value in heard.slots.items():
        if key in form.fields:
            with suppress(Invalid):
                found |= form.check(key, value, {})
    return found


def _pair(said: str, heard: Understood, state: State, turn: Turn, key: str) -> None:
    """Hear the second half of an answer to two questions in one."""
    form = schema(turn.db, state.kind)
    for other in form.field(key).asked.pairs:
        for piece in questions.pieces(said):
            fresh = other in form.fields and other not in state.answers and other not in heard.facts
            if fresh and questions.known(form, other, piece):
                prefill.fill(form, state, {other: piece})


def unanswered(said: str, state: State, turn: Turn) -> Reply:
    """Say what was wrong with an answer, and put the question again."""
    form, key = schema(turn.db, state.kind), state.asking
    try:
        questions.read(form, key, said, state)
        problem = "没有看懂。"
    except Invalid as wrong:
        problem = "".join(wrong.errors.get(key) or ["没有看懂。"])
    state.failed += 1
    if state.failed > 1 or asking.is_given_up(state, key):
        told = asking.leave_open(form, state, key, said)
        note = "" if told == asking.KEPT else asking.worth_reading(said)
        return Reply(draft.following(state, turn, told).text, note)
    return Reply(asking.again(form, key, problem, state))


def skip(state: State, turn: Turn) -> Reply:
    """Leave a question out: what must be known is then 待核实; a question asked a second time keeps its answer."""
    form, key = schema(turn.db, state.kind), state.asking
    if key not in state.answers:
        if not questions.optional(form, key, state):
            if not (state.failed or asking.is_exhausted(state, key)):
                state.failed += 1
                problem = asking.SKIP_NOT.format(replies.link(unknown.NOT_KNOWN))
                return Reply(asking.again(form, key, problem, state))
            return draft.following(state, turn, asking.leave_open(form, state, key))
        state.skipped.append(key)
    questions.done(state, key)
    return draft.following(state, turn)


def back(state: State, turn: Turn) -> Reply:
    """Ask the question before this one again."""
    form = schema(turn.db, state.kind)
    skip = form.irrelevant(state.answers)
    earlier = [
        key for key in state.trail if key not in skip and not (state.step == ASK and key == state.asking)
    ]
    if not earlier:
        return Reply(f"已经是第一题了。\n\n{draft.current(state, turn)}")
    state.step, state.asking, state.trail, state.failed = ASK, earlier[-1], earlier[:-1], 0
    asking.let_read_again(state, state.asking)  # it is asked because she wants it
    return Reply(f"好的，回到上一题。\n{asking.put_question(form, state)}")
