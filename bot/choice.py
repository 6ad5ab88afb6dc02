"""What somebody outside a report means: clear, or to be asked with two or three options; never guessed silently."""

from collections.abc import Callable, Mapping
from typing import Any

from bot import commands
from bot.asides.aside import aside
from bot.dialogue import draft, prefill, questions, replies
from bot.dialogue.office import Office
from bot.dialogue.replies import Reply
from bot.dialogue.state import CHOOSE, IDLE, MENU, State
from bot.understanding import Understood, understand
from intake.language.patterns import regex

SURE, POSSIBLE = 0.5, 0.2
"""From where on an intent is taken for meant, and from where on it is offered."""
OFFERED = 2
OF_ONE_MATTER = frozenset({"description", "reason", "problem", "needs", "program", "days"})
_EACH = regex(
    "老大.*老二|大宝.*二宝|大的.*小的|(?:姐姐|哥哥).*(?:弟弟|妹妹)|一个.*(?:另|还有)一个|大孙[子女].*[小二]孙[子女]|儿子.*(?:闺女|姑娘|女儿)|(?:闺女|姑娘|女儿).*儿子"
)
OF_ONE_CHILD = frozenset({"grade", "class_name", "birth_date", "id_number", "sex"})
FIRST = "我没太听准，您说的是哪件事？"
UNKNOWN = ("这个问题我答不准，已经转给工作人员，会在这里回复您。", "这个也转给工作人员了，他们会一起回复您。",
           "这个问题也记下了，工作人员会回复您。")  # fmt: skip
NEITHER, NO = "都不是", "不用了"
QUESTION = "question"
"""Mark of a kept message that asks what nobody has written an answer to."""


def understood(said: str, heard: Understood, state: State, office: Office) -> Reply | None:
    """Act on what is meant; None if it is none of our matters."""
    if heard.question and (found := office.answer(said)):
        if tells(heard) and heard.intent in office.kinds and heard.confidence >= SURE:
            reply = _begin(heard.intent, said, heard, state, office)
            return Reply(f"{found}\n\n{reply.text}", reply.note)
        return _answered(found, heard, said, state, office)
    if heard.leave:
        return _begin("absence", said, heard, state, office)
    if heard.confidence >= SURE:
        if heard.intent in office.kinds:
            if heard.question and not tells(heard):
                return _question(said, heard, state, office)
            return _begin(heard.intent, said, heard, state, office)
        meant: Mapping[str, Callable[[State, Office], Reply]] = {
            "status": commands.progress, "human": commands.human, "greeting": commands.greet,
        }  # fmt: skip
        if heard.intent in meant:
            return meant[heard.intent](state, office)
    likely = [kind for kind, sure in heard.alternatives[:3] if kind in office.kinds and sure >= POSSIBLE]
    if likely:
        state.failed += 1
        again = f"还没听准（第 {state.failed} 次），不好意思。是下面哪件事？换个说法也行，或者回复 {replies.link('人工')}。"
        return _offer(likely[:OFFERED], said, state, office, again if state.failed > 1 else FIRST)
    return None


def hear(said: str, state: State, office: Office) -> Reply | None:
    """Hear which of the matters offered is meant; None if it is none of them."""
    number = questions.number(said)
    neither = NEITHER if len(state.options) > 1 else NO
    words = [*state.options, neither]
    titles = [office.form(kind).title for kind in state.options]
    said_before, options = state.said, state.options
    state.options, state.said, state.step = [], "", MENU if state.kind else IDLE
    if number is not None and 1 <= number <= len(options):
        kind = words[number - 1]
    elif said in titles:
        kind = options[titles.index(said)]
    elif number == len(words) or said in (NEITHER, NO, "不是", "不用", "不用了", "没有"):
        return Reply(
            f"好的，您的话已经记下，会有人看。您也可以再说一遍，或回复 {replies.link('菜单')}。",
            replies.UNCLEAR,
        )
    elif len(options) == 1 and questions.agrees(said):
        kind = options[0]
    else:
        return None
    return _begin(kind, said_before, understand(said_before, office.today), state, office)


def unanswered(said: str, state: State, office: Office) -> Reply:
    """Say that a question goes to a person."""
    otherwise = f"急的话请找：{office.contact}"
    return aside(_unknown(state), state, office, otherwise=otherwise, note=QUESTION)


def _unknown(state: State) -> str:
    state.failed += 1
    return UNKNOWN[(state.failed - 1) % len(UNKNOWN)]


def _begin(kind: str, said: str, heard: Understood, state: State, office: Office) -> Reply:
    """Begin a report of a kind; other matters and other children of the same message wait for their turn."""
    facts = prefill.gather(heard, said, office.today)
    if state.kind == kind:
        prefill.fill(office.form(kind), state, facts)
        return draft.resume(state, office, f"接着填{office.form(kind).title}。")
    own = {key: value for key, value in facts.items() if key not in OF_ONE_MATTER}
    each = bool(_EACH.search(said))  # of two children: the second matter is not about the first child
    queue: list[list[Any]] = []
    for other, words in heard.also:
        if other in office.kinds and other != kind and not office.form(other).urgent:
            told = prefill.gather(understand(words, office.today), words, office.today)
            queue.append([other, {**({} if each else own), **told}, each])
    for name in heard.children[1:]:
        same = {key: value for key, value in facts.items() if key not in OF_ONE_CHILD}
        queue.append([kind, {**same, "child_name": name}, True])
    state.queue = [*state.queue, *queue][-draft.QUEUE :]
    return draft.begin(kind, state, office, facts)


def _answered(answer: str, heard: Understood, said: str, state: State, office: Office) -> Reply:
    """Give the bureau's answer, and offer to report."""
    if heard.intent not in office.kinds or heard.confidence < POSSIBLE:
        return aside(answer, state, office, otherwise=f"还有别的事，回复 {replies.link('菜单')}。")
    offer = _offer([heard.intent], said, state, office, "要登记吗？登记了有专人跟进。")
    return Reply(f"{answer}\n\n{offer.text}")


def _question(said: str, heard: Understood, state: State, office: Office) -> Reply:
    offer = _offer([heard.intent], said, state, office, "要是孩子有这方面的难处，也可以现在登记：")
    return Reply(f"{_unknown(state)}\n\n{offer.text}", QUESTION)


def tells(heard: Understood) -> bool:
    """Tell whether a question tells a case as well: 补助咋还没发 does, 补助多少钱 does not."""
    told = heard.extras.keys() & {"problem", "on_leave", "father_away", "mother_away"}
    return bool(told or heard.slots.keys() - {"program", "grade", "needs", "hardship", "reason"})


def _offer(kinds: list[str], said: str, state: State, office: Office, sentence: str) -> Reply:
    state.step, state.options, state.said = CHOOSE, kinds, said
    titles = [office.form(kind).title for kind in kinds]
    return Reply(
        f"{sentence}\n{replies.choices([*titles, NEITHER if len(kinds) > 1 else NO])}",
        replies.UNCLEAR if len(kinds) > 1 else "",
    )
