"""The report under way: consent, question by question, read-back, 确认."""

import re
from collections.abc import Mapping
from typing import Any

from bot import emergency, prefill, questions, replies
from bot.office import Office
from bot.replies import Reply
from bot.state import ASK, CONSENT, MENU, PICK, REVIEW, State
from bot.understanding import Understood, understand
from intake import spoken, text
from intake.fields import School
from intake.kinds import Invalid

CHANGE = re.compile(r"(?:修改|改)第?(\d{1,2})[条项个]?")
ANOTHER = "别的孩子"
OTHERS = frozenset({"邻居/其他", "村(居)干部", "班主任", "其他亲属"})
"""Relations of people who tell of other people's children."""


def begin(kind: str, state: State, office: Office, facts: Mapping[str, Any] | None = None) -> Reply:
    """Begin a report, with what was already said filled in."""
    before = f"刚才的{office.form(state.kind).title}没有提交，先放下了。\n" if state.kind else ""
    state.drop_draft()
    if kind == emergency.kind(office):
        return emergency.choose(state, office)
    state.kind, state.facts = kind, dict(facts or {})
    state.consent = office.consent()
    about = "请假" if state.facts.get("on_leave") == "是" and kind == "absence" else office.form(kind).title
    if not state.consent:
        state.step = CONSENT
        return Reply(f"{before}您要说的是{about}，我来帮您登记。\n{replies.consent(office)}")
    return _whose(state, office, f"{before}好的，{about}。")


def consent(said: str, state: State, office: Office) -> Reply:
    """Hear the answer to the notice; what else is said with it is kept for the draft."""
    word = text.compact(said)
    agreed = False if "不同意" in word else True if "同意" in word else spoken.yes_no(word)
    if agreed is None:
        state.failed += 1
        heard = understand(said, office.today)
        state.facts = {**state.facts, **heard.facts}
        kept = "您说的先替您记着。" if heard.facts else ""
        extra = f"不想在这里说也没关系，可以找：{office.contact}\n" if state.failed > 1 else ""
        again = "" if state.failed == 1 else f"（第 {state.failed} 次问您）"
        return Reply(
            f"{kept}要您同意了才能往下问。{again}\n{extra}{replies.consent_question()}",
            questions.puzzled(state),
        )
    mark = office.agree(agreed)
    if not agreed:
        state.drop_draft()
        state.consent, state.queue = "", []
        return Reply(replies.refused(office))
    state.consent, state.failed = mark, 0
    return _whose(state, office, "谢谢您。")


def _whose(state: State, office: Office, before: str) -> Reply:
    """Take over what the reporter said before of the child; ask which one only if that is not clear."""
    children = office.children()
    name = state.facts.get("child_name")
    others = state.facts.get("relation") in OTHERS
    chosen = next((child for child in children if child.name == name), None)
    if chosen is None and name is None and not others:
        if len(children) > 1:
            state.step, state.options = PICK, [*(child.name for child in children), ANOTHER]
            return Reply(f"{before}是哪个孩子的事？\n{replies.choices(state.options)}")
        chosen = children[0] if children else None
        if chosen:
            before += f"先按您上次说的{chosen.name}填了，要是别的孩子，说一声“不是他，是某某”。"
    return _start(state, office, before, chosen.name if chosen else "")


def pick(said: str, state: State, office: Office) -> Reply:
    """Hear which child is meant: by number, by name, or another one."""
    number = questions.number(said)
    name = state.options[number - 1] if number and number <= len(state.options) else text.compact(said)
    if name not in state.options:
        name = next((one for one in state.options if one in said), name)
    if name not in state.options:
        new = spoken.person_name(said)
        if new is None:
            state.failed += 1
            again = f"（第 {state.failed} 次）" if state.failed > 1 else ""
            return Reply(
                f"没看懂是哪个孩子{again}。请选一个：\n{replies.choices(state.options)}",
                questions.puzzled(state),
            )
        state.facts["child_name"] = new
    state.options = []
    return _start(state, office, "好的。", name)


