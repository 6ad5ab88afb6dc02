"""The read-back: 确认, corrections by number and in words, and the next matter after it."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.dialogue import answers, asking, draft, filing, prefill, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, OTHERS, REVIEW, State
from bot.dialogue.turn import Turn
from bot.dialogue.whose import memory
from bot.understanding import Understood, reason, understand
from intake.errors import Invalid
from intake.fields import Name
from intake.kinds.form import CONFIDED
from intake.language import text
from intake.language.patterns import regex
from intake.reports import lookup, notice, promises, receipts, told_children
from intake.reports.lookup import schema
from intake.reports.mending.correcting import CorrectedOften

SHARED = frozenset({"phone", "relation", "town", "village", "guardian_name"})
"""What brothers and sisters have in common."""
CHANGE = regex(r"(?:修改|改)第?(\d{1,2})[条项个]?")


def review(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear whether the read-back is right, what is to be changed, and what is added; None if neither is said."""
    chosen = questions.number(said)
    if chosen is not None:
        return change(chosen, state, turn)
    if text.compact(said) == questions.NOT_SO and state.remembered:
        return _not_so(state, turn)
    if prefill.assents(said):
        return confirm(state, turn)
    if line := prefill.LINE.search(said):
        return _put_line_right(line, said, state, turn)
    if prefill.dissents(said):
        return Reply("哪一条不对？直接说对的，或者回复序号，例如“2”。\n\n" + draft.current(state, turn))
    return correct(said, state, turn) or answers.elsewhere(said, heard, state, turn)


def correct(said: str, state: State, turn: Turn) -> Reply | None:
    """Put right in words what was answered before; None if nothing is called wrong."""
    form, plainly = schema(turn.db, state.kind), prefill.corrects(said)
    if not plainly and state.step != REVIEW:
        return None
    right = understand(prefill.meant(said), turn.db.today())
    facts = prefill.gather(right, "", turn.db.today()) | reason(
        prefill.meant(said), form.kind, turn.db.today()
    )
    if "reason" in state.answers and not plainly and "原因" not in said:
        facts.pop("reason", None)  # what is added to it does not take its place
    changed, wrong = prefill.correction(form, state, said, facts)
    if not changed:
        return _ask_again(wrong, state, turn) if wrong and plainly else None
    return _mend(changed, state, turn)


def _mend(changed: dict[str, Any], state: State, turn: Turn) -> Reply:
    """Put in what is right, and say so."""
    form = schema(turn.db, state.kind)
    told = changed.keys() & (state.answers.keys() | state.kept.keys())
    if "child_name" in changed:  # another child: what was known of the first is not said of this one
        state.answers = {key: value for key, value in state.answers.items() if key not in state.taken}
        state.taken = []
    for key in changed:
        questions.put(form, state, key, {key: changed[key]})
    labels = "、".join(form.field(key).asked.called for key in changed if not form.field(key).asked.silent)
    return draft.following(state, turn, f"好的，{labels}{'改过来了' if told else '补上了'}。")


def _put_line_right(line: re.Match[str], said: str, state: State, turn: Turn) -> Reply:
    """Put one line of the read-back right where it is said what is right: 第2项不对，是砟子镇; else ask it again."""
    form, number = schema(turn.db, state.kind), int(text.number(line["nth"] or line["bare"]) or 0)
    key, words = questions.line(form, state, number), prefill.said_instead(said[line.end() :])
    if key and words:
        heard = understand(words, turn.db.today()).facts.get(key)
        if isinstance(form.field(key), Name):
            words = prefill.whole_name(words, str(state.answers.get(key, "")))
        for one in (words if questions.known(form, key, words) else None, heard):
            with suppress(Invalid):
                if one is not None:
                    return _mend(questions.read(form, key, one, state), state, turn)
    return change(number, state, turn)


