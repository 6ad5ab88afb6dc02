"""One draft, two channels: what was typed into a page goes into the draft of the chat, and back."""

from collections.abc import Mapping
from typing import Any

from bot.asides import discretion
from bot.dialogue import draft, emergency, filing, prefill, replies, review
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, PICK, REVIEW, State
from bot.dialogue.turn import Turn
from intake.errors import Invalid
from intake.kinds import Report
from intake.language import text
from intake.reports import drafts, receipts, told_children
from intake.reports.drafts import Draft
from intake.reports.lookup import schema
from intake.store.db import Database

DONE = frozenset({"填好了", "填完了", "写好了", "好了", "继续", "接着填", "回来了"})
"""Said on coming back from the page."""
BY_STAFF = "工作人员已经替您登记好了"
TYPED = "您在网页上填的也记下了。"
Told = tuple[str, Mapping[str, Any]]
"""A kind, and what was said of it by key."""


def told(state: State) -> Told:
    """Give what was said of the report under way; nothing where it only corrects an earlier one.

    What the house remembers of the child is nobody's draft: a page shows it to whom it may.
    """
    if not state.kind or state.amending:
        return "", {}
    wish = {drafts.CONFIDENTIAL: "是"} if state.confidential else {}
    return state.kind, {**state.facts, **state.told_answers, **wish}


def keep(db: Database, reporter: str, before: Told, state: State, news: bool) -> None:
    """Keep for the page, and for people where it stops half-way, what the chat knows now, in the caller's transaction.

    `before` is what it knew before the message; `news` says that a page had written meanwhile.
    """
    kind, said = told(state)
    if not (db.settings.public or state.consent):  # no page shares it, and nobody may see it
        said = {}
    if news:
        drafts.note_told(db, reporter)
    if before[0] and before[0] != kind and all(one[0] != before[0] for one in state.queue):
        drafts.drop(db, reporter, before[0])
    if said and (news or before != (kind, said)):
        drafts.keep_draft(db, reporter, kind, said, drafts.CHAT, state.typed_in(said))


def take(state: State, turn: Turn, since: str) -> str:
    """Put into the draft what pages have written since a moment; give what is to be told of it."""
    news = []
    for one in drafts.typed(turn.db, turn.reporter, since):
        if one.receipt:
            news.append(_sent(one, state, turn))
        if one.answers and one.kind == told(state)[0] and _merge(one, state, turn):
            news.append(TYPED)
    return "\n".join(news)


def back(said: str, state: State, turn: Turn) -> Reply | None:
    """Go on where the page stopped; nothing is sent that was not read back. None if something else is said."""
    word = text.compact(text.normalise(said))
    sends = state.step == REVIEW and (word == "确认" or prefill.assents(word))
    if emergency.under_way(state) or state.talking or not (sends or word in DONE):
        return None
    if state.kind:
        return draft.take_up(state, turn)
    return Reply(f"还有别的事，回复 {replies.link('菜单')}。")


def _sent(one: Draft, state: State, turn: Turn) -> str:
    """Drop what has been sent from a page, and begin what waits behind it."""
    mine, replaced = told(state)[0] == one.kind, state.replaces
    if state.confidential:  # said in the chat, sent from the page
        discretion.filed(one.receipt, state, turn)
    if mine:
        common = {key: state.answers[key] for key in told_children.lasting_keys() if key in state.answers}
        state.drop_draft()
        if state.queue:
            review.next_matter("", common, state, turn)
    state.receipt, number = one.receipt, receipts.show_receipt(one.receipt)
    if mine:
        report = filing.own_report(turn, one.receipt)
        by_staff = report is not None and report.channel == filing.CHANNEL
        sent = f"{BY_STAFF if by_staff else '您在网页上已经交了'}，回执号 {number}。"
        return f"{sent}\n{review.take_back(replaced, turn)}" if replaced else sent
    return f"您在网页上交的{schema(turn.db, one.kind).title}收到了，回执号 {number}。"


def _merge(one: Draft, state: State, turn: Turn) -> bool:
    """Enter what was typed; tell whether that was anything new."""
    form = schema(turn.db, one.kind)
    known = {key: one.answers[key] for key, field in form.answers().items()
             if key in one.answers and not field.asked.teachers}  # fmt: skip
    merged = _accepted(form, state.answers, known)
    if merged == state.answers:
        return False
    someone = next(iter(one.typed_in.values()), None)
    for key, value in merged.items():
        if (
            state.answers.get(key) != value
        ):  # what follows from an answer is its writer's, too: a birthday, say
            browser = one.typed_in.get(key) if key in known else someone
            if browser is not None:
                state.note_typed(key, value, browser)
    state.taken, state.known = (
        [key for key in keys if merged.get(key) == state.answers.get(key)]
        for keys in (state.taken, state.known)
    )
    state.answers, state.failed = merged, 0
    state.skipped = [key for key in state.skipped if key not in merged]
    if state.step == PICK and "child_name" in merged:
        prefill.fill(form, state, state.facts)
        state.facts, state.options = {}, []
    if state.step in (ASK, REVIEW) or (state.step == PICK and not state.options):
        draft.advance(state, turn)
    return True


def _accepted(form: Report, answers: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answers with what was typed; what cannot be read stays as it was, what contradicts it goes."""
    said, new = {**answers, **typed}, set(typed)
    while said:
        try:
            return form.accept(said, "wechat", waived=form.fields)
        except Invalid as wrong:
            bad = wrong.errors.keys() & said.keys()
            for key in (bad - new) or bad or set(said):
                del said[key]
                if key in new and key in answers:  # half a number is no reason to forget the whole one
                    said[key] = answers[key]
                new.discard(key)
    return dict(answers)