def _start(state: State, office: Office, before: str, child: str) -> Reply:
    """Fill in what is known, and put the first question; `child` names one that she told of before."""
    form, children = office.form(state.kind), office.children()
    known = next((one.facts for one in children if one.name == child), {})
    if not known and children and state.facts.get("relation") not in OTHERS:
        known = office.own(children[0])
    # What is said now counts for more than what was said once.
    prefill.fill(form, state, state.facts)
    told = set(state.answers)
    prefill.fill(form, state, known)
    state.taken = [key for key in state.answers if key not in told and key not in office.own_keys()]
    prefill.fill(form, state, {"school": state.school} if state.school else {})
    state.facts = {}
    return following(state, office, before)


def following(state: State, office: Office, before: str = "") -> Reply:
    """Put the next question, or read back when nothing is missing."""
    state.asking = questions.following(office.form(state.kind), state)
    state.step = ASK if state.asking else REVIEW
    return Reply((f"{before}\n" if before else "") + current(state, office))


def resume(state: State, office: Office, before: str = "") -> Reply:
    """Go on with a draft where it stopped."""
    title = office.form(state.kind).title
    before = before or f"好的，接着填{title}。"
    if not state.consent:
        state.step = CONSENT
        return Reply(f"{before}\n{replies.consent(office)}")
    if state.step == PICK or state.options:
        state.step = PICK
        return Reply(f"{before}\n{current(state, office)}")
    return following(state, office, before)


def current(state: State, office: Office) -> str:
    """Give the question that is open, or nothing."""
    if emergency.under_way(state):
        return emergency.question(state, office)
    if state.step == CONSENT:
        return replies.consent_question()
    if state.step == PICK:
        return f"是哪个孩子的事？\n{replies.choices(state.options)}"
    if state.step == ASK:
        return questions.ask(office.form(state.kind), state.asking, state)
    if state.step == REVIEW:
        return questions.read_back(office.form(state.kind), state)
    return ""


def answer(said: str, heard: Understood, state: State, office: Office) -> Reply | None:
    """Read the answer to the question; None if the words are none."""
    form, key = office.form(state.kind), state.asking
    if questions.declines(form, key, said, state):
        return skip(state, office)
    found = heard.facts.get(key)
    # A school takes any name; the one that was made out in the sentence is better.
    tries = (found, said) if isinstance(form.field(key), School) else (said, *questions.pieces(said), found)
    for one in tries:
        try:
            facts = questions.read(form, key, one, state) if one is not None else {}
        except Invalid:
            continue
        if facts:
            questions.put(form, state, key, facts)
            _pair(said, state, office, key)
            prefill.beside(form, state, key, heard, office.today)
            return following(state, office)
    return None


def elsewhere(said: str, heard: Understood, state: State, office: Office) -> Reply | None:
    """Hear the answer to a question that was not put yet, and put the open one again; None if there is none."""
    form, before = office.form(state.kind), dict(state.answers)
    prefill.fill(form, state, heard.facts)
    for key in form.answers():
        if key not in state.answers and questions.is_meant(form.field(key), said):
            prefill.fill(form, state, {key: said})
            break
    new = {key: value for key, value in state.answers.items() if key not in before}
    told = "，".join(f"{label}：{value}" for _, label, value in form.shown(new))
    return following(state, office, f"记下了（{told}）。") if told else None


def _pair(said: str, state: State, office: Office, key: str) -> None:
    """Hear the second half of an answer to two questions in one."""
    form = office.form(state.kind)
    for other in form.field(key).asked.pairs:
        for piece in questions.pieces(said):
            if other in form.fields and other not in state.answers and questions.known(form, other, piece):
                prefill.fill(form, state, {other: piece})


def unanswered(said: str, state: State, office: Office) -> Reply:
    """Say what was wrong with an answer, and put the question again."""
    form, key = office.form(state.kind), state.asking
    try:
        questions.read(form, key, said, state)
        problem = "没有看懂。"
    except Invalid as wrong:
        problem = "".join(wrong.errors.get(key) or ["没有看懂。"])
    state.failed += 1
    return Reply(questions.again(form, key, problem, state, office.contact), questions.puzzled(state))


def review(said: str, heard: Understood, state: State, office: Office) -> Reply | None:
    """Hear whether the read-back is right, what is to be changed, and what is added; None if neither is said."""
    chosen = questions.number(said)
    if chosen is not None:
        return change(chosen, state, office)
    word = text.compact(said)
    if spoken.yes_no(word) and not prefill.corrects(said):
        return confirm(state, office)
    if reply := correct(said, state, office):
        return reply
    before = dict(state.answers)
    prefill.fill(office.form(state.kind), state, {k: v for k, v in heard.facts.items() if k != "description"})
    if state.answers != before:
        return following(state, office, "补上了。")
    return None