def _not_so(state: State, turn: Turn) -> Reply:
    """Ask which of what is remembered is not so; each can be tapped."""
    form, remembered = schema(turn.db, state.kind), {*state.remembered}
    lines = [
        (number, label)
        for number, (key, label, _) in enumerate(questions.shown(form, state), 1)
        if key in remembered
    ]
    if len(lines) == 1:
        return change(lines[0][0], state, turn)
    taps = "\n".join(f"{number}. {replies.link(f'修改{number}', label)}" for number, label in lines)
    return Reply(f"哪一条不对？点一下就改，也可以直接说对的：\n{taps}")


def change(number: int, state: State, turn: Turn) -> Reply:
    """Ask one line of the read-back again."""
    form = schema(turn.db, state.kind)
    key = questions.line(form, state, number)
    if not key:
        return Reply(f"没有第 {number} 条，请看看序号。\n\n{draft.current(state, turn)}")
    return _ask_again(key, state, turn)


def _ask_again(key: str, state: State, turn: Turn) -> Reply:
    form = schema(turn.db, state.kind)
    state.step, state.asking, state.failed = ASK, key, 0
    asking.let_read_again(state, key)  # it is asked because it is to be put right
    return Reply(f"好的，改{form.field(key).asked.called}。\n{asking.put_question(form, state)}")


def confirm(state: State, turn: Turn) -> Reply:
    """Send what was read back, and go on with the next matter that was told."""
    form, amended, replaced = schema(turn.db, state.kind), state.amending, state.replaces
    typed = state.typed_in(state.answers)
    try:
        done = filing.amend_report(turn, amended, state.answers, typed) if amended else True
        receipt = amended or filing.receive_report(
            turn,
            state.kind,
            draft.said_of_draft(state),
            state.consent,
            confidential=state.confidential,
            typed=typed,
            child=memory.child_of_draft(state, turn),
        )
    except Invalid as wrong:  # the world has changed since the answer was taken
        key, problems = next(iter(wrong.errors.items()))
        if key not in form.fields:
            raise
        state.step, state.asking = ASK, key
        asking.let_read_again(state, key)
        return Reply(f"{''.join(problems)}\n\n{asking.put_question(form, state)}")
    except CorrectedOften as often:
        return Reply(f"{often}\n其他的先不改，回复 {replies.link('取消')}。")
    report = filing.own_report(turn, receipt)
    promise = promises.promise_of(turn.db, report) if report else ""
    if report and report.confidential:
        promise = f"{promise}\n{CONFIDED}"
    word = lookup.word_of_report(turn.db, report) if report else ""
    state.confidential = state.nameless = False
    common = {key: state.answers[key] for key in told_children.lasting_keys() if key in state.answers}
    state.drop_draft()
    state.receipt = receipt
    told = (
        replies.amended(receipt, done, notice.contact(turn.db.settings))
        if amended
        else replies.received(form, receipt, promise, word)
    )
    if replaced:
        told = f"{told}\n{take_back(replaced, turn)}"
    return next_matter(f"{told}\n\n", common, state, turn) if state.queue else Reply(told)


def take_back(receipt: str, turn: Turn) -> str:
    """Take back the report that another one stands in place of; say where people have it already."""
    report, number = filing.own_report(turn, receipt), receipts.show_receipt(receipt)
    if report and filing.withdraw_report(turn, report):
        return f"原来那份（回执号 {number}）已经撤回。"
    return (
        f"原来那份（回执号 {number}）已经有人在办，撤不了。请告诉工作人员：{notice.contact(turn.db.settings)}"
    )


def next_matter(before: str, common: Mapping[str, Any], state: State, turn: Turn) -> Reply:
    """Begin the next of the matters that were told together, with the facts they have in common."""
    kind, facts, *another = state.queue.pop(0)
    if any(another):  # another child shares the phone, the town and the parent, not the name and the class
        neighbours = {common.get("relation"), facts.get("relation")} & OTHERS
        shared = {"phone"} if neighbours else SHARED
        common = {key: value for key, value in common.items() if key in shared}
    reply = draft.begin(kind, state, turn, {**common, **facts}, fresh=any(another))
    what = next((f"{one}的事" for one in another if isinstance(one, str) and one), "您提的另一件事")
    return Reply(f"{before}接着说{what}。\n{reply.text}", reply.note)
