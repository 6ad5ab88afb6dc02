"""The dialogue: what was said, where the conversation stands, what is answered. Knows no web and no SQL."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import choice, commands, several
from bot.asides import discretion, leftover, news, number, rights, stopped, talk
from bot.asides.aside import aside, then
from bot.commands import WORDS
from bot.dialogue import answers, asking, draft, emergency, prefill, questions, replies, review
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CHOOSE, CONSENT, MENU, PICK, REVIEW, WHICH, State
from bot.dialogue.turn import Turn
from bot.dialogue.whose import namesakes, own_child
from bot.minds import wish
from bot.outside import BREAK, hear_outside, thanks, welcome_back
from bot.teachers import contact_call, teacher
from bot.understanding import CLEAR, SURE, Understood, understand, wishes
from intake.kinds import KINDS
from intake.language import text, unknown
from intake.people import bindings
from intake.places import gazetteer
from intake.reports.lookup import schema
from intake.talks import faq

Hearer = Callable[[str, Understood, State, Turn], Reply | None]
"""Hears what was said and understood; None where it is for somebody else."""
LONGEST = 2000
"""Characters of a message that are read; all of it is kept."""
_OF_A_CHILD = (ASK, REVIEW, CONSENT, PICK)
"""Steps at which a child is being talked of, who need not be named again."""


def hear(said: str, state: State, turn: Turn) -> Reply:
    """Answer what was said; `state` becomes where the conversation then stands.

    Whoever hears is asked in order, and the first who has something to say answers: first for words that
    mean the same everywhere, then with what was understood. What of it nobody took up is kept.
    """
    said = unknown.without_stickers(text.without_gaps(text.normalise(said)[:LONGEST])) or "。"
    before = leftover.heard_before(state)
    reply, words = _first(said, state, turn)
    return leftover.keep(words, before, reply, state, turn)


def _first(said: str, state: State, turn: Turn) -> tuple[Reply, str]:
    """Ask in order who hears; give the first answer, and the words that are about the report under way."""
    word, plain = text.compact(said), discretion.without(said)
    for listens in _WORDS:
        if reply := listens(word, state, turn):
            return reply, plain
    if reply := discretion.heed(said, state, turn):
        return reply, plain
    wished, said = plain != said, plain
    ongoing = emergency.under_way(state) or (bool(state.kind) and state.step in _OF_A_CHILD)
    heard = namesakes.heard_by_roll(understand(said, turn.db.today(), ongoing=ongoing), said, turn)
    if each := _each(said, heard, state, turn):
        return each
    first = heard.children[0].words if len(heard.children) > 1 else said
    reply = _heard(said, heard, state, turn)
    if wished:
        reply = discretion.answered(reply, state, turn)
    return reply, "" if wishes.read_wish(said) else first


def _heard(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    for hears in (number.hear, _wished, _endangered, _talked, _taught, _owned, news.hear_news, _at_step):
        if reply := hears(said, heard, state, turn):
            return reply
    return hear_outside(said, heard, state, turn)


def press(key: str, state: State, turn: Turn) -> Reply:
    """Answer a button of the menu; one of an earlier menu, which means nothing any more, gets today's."""
    known = text.compact(key) in WORDS or draft.named(text.compact(key), turn)
    return hear(key, state, turn) if known else commands.menu(state, turn)


def _each(said: str, heard: Understood, state: State, turn: Turn) -> tuple[Reply, str] | None:
    """Hear several children in the middle of a report: it takes the words of its own child, the others wait.

    Gives the answer and the words of its own child; None where one child is told of.
    """
    if len(heard.children) < 2 or state.talking or state.step not in _OF_A_CHILD:
        return None
    if emergency.under_way(state) or _alarming(said, heard, state, turn):
        return None
    mine, waiting = several.take_mine(heard.children, state, turn)
    own = replace(understand(mine.words, turn.db.today()), children=())
    reply = _heard(mine.words, own, state, turn)
    return replace(reply, text=f"{waiting}的也记下了，这件完了接着办。\n{reply.text}"), mine.words


def _command(word: str, state: State, turn: Turn) -> Reply | None:
    command = WORDS.get(word)
    return command(state, turn) if command else None


def _rest(word: str, state: State, turn: Turn) -> Reply | None:
    return Reply(state.rest) if word == "更多" and state.rest else None


