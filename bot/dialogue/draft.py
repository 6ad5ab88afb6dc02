"""The report under way: whose it is, consent, and which question comes next."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.dialogue import asking, emergency, pages, prefill, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CONSENT, MENU, OTHERS, PICK, REVIEW, State
from bot.dialogue.turn import Turn
from bot.dialogue.whose import memory, namesakes
from bot.understanding import Understood, understand
from intake.fields import Text
from intake.kinds import KINDS
from intake.language import spoken, text, unknown
from intake.reports import notice, told_children
from intake.reports.lookup import schema
from intake.reports.told_children import ToldChild

LATELY = timedelta(hours=6)
"""How long what was told of a child goes with what is said next."""
QUEUE = 5
"""Matters that wait, at most."""
ANOTHER = "别的孩子"
_NOT_ONE = re.compile("(?:不是|没有|不说|不提|除了|别管)[^，,。；;、]{1,8}")
_KIN = "的?(?:[他她]?(?:弟|妹|哥|姐|爸|妈|爷|奶|姥|叔|姑|舅|姨|同学|同桌|朋友|邻居|表|堂|老师))"
_DETAILS = re.compile(
    "(?:我|俺|想|要|先|再|给我|请)*(?:看看?|说|讲|念)?(?:一下)?(?:详细|全文|细说|说细点|告知书?|具体)(?:内容|点|一点|的|看看|说说|全文|告知|[吧了啊呀])*"
)
_CLAUSES = re.compile(r"[，,。；;！!、\s]+")
_WE = "(?:好的?|行|嗯|那|就|我|俺|咱|们|本人|家长|都|全|完全|也|是)*"
_AGREED = re.compile(
    f"{_WE}(?:可以|已经)?同意(?:[了的啊呀吧呢哈您你们用]|使用|登记|收集|授权|继续|填写|以上|这个|内容)*"
)
_REFUSED = re.compile(
    f"{_WE}(?:坚决|还是|肯定)?不(?:太|想|愿意?|能|会)?同意(?:[了的啊呀吧呢哈您你们用]|使用|登记|收集|授权|这个)*"
)
_DOUBT = re.compile(
    "但|不过|可是|除非|如果|要是|万一|得先|[等再]|才|以后|[不没未][^，,。]{0,4}同意|[?？吗么]"
)
_LEFT = "~consent"
NO_ROLE = frozenset({"邻居/其他", "其他亲属"})
"""Relations to one child that say nothing of the next."""


def begin(
    kind: str, state: State, turn: Turn, facts: Mapping[str, Any] | None = None, fresh: bool = False
) -> Reply:
    """Begin a report, with what was already said filled in; a `fresh` one is about a child that is to be named."""
    before = ""
    if state.kind and not state.amending:
        before = f"刚才的{schema(turn.db, state.kind).title}先放一放，这件完了接着填。\n"
        state.queue = [*state.queue, [state.kind, {**state.facts, **_told_of_draft(state)}]][-QUEUE:]
    state.drop_draft()
    if kind == emergency.kind(turn):
        return emergency.choose(state, turn)
    facts = dict(facts or {}) if fresh or turn.away >= LATELY else _with_common(dict(facts or {}), state)
    state.common = {}
    state.kind, state.facts = kind, _known(kind, facts, state, turn, fresh)
    state.consent = notice.standing(turn.db, turn.reporter)
    about = (
        "请假" if state.facts.get("on_leave") == "是" and kind == "absence" else schema(turn.db, kind).title
    )
    if not state.consent:
        state.step = CONSENT
        asking.count_question(state, CONSENT)
        return Reply(f"{before}您要说的是{about}，我来帮您登记。\n{replies.consent()}")
    if fresh and "child_name" not in state.facts:
        return _start(
            state, turn, f"{before}好的，{about}。", "", told_children.told_children(turn.db, turn.reporter)
        )
    return _whose(state, turn, f"{before}好的，{about}。")


def _with_common(facts: dict[str, Any], state: State) -> dict[str, Any]:
    """Add what was told of the child before another matter was wanted, unless another child is named now."""
    name = state.common.get("child_name")
    if facts.get("relation") in OTHERS and state.common.get("relation") not in OTHERS:
        return facts  # the neighbours' child is none that was told of before
    return {**state.common, **facts} if facts.get("child_name", name) == name else facts


def _known(kind: str, facts: dict[str, Any], state: State, turn: Turn, fresh: bool) -> dict[str, Any]:
    """Add what was typed into a page for the same child; what is said now counts for more."""
    typed = {} if fresh else pages.typed(kind, state, turn)
    name = typed.get("child_name")
    return {**typed, **facts} if facts.get("child_name", name) == name else facts


def consent(said: str, state: State, turn: Turn) -> Reply:
    """Hear the answer to the notice; what else is said with it is kept for the draft."""
    heard = understand(said, turn.db.today())
    agreed = agrees(said)
    if agreed is None and _DETAILS.fullmatch(text.compact(said)):
        return Reply(replies.details(turn))
    if agreed is None and heard.question and not unknown.knows_not(said):
        return Reply(f"{replies.why(turn)}\n{current(state, turn)}")
    if agreed is None:
        return _no_consent(said, heard, state, turn)
    mark = notice.record(turn.to_write(), turn.reporter, agreed)
    if not agreed:
        state.drop_draft()
        state.consent, state.queue, state.common = "", [], {}
        return Reply(replies.refused(turn))
    state.consent, state.failed = mark, 0
    return _whose(state, turn, "谢谢您。")


def _no_consent(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Keep what was said instead of an answer to the notice; who was asked twice is asked no more, and people see it."""
    state.failed += 1
    state.facts = {**state.facts, **heard.facts}
    kept = "您说的先替您记着。" if heard.facts else ""
    if not asking.is_exhausted(state, CONSENT):
        return Reply(f"{kept}要您同意了才能往下问。\n{current(state, turn)}")
    if _LEFT not in state.asked:
        state.asked[_LEFT] = 1
        return Reply(f"{kept}{replies.consent_left(turn)}", replies.UNCLEAR)
    passed_on = "这句话也转给工作人员了。" if state.failed % 2 else "也转过去了，工作人员会看到。"
    worth = asking.worth_reading(said)
    return Reply(f"{passed_on if worth else '好的。'}接着登记，回复 {replies.link('同意')}。", worth)


