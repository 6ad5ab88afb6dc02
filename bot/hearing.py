"""The dialogue: what was said, where the conversation stands, what is answered. Knows no web and no SQL."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot import choice, commands
from bot.asides import rights, talk
from bot.asides.aside import aside, then
from bot.commands import WORDS
from bot.dialogue import answers, draft, emergency, filing, prefill, questions, replies, review
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CHOOSE, CONSENT, MENU, PICK, REVIEW, WHICH, State
from bot.dialogue.turn import Turn
from bot.teachers import teacher
from bot.understanding import Understood, reason, understand
from intake.kinds import KINDS, Invalid
from intake.language import text
from intake.people import bindings
from intake.places import gazetteer
from intake.reports import door, progress, receipts
from intake.reports.door import schema
from intake.reports.progress import Progress
from intake.talks import faq

LONGEST = 2000
"""Characters of a message that are read; all of it is kept."""
SURE, CLEAR = 0.5, 0.8
"""From where on an intent is taken for meant; in the middle of a report."""
BREAK, JUST_NOW = timedelta(hours=6), timedelta(hours=1)
_RECEIPT = re.compile(r"[1-9][\d\s-]{11,20}")
_DROP = re.compile(
    "(?:那|还是|先)?(?:算了|不(?:报|填|办|登记|弄|整|要)了)(?:吧|算了|不(?:报|填|办|弄|整)了)?"
)
_MORE = re.compile("^(?:对了|还有|另外|补充|再说一句|忘说了|忘了说)|因为|原因")
_BYE = re.compile(
    "(?:好的?|嗯呢?|行|中|妥了?|知道了|收到|明白了?|再见|拜拜|没事了|没别的了?|ok|[吧呢啊呀，,。！! ])+"
)
_THANKS = re.compile(r"谢|感谢|辛苦|费心|麻烦你们了")


def hear(said: str, state: State, turn: Turn) -> Reply:
    """Answer what was said; `state` becomes where the conversation then stands."""
    said = text.normalise(said)[:LONGEST]
    word = text.compact(said)
    if taught := teacher.word(word, state, turn):
        return taught
    if command := WORDS.get(word):
        return command(state, turn)
    if word == "更多" and state.rest:
        return Reply(state.rest)
    if word in ("继续", "接着填") and state.kind and not emergency.under_way(state):
        state.talking = ""
        return draft.resume(state, turn)
    if _DROP.fullmatch(word) and (state.talking or state.step in (ASK, REVIEW, CONSENT, PICK)):
        return commands.cancel(state, turn)
    change = review.CHANGE.fullmatch(word)
    if change and state.step in (ASK, REVIEW) and not emergency.under_way(state):
        return review.change(int(change[1]), state, turn)
    heard = understand(said, turn.db.today())
    if emergency.under_way(state):
        return then(emergency.go_on(said, heard, state, turn), state, turn)
    if _alarming(said, heard, state, turn):
        return then(emergency.receive(said, heard, state, turn), state, turn)
    if talking := talk.hear(said, state, turn):
        return talking
    if state.step == CONSENT and bindings.of(turn.db, turn.reporter):
        state.step = MENU  # her roll does not wait for a parent's notice
        if taught := teacher.hear(said, heard, state, turn):
            return taught
        state.step = CONSENT
    if taught := teacher.hear(said, heard, state, turn):
        return taught
    steps = {
        CONSENT: _consenting,
        ASK: _asked,
        REVIEW: _reviewed,
        PICK: _picked,
        CHOOSE: _chosen,
        WHICH: _which,
    }
    return steps.get(state.step, _open)(said, heard, state, turn)


def arrive(scene: str, new: bool, state: State, turn: Turn) -> Reply:
    """Greet somebody who follows the account or scans its code; a school's code tells the school."""
    draft.set_aside(state)
    school = _school_of(scene, turn)
    state.school = school or state.school
    told = f"您扫的是{school}的码，登记时就填这个学校。\n" if school else ""
    if new or not state.kind:
        return Reply(told + (replies.welcome(turn) if new else replies.menu(turn)))
    return draft.resume(state, turn, f"{told}接着填{schema(turn.db, state.kind).title}。")


def _school_of(scene: str, turn: Turn) -> str:
    """Give the name of the school whose code was scanned, or nothing."""
    code = scene.removeprefix("school:")
    schools = gazetteer.world(turn.db).places.schools() if scene != code else ()
    return next((one.name for one in schools if one.code == code), "")


def _alarming(said: str, heard: Understood, state: State, turn: Turn) -> bool:
    """Tell whether the words speak of danger and are not just an option that we offered ourselves."""
    if not emergency.kind(turn) or heard.intent != "safety" or heard.confidence < SURE:
        return False
    if state.step == ASK and questions.is_option(schema(turn.db, state.kind).field(state.asking), said):
        return False
    # A few words without one of danger are an answer, or too little to alarm anybody.
    return emergency.FIRST in heard.extras or (heard.confidence >= CLEAR and len(said) >= questions.SENTENCE)