def _go_on(word: str, state: State, turn: Turn) -> Reply | None:
    if word not in ("继续", "接着填") or not state.kind or emergency.under_way(state):
        return None
    state.talking = ""
    return draft.take_up(state, turn)


def _change(word: str, state: State, turn: Turn) -> Reply | None:
    change = review.CHANGE.fullmatch(word)
    fits = change and state.step in (ASK, REVIEW) and not emergency.under_way(state)
    return review.change(int(change[1]), state, turn) if change and fits else None


def _wished(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear a change of mind, or a wish to see or delete, unless the words speak of danger."""
    if reply := rights.hear_asked(said, state, turn):
        return reply
    wished = wishes.read_wish(said)
    if wished is None or (not emergency.under_way(state) and _alarming(said, heard, state, turn)):
        return None
    return wish.hear_wish(wished, said, hear, state, turn)


def _endangered(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Go on with an emergency, or receive a new one, before all else."""
    emergency.let_go(state, turn)
    if emergency.under_way(state):
        return then(emergency.go_on(said, heard, state, turn), state, turn)
    if not _alarming(said, heard, state, turn):
        return None
    if len(heard.children) > 1:
        return several.receive_danger(said, heard, state, turn)
    return then(emergency.receive(said, heard, state, turn), state, turn)


def _talked(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    return talk.hear(said, state, turn)


def _taught(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear a teacher of her class; her roll does not wait for a parent's notice."""
    if state.step == CONSENT and bindings.person_bound(turn.db, turn.reporter):
        state.step = MENU
        if taught := teacher.hear(said, heard, state, turn):
            return taught
        state.step = CONSENT
    return teacher.hear(said, heard, state, turn)


def _owned(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear what is asked of a child's own class or roll."""
    return own_child.hear_question(said, heard, state, turn)


def _at_step(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    hears = _STEPS.get(state.step)
    return hears(said, heard, state, turn) if hears else None


def arrive(scene: str, new: bool, state: State, turn: Turn) -> Reply:
    """Greet somebody who follows the account or scans its code; a school's code tells the school."""
    draft.set_aside(state)
    school = _school_of(scene, turn)
    state.school = school or state.school
    told = f"您扫的是{school}的码，登记时就填这个学校。\n" if school else ""
    if new or not state.kind:
        return Reply(told + (replies.welcome(turn) if new else replies.menu(turn)))
    return draft.take_up(state, turn, f"{told}接着填{schema(turn.db, state.kind).title}。")


def _school_of(scene: str, turn: Turn) -> str:
    """Give the name of the school whose code was scanned, or nothing."""
    code = scene.removeprefix("school:")
    schools = gazetteer.world(turn.db).places.schools() if scene != code else ()
    return next((one.name for one in schools if one.code == code), "")


def _alarming(said: str, heard: Understood, state: State, turn: Turn) -> bool:
    """Tell whether the words speak of danger and are not just an option that we offered ourselves."""
    if emergency.kind(turn) and contact_call.is_gone(said, turn):
        return True
    if not emergency.kind(turn) or heard.intent != "safety" or contact_call.is_in_vain(said, turn):
        return False
    if state.step not in _OF_A_CHILD:
        return heard.acts
    if heard.confidence < SURE:
        return False
    told = emergency.FIRST in heard.extras
    if state.step == ASK and questions.is_answer(said, state, turn.db, told):
        return False
    # A few words without one of danger are an answer, or too little to alarm anybody.
    return told or (heard.confidence >= CLEAR and len(said) >= questions.SENTENCE)


def _consenting(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Hear the answer to the notice; who asks for something else first gets it."""
    if found := _faq(said, heard, state, turn):
        return aside(found, state, turn)
    return _wish(heard, state, turn) or draft.consent(said, state, turn)


def _asked(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Hear an answer; or a question, a correction, another matter in the middle."""
    option = questions.is_option(schema(turn.db, state.kind).field(state.asking), said)
    option = option or unknown.knows_not(said)  # 不知道哪个学校 asks nothing
    if not option and (found := _faq(said, heard, state, turn)):
        return aside(found, state, turn)
    kind = draft.named(text.compact(said), turn)
    if kind and kind != state.kind and not option:
        return draft.begin(kind, state, turn)
    if prefill.corrects(said) and (reply := review.correct(said, state, turn)):
        return reply
    option = option or questions.names_somebody(said, state, turn.db)
    other = not option and _other_matter(said, heard, state, turn)
    if not other and (reply := answers.answer(said, heard, state, turn)):
        return reply
    if not other and (reply := answers.elsewhere(said, heard, state, turn)):
        return reply
    return _interrupted(said, heard, state, turn) or answers.unanswered(said, state, turn)


def _reviewed(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Hear the answer to the read-back; or a question, another matter."""
    if found := _faq(said, heard, state, turn):
        return aside(found, state, turn)
    if not _other_matter(said, heard, state, turn) and (reply := review.review(said, heard, state, turn)):
        return reply
    if reply := _interrupted(said, heard, state, turn):
        return reply
    state.failed += 1
    if state.failed == 1:
        return Reply(f"没看懂您的意思。\n\n{draft.current(state, turn)}")
    left = state.failed == 2  # it is left to people then, whatever was said
    return Reply(replies.review_left(), replies.UNCLEAR if left else asking.worth_reading(said))


def _picked(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    return draft.pick(said, state, turn)


def _chosen(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    return choice.hear(said, heard, state, turn)


def _which(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    return rights.hear(said, state, turn)


def _other_matter(said: str, heard: Understood, state: State, turn: Turn) -> bool:
    """Tell whether somebody in the middle of a report speaks of another one, in whole sentences."""
    return (
        not (state.step == ASK and state.asking in heard.facts)
        and heard.intent in KINDS
        and heard.intent != state.kind
        and heard.confidence >= CLEAR
        and not heard.leave
        and len(said) >= questions.SENTENCE
    )


def _interrupted(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Answer what is no answer: another matter, a wish, a greeting after a break; then go on."""
    title = schema(turn.db, state.kind).title
    if _other_matter(said, heard, state, turn):
        if heard.question:
            return choice.unanswered(said, state, turn)
        state.queue.append([heard.intent, prefill.gather(heard, said, turn.db.today())])
        other = schema(turn.db, heard.intent).title
        return aside(f"{other}的事也记下了，这件完了接着办。", state, turn)
    if reply := _wish(heard, state, turn):
        return reply
    if heard.question and not choice.tells(heard) and len(said) >= questions.SENTENCE:
        if state.step == ASK and asking.is_given_up(state, state.asking):
            asking.leave_open(schema(turn.db, state.kind), state, state.asking)
            draft.advance(state, turn)
        return choice.unanswered(said, state, turn)
    if heard.intent == state.kind and heard.confidence >= SURE and len(said) >= questions.SENTENCE:
        prefill.fill(schema(turn.db, state.kind), state, prefill.gather(heard, said, turn.db.today()))
        return draft.following(state, turn, "记下了。")
    if turn.away >= BREAK:
        return welcome_back(state, turn)
    short = len(said) <= questions.SENTENCE * 2
    if thanks(said):
        return draft.resume(state, turn, f"不客气。咱们接着填{title}。")
    if heard.intent == "greeting" and heard.confidence >= SURE and short and not heard.facts:
        return draft.resume(state, turn, f"您好，我在。咱们接着填{title}。")
    return None


def _faq(said: str, heard: Understood, state: State, turn: Turn) -> str:
    """Give the bureau's answer to a question, which may leave out what the report under way is about."""
    if not heard.question:
        return ""
    return faq.usual_answer(turn.db.settings, said) or (
        faq.usual_answer(turn.db.settings, f"{schema(turn.db, state.kind).title}{said}") if state.kind else ""
    )


def _wish(heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Do what is clearly wished instead of an answer."""
    wishes = {"status": commands.progress, "human": commands.human}
    if heard.confidence >= CLEAR and heard.intent in wishes:
        return wishes[heard.intent](state, turn)
    return None


_WORDS = (teacher.word, _command, _rest, _go_on, stopped.hear_back, _change)
"""Who listens for words that mean the same everywhere, before anything is understood."""
_STEPS: Mapping[str, Hearer] = {
    CONSENT: _consenting,
    ASK: _asked,
    REVIEW: _reviewed,
    PICK: _picked,
    CHOOSE: _chosen,
    WHICH: _which,
}
"""Who hears at a step; what nobody there takes is heard as outside a report."""
