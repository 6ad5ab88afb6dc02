"""The dialogue: what was said, where the conversation stands, what is answered. Knows no web and no SQL."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot import choice, commands
from bot.asides import rights, talk
from bot.asides.aside import aside, then
from bot.commands import WORDS
from bot.dialogue import answers, draft, emergency, prefill, questions, replies, review
from bot.dialogue.office import Office
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CHOOSE, CONSENT, MENU, PICK, REVIEW, WHICH, State
from bot.teachers import teacher
from bot.understanding import Understood, reason, understand
from intake.kinds import Invalid
from intake.language import text
from intake.language.patterns import regex
from intake.reports import receipts

LONGEST = 2000
"""Characters of a message that are read; all of it is kept."""
SURE, CLEAR = 0.5, 0.8
"""From where on an intent is taken for meant; in the middle of a report."""
BREAK, JUST_NOW = timedelta(hours=6), timedelta(hours=1)
_RECEIPT = regex(r"[1-9][\d\s-]{11,20}")
_DROP = regex("(?:那|还是|先)?(?:算了|不(?:报|填|办|登记|弄|整|要)了)(?:吧|算了|不(?:报|填|办|弄|整)了)?")
_MORE = regex("^(?:对了|还有|另外|补充|再说一句|忘说了|忘了说)|因为|原因")
_BYE = regex(
    "(?:好的?|嗯呢?|行|中|妥了?|知道了|收到|明白了?|再见|拜拜|没事了|没别的了?|ok|[吧呢啊呀，,。！! ])+"
)
_THANKS = regex(r"谢|感谢|辛苦|费心|麻烦你们了")


def turn(said: str, state: State, office: Office) -> Reply:
    """Answer what was said; `state` becomes where the conversation then stands."""
    said = text.normalise(said)[:LONGEST]
    word = text.compact(said)
    if taught := teacher.word(word, state, office):
        return taught
    if command := WORDS.get(word):
        return command(state, office)
    if word == "更多" and state.rest:
        return Reply(state.rest)
    if word in ("继续", "接着填") and state.kind and not emergency.under_way(state):
        state.talking = ""
        return draft.resume(state, office)
    if _DROP.fullmatch(word) and (state.talking or state.step in (ASK, REVIEW, CONSENT, PICK)):
        return commands.cancel(state, office)
    change = review.CHANGE.fullmatch(word)
    if change and state.step in (ASK, REVIEW) and not emergency.under_way(state):
        return review.change(int(change[1]), state, office)
    heard = understand(said, office.today)
    if emergency.under_way(state):
        return then(emergency.go_on(said, heard, state, office), state, office)
    if _alarming(said, heard, state, office):
        return then(emergency.receive(said, heard, state, office), state, office)
    if talking := talk.hear(said, state, office):
        return talking
    if state.step == CONSENT and office.teacher():
        state.step = MENU  # her roll does not wait for a parent's notice
        if taught := teacher.hear(said, heard, state, office):
            return taught
        state.step = CONSENT
    if taught := teacher.hear(said, heard, state, office):
        return taught
    steps = {
        CONSENT: _consenting,
        ASK: _asked,
        REVIEW: _reviewed,
        PICK: _picked,
        CHOOSE: _chosen,
        WHICH: _which,
    }
    return steps.get(state.step, _open)(said, heard, state, office)


def arrive(scene: str, new: bool, state: State, office: Office) -> Reply:
    """Greet somebody who follows the account or scans its code; a school's code tells the school."""
    draft.set_aside(state)
    school = office.school(scene)
    state.school = school or state.school
    told = f"您扫的是{school}的码，登记时就填这个学校。\n" if school else ""
    if new or not state.kind:
        return Reply(told + (replies.welcome(office) if new else replies.menu(office)))
    return draft.resume(state, office, f"{told}接着填{office.form(state.kind).title}。")