def _consenting(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Hear the answer to the notice; who asks for something else first gets it."""
    if found := _faq(said, heard, state, turn):
        return aside(found, state, turn)
    return _wish(heard, state, turn) or draft.consent(said, state, turn)


def _asked(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Hear an answer; or a question, a correction, another matter in the middle."""
    option = questions.is_option(schema(turn.db, state.kind).field(state.asking), said)
    if not option and (found := _faq(said, heard, state, turn)):
        return aside(found, state, turn)
    kind = draft.named(text.compact(said), turn)
    if kind and kind != state.kind and not option:
        return draft.begin(kind, state, turn)
    if prefill.corrects(said) and (reply := review.correct(said, state, turn)):
        return reply
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
    again = "" if state.failed == 1 else f"（第 {state.failed} 次）"
    return Reply(f"没看懂您的意思{again}。\n\n{draft.current(state, turn)}", questions.puzzled(state))


def _picked(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    return draft.pick(said, state, turn)


def _chosen(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    return choice.hear(said, state, turn) or _open(said, heard, state, turn)


def _which(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    return rights.hear(said, state, turn) or _open(said, heard, state, turn)


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
        return choice.unanswered(said, state, turn)
    if heard.intent == state.kind and heard.confidence >= SURE and len(said) >= questions.SENTENCE:
        prefill.fill(schema(turn.db, state.kind), state, prefill.gather(heard, said, turn.db.today()))
        return draft.following(state, turn, "记下了。")
    if turn.away >= BREAK:
        return _welcome_back(state, turn)
    short = len(said) <= questions.SENTENCE * 2
    if _THANKS.search(said) and short:
        return draft.resume(state, turn, f"不客气。咱们接着填{title}。")
    if heard.intent == "greeting" and heard.confidence >= SURE and short and not heard.facts:
        return draft.resume(state, turn, f"您好，我在。咱们接着填{title}。")
    return None


def _faq(said: str, heard: Understood, state: State, turn: Turn) -> str:
    """Give the bureau's answer to a question, which may leave out what the report under way is about."""
    if not heard.question:
        return ""
    return faq.answer(turn.db.settings, said) or (
        faq.answer(turn.db.settings, f"{schema(turn.db, state.kind).title}{said}") if state.kind else ""
    )


def _wish(heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Do what is clearly wished instead of an answer."""
    wishes = {"status": commands.progress, "human": commands.human}
    if heard.confidence >= CLEAR and heard.intent in wishes:
        return wishes[heard.intent](state, turn)
    return None


def _open(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Hear somebody outside a report."""
    items: list[Callable[[State, Turn], Reply]] = [partial(draft.begin, kind) for kind in KINDS]
    items += [commands.progress, commands.human]
    chosen = questions.number(said)
    if chosen is not None and 1 <= chosen <= len(items):
        return items[chosen - 1](state, turn)
    if kind := draft.named(text.compact(said), turn):
        return draft.begin(kind, state, turn)
    if number := _RECEIPT.search(said):
        if known := _progress_of(turn, number[0]):
            return Reply(replies.progress([known]))
        if heard.intent in ("status", "other"):
            return Reply(
                f"没查到您的这个回执号，请核对一下。\n{replies.progress(progress.of_reporter(turn.db, turn.reporter))}"
            )
    if reply := _more(said, heard, state, turn):
        return reply
    return choice.understood(said, heard, state, turn) or _unclear(said, heard, state, turn)


def _progress_of(turn: Turn, said: str) -> Progress | None:
    """Give the progress of a receipt if it is the reporter's own."""
    number = receipts.read(said)
    report = filing.own_report(turn, number) if number else None
    return progress.of(report) if report else None


def _welcome_back(state: State, turn: Turn) -> Reply:
    title = schema(turn.db, state.kind).title
    return draft.resume(state, turn, f"您好，上次的{title}还没填完，给您留着呢，咱们接着来。")


def _more(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Put what is said right after a report into it: 对了，他是因为厌学."""
    report = filing.own_report(turn, state.receipt) if state.receipt and turn.away < JUST_NOW else None
    wrong = prefill.corrects(said)
    if (
        report is None
        or state.kind
        or not (wrong or _MORE.search(said))
        or heard.also
        or not door.untouched(report)
    ):
        return None
    form, before = schema(turn.db, report["kind"]), door.answers(turn.db, report)
    new = State(kind=form.kind, answers=dict(before))
    if wrong:
        right = prefill.gather(understand(prefill.meant(said), turn.db.today()), "", turn.db.today())
        new.answers |= prefill.correction(form, new, said, right)[0]
    else:
        facts = heard.facts | reason(said, form.kind, turn.db.today())
        prefill.fill(form, new, {key: value for key, value in facts.items() if key != "child_name"})
    more = {key: value for key, value in new.answers.items() if before.get(key) != value}
    if not more:
        return None
    try:
        filing.amend_report(turn, state.receipt, new.answers)
    except Invalid:  # it contradicts the rest: a person must see to it
        return None
    told = "，".join(f"{label}：{value}" for _, label, value in form.shown(more))
    return Reply(f"补进刚才的登记了（{told}）。回执号不变：{receipts.show(state.receipt)}。")


def _unclear(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    if state.kind and turn.away >= BREAK:
        return _welcome_back(state, turn)
    state.failed += 1
    if _BYE.fullmatch(text.compact(said)):
        return Reply(("好的，有事随时说。", "好的，我一直在。", "好，祝您和孩子都好。")[state.failed % 3])
    if _THANKS.search(said) and len(said) <= questions.SENTENCE * 2:
        more = ("", "孩子的事，有了难处就来说。", "祝您和孩子都好。")[state.failed % 3 - 1]
        return Reply(f"不客气，有事随时说。{more}")
    return Reply(replies.unclear(turn, state.failed), replies.UNCLEAR)