def agrees(said: str) -> bool | None:
    """Tell whether words agree to the notice; None where neither 同意 nor 不同意 is said as a whole."""
    plain = spoken.plain_yes_no(said)
    if plain is not None:
        return plain
    clauses = [text.compact(one) for one in _CLAUSES.split(said) if one]
    if any(map(_REFUSED.fullmatch, clauses)):
        return False
    unsure = _DOUBT.search(said) or any(spoken.plain_yes_no(one) is False for one in clauses)
    return True if any(map(_AGREED.fullmatch, clauses[:2])) and not unsure else None


def _whose(state: State, turn: Turn, before: str) -> Reply:
    """Take over what the reporter said before of the child; ask which one only if that is not clear."""
    mine = told_children.told_children(turn.db, turn.reporter)
    name = state.facts.get("child_name")
    others = state.facts.get("relation") in OTHERS
    chosen = next((child for child in mine if child.name == name), None)
    if chosen is None and name is None and not others:
        if len(mine) > 1:
            state.step, state.options = PICK, [*(child.name for child in mine), ANOTHER]
            return Reply(f"{before}{current(state, turn)}")
        chosen = mine[0] if mine else None
        if chosen:
            before += f"先按您上次说的{chosen.name}填了，要是别的孩子，说一声“不是他，是某某”。"
    return _start(state, turn, before, chosen.name if chosen else "", mine)


def pick(said: str, state: State, turn: Turn) -> Reply:
    """Hear which child is meant: by number, by name, or another one."""
    number = questions.number(said)
    name = state.options[number - 1] if number and number <= len(state.options) else text.compact(said)
    if name not in state.options:
        name = among(state.options, said) or name
    if name not in state.options:
        new = spoken.person_name(said)
        if new is None:
            if not asking.is_exhausted(state, PICK):
                return Reply(f"没看懂是哪个孩子。\n{current(state, turn)}")
            name = ANOTHER
        else:
            state.facts["child_name"] = new
    state.options = []
    return _start(state, turn, "好的。", name, told_children.told_children(turn.db, turn.reporter))


def among(names: list[str], said: str) -> str:
    """Give the one of several names that is meant: neither denied nor somebody else's, nor one of two that are said."""
    meant = _NOT_ONE.sub("", prefill.meant(said))
    found = [one for one in names if one in meant and not re.search(f"{re.escape(one)}{_KIN}", meant)]
    longest = [one for one in found if not any(one != other and one in other for other in found)]
    return longest[0] if len(longest) == 1 else ""