def _alarming(said: str, heard: Understood, state: State, office: Office) -> bool:
    """Tell whether the words speak of danger and are not just an option that we offered ourselves."""
    if not emergency.kind(office) or heard.intent != "safety" or heard.confidence < SURE:
        return False
    if state.step == ASK and questions.is_option(office.form(state.kind).field(state.asking), said):
        return False
    # A few words without one of danger are an answer, or too little to alarm anybody.
    return emergency.FIRST in heard.extras or (heard.confidence >= CLEAR and len(said) >= questions.SENTENCE)


def _consenting(said: str, heard: Understood, state: State, office: Office) -> Reply:
    """Hear the answer to the notice; who asks for something else first gets it."""
    if found := _faq(said, heard, state, office):
        return aside(found, state, office)
    return _wish(heard, state, office) or draft.consent(said, state, office)


def _asked(said: str, heard: Understood, state: State, office: Office) -> Reply:
    """Hear an answer; or a question, a correction, another matter in the middle."""
    option = questions.is_option(office.form(state.kind).field(state.asking), said)
    if not option and (found := _faq(said, heard, state, office)):
        return aside(found, state, office)
    kind = draft.named(text.compact(said), office)
    if kind and kind != state.kind and not option:
        return draft.begin(kind, state, office)
    if prefill.corrects(said) and (reply := review.correct(said, state, office)):
        return reply
    other = not option and _other_matter(said, heard, state, office)
    if not other and (reply := answers.answer(said, heard, state, office)):
        return reply
    if not other and (reply := answers.elsewhere(said, heard, state, office)):
        return reply
    return _interrupted(said, heard, state, office) or answers.unanswered(said, state, office)


def _reviewed(said: str, heard: Understood, state: State, office: Office) -> Reply:
    """Hear the answer to the read-back; or a question, another matter."""
    if found := _faq(said, heard, state, office):
        return aside(found, state, office)
    if not _other_matter(said, heard, state, office) and (reply := review.review(said, heard, state, office)):
        return reply
    if reply := _interrupted(said, heard, state, office):
        return reply
    state.failed += 1
    again = "" if state.failed == 1 else f"（第 {state.failed} 次）"
    return Reply(f"没看懂您的意思{again}。\n\n{draft.current(state, office)}", questions.puzzled(state))


def _picked(said: str, heard: Understood, state: State, office: Office) -> Reply:
    return draft.pick(said, state, office)


def _chosen(said: str, heard: Understood, state: State, office: Office) -> Reply:
    return choice.hear(said, state, office) or _open(said, heard, state, office)


def _which(said: str, heard: Understood, state: State, office: Office) -> Reply:
    return rights.hear(said, state, office) or _open(said, heard, state, office)


def _other_matter(said: str, heard: Understood, state: State, office: Office) -> bool:
    """Tell whether somebody in the middle of a report speaks of another one, in whole sentences."""
    return (
        not (state.step == ASK and state.asking in heard.facts)
        and heard.intent in office.kinds
        and heard.intent != state.kind
        and heard.confidence >= CLEAR
        and not heard.leave
        and len(said) >= questions.SENTENCE
    )


def _interrupted(said: str, heard: Understood, state: State, office: Office) -> Reply | None:
    """Answer what is no answer: another matter, a wish, a greeting after a break; then go on."""
    title = office.form(state.kind).title
    if _other_matter(said, heard, state, office):
        if heard.question:
            return choice.unanswered(said, state, office)
        state.queue.append([heard.intent, prefill.gather(heard, said, office.today)])
        other = office.form(heard.intent).title
        return aside(f"{other}的事也记下了，这件完了接着办。", state, office)
    if reply := _wish(heard, state, office):
        return reply
    if heard.question and not choice.tells(heard) and len(said) >= questions.SENTENCE:
        return choice.unanswered(said, state, office)
    if heard.intent == state.kind and heard.confidence >= SURE and len(said) >= questions.SENTENCE:
        prefill.fill(office.form(state.kind), state, prefill.gather(heard, said, office.today))
        return draft.following(state, office, "记下了。")
    if office.away >= BREAK:
        return _welcome_back(state, office)
    short = len(said) <= questions.SENTENCE * 2
    if _THANKS.search(said) and short:
        return draft.resume(state, office, f"不客气。咱们接着填{title}。")
    if heard.intent == "greeting" and heard.confidence >= SURE and short and not heard.facts:
        return draft.resume(state, office, f"您好，我在。咱们接着填{title}。")
    return None