def correct(said: str, state: State, office: Office) -> Reply | None:
    """Put right in words what was answered before; None if nothing is called wrong."""
    if not prefill.corrects(said):
        return None
    form = office.form(state.kind)
    right = understand(prefill.meant(said), office.today)
    changed, wrong = prefill.correction(form, state, said, right.facts)
    if not changed:
        return _ask_again(wrong, state, office) if wrong else None
    if "child_name" in changed:  # another child: what was known of the first is not said of this one
        state.answers = {key: value for key, value in state.answers.items() if key not in state.taken}
        state.taken = []
    for key in changed:
        questions.put(form, state, key, {key: changed[key]})
    labels = "、".join(form.field(key).asked.label for key in changed)
    return following(state, office, f"好的，{labels}改过来了。")


def change(number: int, state: State, office: Office) -> Reply:
    """Ask one line of the read-back again."""
    form = office.form(state.kind)
    key = questions.line(form, state, number)
    if not key:
        return Reply(f"没有第 {number} 条，请看看序号。\n\n{questions.read_back(form, state)}")
    return _ask_again(key, state, office)


def _ask_again(key: str, state: State, office: Office) -> Reply:
    form = office.form(state.kind)
    state.step, state.asking, state.failed = ASK, key, 0
    return Reply(f"好的，改{form.field(key).asked.label}。\n{questions.ask(form, key, state)}")


def confirm(state: State, office: Office) -> Reply:
    """Send what was read back, and go on with the next matter that was told."""
    form, amended = office.form(state.kind), state.amending
    try:
        done = office.amend(amended, state.answers) if amended else True
        receipt = amended or office.receive(state.kind, state.answers, state.consent)
    except Invalid as wrong:  # the world has changed since the answer was taken
        key, problems = next(iter(wrong.errors.items()))
        if key not in form.fields:
            raise
        state.step, state.asking = ASK, key
        return Reply(f"{''.join(problems)}\n\n{questions.ask(form, key, state)}")
    promise = form.promised(state.answers)
    common = {key: state.answers[key] for key in office.lasting() if key in state.answers}
    state.drop_draft()
    state.receipt = receipt
    told = (
        replies.amended(receipt, done, office.contact)
        if amended
        else replies.received(form, receipt, promise)
    )
    return next_matter(f"{told}\n\n", common, state, office) if state.queue else Reply(told)


def next_matter(before: str, common: Mapping[str, Any], state: State, office: Office) -> Reply:
    """Begin the next of the matters that were told together, with the facts they have in common."""
    kind, facts = state.queue.pop(0)
    reply = begin(kind, state, office, {**common, **facts})
    return Reply(f"{before}接着说您提的另一件事。\n{reply.text}", reply.note)


def back(state: State, office: Office) -> Reply:
    """Ask the question before this one again."""
    form = office.form(state.kind)
    skip = form.irrelevant(state.answers)
    earlier = [
        key for key in state.trail if key not in skip and not (state.step == ASK and key == state.asking)
    ]
    if not earlier:
        return Reply(f"已经是第一题了。\n\n{current(state, office)}")
    state.step, state.asking, state.trail, state.failed = ASK, earlier[-1], earlier[:-1], 0
    return Reply(f"好的，回到上一题。\n{questions.ask(form, state.asking, state)}")


def skip(state: State, office: Office) -> Reply:
    """Leave an optional question out; a question asked a second time keeps its answer."""
    form, key = office.form(state.kind), state.asking
    if key not in state.answers:
        if not questions.optional(form, key, state):
            state.failed += 1
            return Reply(questions.again(form, key, "这一题要回答才能登记。", state, office.contact))
        state.skipped.append(key)
    questions.done(state, key)
    return following(state, office)


def named(word: str, office: Office) -> str:
    """Find a kind by its title or its key (the EventKey of a menu)."""
    low = word.lower()
    return next((key for key, one in office.kinds.items() if low in (one.title, key)), "")


def set_aside(state: State) -> None:
    """Let the reporter look at the menu; the draft stays."""
    if state.kind:
        state.step = MENU