def _start(state: State, turn: Turn, before: str, child: str, mine: list[ToldChild]) -> Reply:
    """Fill in what is known, and put the first question; `child` names one that she told of before."""
    form = schema(turn.db, state.kind)
    known = next((one.facts for one in mine if one.name == child), {})
    if not known and mine and state.facts.get("relation") not in OTHERS:
        known = {key: value for key, value in mine[0].facts.items() if key in told_children.OWN}
        if known.get("relation") in NO_ROLE:  # to the neighbours' child, not to this one
            del known["relation"]
    # What is said now counts for more than what was said once.
    typed = state.typed_in(state.facts)
    prefill.fill(form, state, state.facts)
    told = set(state.answers)
    for key, browser in typed.items():
        for one in {key}.union(*(group for group in state.together if key in group)) & told:
            state.note_typed(one, state.answers[one], browser)
    memory.remember(form, state, turn, child)
    prefill.fill(form, state, known)
    state.taken = [key for key in state.answers if key not in told and key not in told_children.OWN]
    prefill.fill(form, state, {"school": state.school} if state.school else {})
    prefill.fill(form, state, state.place)
    state.facts, state.place = {}, {}
    if questions.following(form, state):
        before += pages.offer(state.kind, turn)
    return following(state, turn, before)


def restart(state: State, turn: Turn, before: str) -> Reply:
    """Fill in anew what is known, now that the child is another one, and put the next question."""
    mine = told_children.told_children(turn.db, turn.reporter)
    name = str(state.facts.get("child_name", ""))
    state.answers, state.about = {}, ""
    return _start(state, turn, before, name, mine)


def said_of_draft(state: State) -> dict[str, Any]:
    """Give the answers of the draft, with 不知道 for what was left open."""
    return {**dict.fromkeys(state.unknown, unknown.NOT_KNOWN), **state.answers}


def _told_of_draft(state: State) -> dict[str, Any]:
    """Give what was said of the draft, with 不知道 for all that was asked in vain, so that it is not asked again."""
    fields = KINDS[state.kind].answers()
    skipped = [key for key in state.skipped if not isinstance(fields[key], Text)]
    ours = state.answers.keys() - state.told_answers.keys()  # that is remembered the next time, too
    told = {key: value for key, value in said_of_draft(state).items() if key not in ours}
    return {**dict.fromkeys(skipped, unknown.NOT_KNOWN), **told}


def advance(state: State, turn: Turn) -> None:
    """Go to the next question, past those that were asked often enough, or to the read-back."""
    form = schema(turn.db, state.kind)
    memory.remember(form, state, turn)
    prefill.infer(form, state)
    namesakes.ask_class(form, state, turn)
    while (key := questions.following(form, state)) and (
        asking.is_given_up(state, key) or (key == "phone" and state.nameless and not state.is_own)
    ):
        asking.leave_open(form, state, key)
    state.asking = key
    state.step = ASK if key else REVIEW


def following(state: State, turn: Turn, before: str = "") -> Reply:
    """Put the next question, or read back when nothing is missing."""
    advance(state, turn)
    before, state.problem = f"{before}{state.problem}", ""
    return Reply((f"{before}\n" if before else "") + current(state, turn))


def take_up(state: State, turn: Turn, before: str = "") -> Reply:
    """Go on with a draft as its reporter wishes, who may have been away: what is open is put anew."""
    state.asked = {}
    return resume(state, turn, before)


def resume(state: State, turn: Turn, before: str = "") -> Reply:
    """Go on with a draft where it stopped."""
    title = schema(turn.db, state.kind).title
    before = before or f"好的，接着填{title}。"
    if not state.consent:
        state.step = CONSENT
        first = asking.count_question(state, CONSENT)
        return Reply(f"{before}\n{replies.consent() if first else replies.consent_left(turn)}")
    if state.step == PICK or state.options:
        state.step = PICK
        return Reply(f"{before}\n{current(state, turn)}")
    return following(state, turn, before)


def current(state: State, turn: Turn) -> str:
    """Give the question that is open, or nothing."""
    if emergency.under_way(state):
        return emergency.question(state, turn)
    if state.step == CONSENT:
        again = asking.count_question(state, CONSENT)
        return replies.consent_question() if again else f"接着登记，回复 {replies.link('同意')}。"
    if state.step == PICK:
        asking.count_question(state, PICK)
        return f"是哪个孩子的事？\n{replies.choices(state.options)}"
    if state.step == ASK:
        return asking.put_question(schema(turn.db, state.kind), state)
    return _read_back(state, turn) if state.step == REVIEW else ""


def _read_back(state: State, turn: Turn) -> str:
    """Read the draft back, the same no more than twice."""
    shown = questions.read_back(schema(turn.db, state.kind), state)
    return shown if asking.count_question(state, asking.mark_of(shown)) else replies.review_left()


def named(word: str, turn: Turn) -> str:
    """Find a kind by its title or its key (the EventKey of a menu)."""
    low = word.lower()
    return next((key for key, one in KINDS.items() if low in (one.title, key)), "")


def set_aside(state: State) -> None:
    """Let the reporter look at the menu; the draft stays."""
    if state.kind:
        state.step = MENU
