"""What somebody outside a report means: clear, or to be asked with two or three options; never guessed silently."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import commands, several
from bot.asides import passing
from bot.asides.aside import aside, then
from bot.dialogue import asking, draft, emergency, prefill, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import CHOOSE, IDLE, MENU, State
from bot.dialogue.turn import Turn
from bot.dialogue.whose import namesakes
from bot.understanding import POSSIBLE, Understood, understand
from bot.understanding.verdict import stance
from intake.kinds import KINDS
from intake.language.naming import names
from intake.reports import notice, promises
from intake.reports.lookup import schema
from intake.talks import faq

OTHER = "other"
AT_ONCE = frozenset({"absence", "safety"})
"""Matters of which each word is a report: nobody who complains of a child out of school is only passed on."""
COMPLAINT = "complaint"
"""Mark of a kept message that says what is wrong, and tells of no child."""
FIRST = "我没太听准，您说的是哪件事？"
NEITHER, NO = "都不是", "不用了"
ILL = "突发疾病或受伤"
QUESTION = "question"
"""Mark of a kept message that asks what nobody has written an answer to."""
COMMANDS: Mapping[str, Callable[[State, Turn], Reply]] = {
    "status": commands.progress,
    "human": commands.human,
}
WORDS = {"status": "进度", "human": "人工"}
"""What is offered beside the kinds: it is done, and what it is called."""


def understood(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Act on what is meant, or offer what may be; None if it is none of our matters."""
    if heard.question and (found := faq.usual_answer(turn.db.settings, said)):
        if tells(heard) and heard.intent in KINDS and heard.acts:
            reply = _told(heard.intent, said, heard, state, turn)
            return Reply(f"{found}\n\n{reply.text}", reply.note)
        return _answered(found, heard, said, state, turn)
    if heard.leave:
        return _told("absence", said, heard, state, turn)
    if not heard.acts:
        return _unsure(said, heard, state, turn)
    if heard.intent in KINDS:
        return _of_matter(said, heard, state, turn)
    meant = {**COMMANDS, "greeting": commands.greet}
    return meant[heard.intent](state, turn) if heard.intent in meant else None