def _faq(said: str, heard: Understood, state: State, office: Office) -> str:
    """Give the bureau's answer to a question, which may leave out what the report under way is about."""
    if not heard.question:
        return ""
    return office.answer(said) or (
        office.answer(f"{office.form(state.kind).title}{said}") if state.kind else ""
    )


def _wish(heard: Understood, state: State, office: Office) -> Reply | None:
    """Do what is clearly wished instead of an answer."""
    wishes = {"status": commands.progress, "human": commands.human}
    if heard.confidence >= CLEAR and heard.intent in wishes:
        return wishes[heard.intent](state, office)
    return None


def _open(said: str, heard: Understood, state: State, office: Office) -> Reply:
    """Hear somebody outside a report."""
    items: list[Callable[[State, Office], Reply]] = [partial(draft.begin, kind) for kind in office.kinds]
    items += [commands.progress, commands.human]
    chosen = questions.number(said)
    if chosen is not None and 1 <= chosen <= len(items):
        return items[chosen - 1](state, office)
    if kind := draft.named(text.compact(said), office):
        return draft.begin(kind, state, office)
    if number := _RECEIPT.search(said):
        if known := office.progress_of(number[0]):
            return Reply(replies.progress([known]))
        if heard.intent in ("status", "other"):
            return Reply(f"没查到您的这个回执号，请核对一下。\n{replies.progress(office.progress())}")
    if reply := _more(said, heard, state, office):
        return reply
    return choice.understood(said, heard, state, office) or _unclear(said, heard, state, office)


def _welcome_back(state: State, office: Office) -> Reply:
    title = office.form(state.kind).title
    return draft.resume(state, office, f"您好，上次的{title}还没填完，给您留着呢，咱们接着来。")


def _more(said: str, heard: Understood, state: State, office: Office) -> Reply | None:
    """Put what is said right after a report into it: 对了，他是因为厌学."""
    report = office.report(state.receipt) if state.receipt and office.away < JUST_NOW else None
    wrong = prefill.corrects(said)
    if (
        report is None
        or state.kind
        or not (wrong or _MORE.search(said))
        or heard.also
        or not office.untouched(report)
    ):
        return None
    form, before = office.form(report["kind"]), office.answers(report)
    new = State(kind=form.kind, answers=dict(before))
    if wrong:
        right = prefill.gather(understand(prefill.meant(said), office.today), "", office.today)
        new.answers |= prefill.correction(form, new, said, right)[0]
    else:
        facts = heard.facts | reason(said, form.kind, office.today)
        prefill.fill(form, new, {key: value for key, value in facts.items() if key != "child_name"})
    more = {key: value for key, value in new.answers.items() if before.get(key) != value}
    if not more:
        return None
    try:
        office.amend(state.receipt, new.answers)
    except Invalid:  # it contradicts the rest: a person must see to it
        return None
    told = "，".join(f"{label}：{value}" for _, label, value in form.shown(more))
    return Reply(f"补进刚才的登记了（{told}）。回执号不变：{receipts.show(state.receipt)}。")


def _unclear(said: str, heard: Understood, state: State, office: Office) -> Reply:
    if state.kind and office.away >= BREAK:
        return _welcome_back(state, office)
    state.failed += 1
    if _BYE.fullmatch(text.compact(said)):
        return Reply(("好的，有事随时说。", "好的，我一直在。", "好，祝您和孩子都好。")[state.failed % 3])
    if _THANKS.search(said) and len(said) <= questions.SENTENCE * 2:
        more = ("", "孩子的事，有了难处就来说。", "祝您和孩子都好。")[state.failed % 3 - 1]
        return Reply(f"不客气，有事随时说。{more}")
    return Reply(replies.unclear(office, state.failed), replies.UNCLEAR)