def _of_matter(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Begin the report of who tells of a child; pass on what is asked or complained of, which is no report."""
    told = heard.own or tells(heard) or heard.intent in AT_ONCE
    if _only_asks(said, heard):
        return _question(said, heard, state, turn)
    if heard.complains and not told:
        return passing.passed_on(said, state, turn, COMPLAINT, heard.intent)
    return _told(heard.intent, said, heard, state, turn)


def _only_asks(said: str, heard: Understood) -> bool:
    """Tell whether something is asked and no case is told, or the rule is asked for beside it: papers, place, time."""
    rule = heard.intent not in AT_ONCE and stance.asks_rule(said)
    return heard.question and (rule or not tells(heard))


def _unsure(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Offer what may be meant; what is asked goes to a person too, whatever is chosen."""
    offered = [one for one in heard.offers if one != OTHER]
    if _only_asks(said, heard):
        return _asked_of_people(_offer(offered, said, state, turn, FIRST), state, turn)
    if heard.complains and not heard.own and not tells(heard) and not AT_ONCE & {*offered}:
        return passing.passed_on(said, state, turn, COMPLAINT)
    state.failed += 1
    again = f"还没听准（第 {state.failed} 次），不好意思。是下面哪件事？换个说法也行，或者回复 {replies.link('人工')}。"
    return _offer(offered, said, state, turn, again if state.failed > 1 else FIRST)


def hear(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear which of the matters offered is meant; None if it is none of them."""
    neither = NEITHER if len(state.options) > 1 else NO
    words = [*state.options, neither]
    titles = [_title(one, turn) for one in state.options]
    first, *more = questions.pieces(said) or [said]
    if more and (first in titles or (questions.number(first) or 0) in range(1, len(titles) + 1)):
        state.said, said = f"{state.said}，{'，'.join(more)}", first  # 1，石人小学的
    elif _adds(said, heard):
        return _kept_beside(said, state, turn)
    number = questions.number(said)
    options, offered = state.options, state.offered
    state.options, state.step = [], MENU if state.kind else IDLE
    if emergency.kind(turn) in options:
        state.offered = ""  # of danger nothing is settled but by what is chosen now
    if number is not None and 1 <= number <= len(options):
        chosen = options[number - 1]
    elif said in titles:
        chosen = options[titles.index(said)]
    elif number == len(words) or said in (NEITHER, NO, "不是", "不用", "不用了", "没有"):
        # What was said goes on waiting, and with whatever is chosen from the menu then.
        return Reply(
            f"好的，您的话已经记下，工作人员会看到。您也可以再说一遍，或回复 {replies.link('菜单')}。",
            replies.UNCLEAR,
        )
    elif len(options) == 1 and questions.agrees(said):
        chosen = options[0]
    else:
        return None
    state.offered = offered
    if chosen in COMMANDS:
        return _chosen(chosen, options, replace(COMMANDS[chosen](state, turn), settles=offered), turn)
    return _chosen(chosen, options, begin_chosen(chosen, state, turn), turn)


def _adds(said: str, heard: Understood) -> bool:
    """Tell whether words say more of what was told, and not what it is: a telephone, a name, a school."""
    if heard.question or heard.leave or (heard.acts and heard.intent in (*KINDS, *COMMANDS)):
        return False
    name = names.said_name(said)
    return bool(heard.slots.keys() & _SAID_BESIDE) or bool(
        name and name.name != said and len(said) < _SENTENCE
    )


def _kept_beside(said: str, state: State, turn: Turn) -> Reply:
    """Keep what belongs to the words that were offered, and offer them once more; then people have them."""
    state.said = f"{state.said}，{said}"[: prefill.LONGEST]
    urgent = emergency.kind(turn) if emergency.kind(turn) in state.options else ""
    titles = [_title(one, turn) for one in state.options]
    neither = NEITHER if len(titles) > 1 else NO
    told = "这个也记下了，工作人员会看到。"
    if asking.count_question(state, asking.mark_of(f"beside {state.offered}")):
        told += f"您刚才说的是哪件事？\n{replies.choices([*titles, neither])}"
    return Reply(told, urgent or replies.UNCLEAR)


def begin_chosen(kind: str, state: State, turn: Turn) -> Reply:
    """Begin a report that was chosen by name or number; what was said before the choice goes with it."""
    said, offered = state.said, state.offered
    state.said = state.offered = ""
    if not said or turn.away >= draft.LATELY:
        return draft.begin(kind, state, turn)
    return replace(_of(kind, said, state, turn), settles=offered)


_SAID_BESIDE = frozenset(
    {"phone", "child_name", "id_number", "school", "grade", "class_name", "town", "village", "relation"}
)
_SENTENCE = 12


def _title(intent: str, turn: Turn) -> str:
    return schema(turn.db, intent).title if intent in KINDS else WORDS[intent]


def _of(kind: str, said: str, state: State, turn: Turn) -> Reply:
    """Begin the report that was chosen; of danger what was said before the choice is received at once."""
    heard = namesakes.heard_by_roll(understand(said, turn.db.today()), said, turn)
    if schema(turn.db, kind).urgent:
        return then(emergency.receive(said, heard, state, turn), state, turn)
    return _begin(kind, said, heard, state, turn)


def _chosen(kind: str, options: list[str], reply: Reply, turn: Turn) -> Reply:
    """Leave to a person what spoke of danger and was then called something else."""
    danger = emergency.kind(turn)
    return replace(reply, settles="") if danger in options and kind != danger else reply


def unanswered(said: str, state: State, turn: Turn) -> Reply:
    """Say that a question goes to a person."""
    otherwise = f"急的话请找：{notice.contact(turn.db.settings)}"
    return aside(passing.unknown(state, turn), state, turn, otherwise=otherwise, note=QUESTION)


def _told(kind: str, said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Begin a report of a kind; danger that was told beside it lies before a person, whatever becomes of the report."""
    begun = _begin(kind, said, heard, state, turn)
    return replace(begun, note=emergency.kind(turn)) if _danger_beside(heard, turn) else begun


def _danger_beside(heard: Understood, turn: Turn) -> bool:
    """Tell whether words that are taken for another matter speak of danger too; a child that is ill is on leave."""
    urgent, what = emergency.kind(turn), heard.extras.get(emergency.FIRST)
    if heard.leave and what in (None, ILL):
        return any(kind == urgent for kind, _ in heard.also)
    return bool(what) or any(
        kind == urgent and sure >= POSSIBLE
        for kind, sure in (*heard.alternatives, *((one, 1) for one, _ in heard.also))
    )


def _begin(kind: str, said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Begin a report of a kind; other matters and other children of the same message wait for their turn."""
    if len(heard.children) > 1:
        return _begin_each(kind, heard, state, turn)
    if heard.children:  # others are spoken of by the way: what is said of them is not said of this one
        alone = understand(heard.children[0].words, turn.db.today())
        heard = replace(heard, slots=alone.slots, extras=alone.extras, children=())
    facts = prefill.gather(heard, said, turn.db.today())
    if state.kind == kind:
        prefill.fill(schema(turn.db, kind), state, facts)
        return draft.resume(state, turn, f"接着填{schema(turn.db, kind).title}。")
    further = several.further_matters(heard, kind, facts, "", turn)
    state.queue = [*state.queue, *further][-draft.QUEUE :]
    begun = draft.begin(kind, state, turn, facts)
    return (
        replace(begun, note=kind) if schema(turn.db, kind).urgent else begun
    )  # it may be all that is ever said


def _begin_each(kind: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Begin the report of the first of several children; the others wait, each with its own facts."""
    told = [(child, several.own_words(child, turn)) for child in heard.children]
    kinds = [several.kind_of(own, kind, turn) for _, own in told]
    (first, of_first), *others = told
    waiting = ((child, own, one) for (child, own), one in zip(others, kinds[1:], strict=True))
    several.wait_for_turn(waiting, state, turn)
    begun = _begin(kinds[0], first.words, of_first, state, turn)
    lines = "、".join(
        f"{child.called}（{schema(turn.db, one).title}）" for (child, _), one in zip(told, kinds, strict=True)
    )
    told_of = f"记下了{'零一两三四五'[len(told)]}个孩子：{lines}。一个一个来，先说{first.called}的。"
    return replace(begun, text=f"{told_of}\n{begun.text}")


def each_told(heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Begin the reports of several children where each is clear by its own words, whatever all of them together are."""
    own = (
        [several.own_words(child, turn) for child in heard.children]
        if not heard.acts and not heard.question
        else []
    )
    clear = [
        one for one in own if one.acts and one.intent in KINDS and not schema(turn.db, one.intent).urgent
    ]
    if len(own) < 2 or len(clear) < len(own):
        return None
    return _begin_each(clear[0].intent, heard, state, turn)


def _answered(answer: str, heard: Understood, said: str, state: State, turn: Turn) -> Reply:
    """Give the bureau's answer, and offer to report."""
    if heard.intent not in KINDS or heard.confidence < POSSIBLE:
        return aside(answer, state, turn, otherwise=f"还有别的事，回复 {replies.link('菜单')}。")
    offer = _offer([heard.intent], said, state, turn, "要登记吗？登记了随时可以查办到哪一步。")
    # The bureau has answered; only of danger somebody must know all the same.
    return Reply(f"{answer}\n\n{offer.text}", "" if offer.note == replies.UNCLEAR else offer.note)


def _question(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    offer = _offer([heard.intent], said, state, turn, "要是孩子有这方面的难处，也可以现在登记：")
    return _asked_of_people(offer, state, turn)


def _asked_of_people(offer: Reply, state: State, turn: Turn) -> Reply:
    """Promise a person's answer beside an offer; it is owed, whatever is chosen."""
    state.offered = ""
    note = QUESTION if offer.note == replies.UNCLEAR else offer.note
    return replace(offer, text=f"{passing.unknown(state, turn)}\n\n{offer.text}", note=note)


_ASKED_ABOUT = frozenset({"program", "grade", "needs", "hardship", "reason", "school", "town", "village"})
"""Facts that a question has as well, and a complaint of a school."""


def tells(heard: Understood) -> bool:
    """Tell whether a question tells a case as well: 补助咋还没发 does, 补助多少钱 does not."""
    told = heard.extras.keys() & {
        "problem",
        "on_leave",
        "father_away",
        "mother_away",
        "amount_due",
        "amount_paid",
    }
    return bool(told or heard.slots.keys() - _ASKED_ABOUT)


def _offer(kinds: list[str], said: str, state: State, turn: Turn, sentence: str) -> Reply:
    """Offer kinds of report. The message waits for a person until one is chosen, and nobody may come back to choose."""
    state.step, state.options, state.said, state.offered = CHOOSE, kinds, said, turn.key
    titles = [_title(kind, turn) for kind in kinds]
    urgent = next((kind for kind in kinds if kind == emergency.kind(turn)), "")
    help_now = f"{promises.urgent_now(turn.db, schema(turn.db, urgent))}\n\n" if urgent else ""
    return Reply(
        f"{help_now}{sentence}\n{replies.choices([*titles, NEITHER if len(kinds) > 1 else NO])}",
        urgent or replies.UNCLEAR,
        kind=next((kind for kind in kinds if kind in KINDS), ""),
    )
