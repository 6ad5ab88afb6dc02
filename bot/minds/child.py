"""The report is about another child: what is common stays, what was said of the first child goes."""

from dataclasses import replace
from typing import Any

from bot.dialogue import draft, filing, prefill, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import CONSENT, State
from bot.dialogue.turn import Turn
from bot.understanding import SURE, understand
from bot.understanding.children.marks import called_child
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.language.patterns import regex
from intake.reports import lookup, progress, told_children
from intake.reports.lookup import schema
from intake.reports.told_children import typed_keys

OF_CHILD = frozenset(
    {"child_name", "id_number", "id_type", "sex", "birth_date", "grade", "class_name", "school", "from_school",
     "entry", "ethnic", "special_group", "disability_review", "health_note"}
)  # fmt: skip
"""What is true of one child alone, and not of a brother."""
_RUN_ON = regex(r"(?<=[\u4e00-\u9fff]{3})(?=[上念读在](?:[一二三四五六七八九初小]|学前))")
"""我大儿子王小刚上五年级: where a name ends that nothing else marks off."""

_SIBLING = regex("^[他她]?的?(?:([哥姐弟妹])[哥姐弟妹]?)(?![夫们])")


def other_child(rest: str, said: str, state: State, turn: Turn) -> Reply | None:
    """Let the report under way, or one in place of what was just sent, be about another child; None where there is none."""
    if not state.kind and (report := report_to_mend(state, turn)):
        _begin_in_place(report, state, turn)
    if not state.kind:
        return _of_last_words(rest, said, state, turn)
    told = _told(rest, turn)
    _forget_child(state, said)
    before = f"好的，换成{told.get('child_name') or called_child(rest) or '别的孩子'}。"
    if not state.consent:
        state.facts |= told
        state.step = CONSENT
        return Reply(f"{before}\n{replies.consent_question()}")
    state.facts = {**state.answers, **state.facts, **told}
    return draft.restart(state, turn, before)


def _of_last_words(rest: str, said: str, state: State, turn: Turn) -> Reply | None:
    """Begin a report of what was said last, which went to another child; a person sees that, too."""
    words = state.said if turn.away < filing.JUST_NOW else ""
    heard, told = understand(words, turn.db.today()), _told(rest, turn)
    kind = heard.intent if heard.intent in KINDS and heard.confidence >= SURE else ""
    if not words or not kind or schema(turn.db, kind).urgent:
        return None
    facts = prefill.gather(heard, f"{words}\n（更正：{said}）", turn.db.today())
    state.said = ""
    begun = draft.begin(
        kind,
        state,
        turn,
        {key: value for key, value in facts.items() if key not in OF_CHILD} | told,
        fresh=True,
    )
    return replace(
        begun, text=f"好的，原来那个孩子的事不改，工作人员会看到。\n{begun.text}", note=replies.UNCLEAR
    )


def _begin_in_place(report: Envelope, state: State, turn: Turn) -> None:
    """Begin a report like one that was sent: that one is another child's, with its number and its case, and is taken back."""
    typed, known = typed_keys(turn.db, report), lookup.answers_of(turn.db, report)
    state.drop_draft()
    state.kind, state.replaces, state.consent = report.kind, report.receipt, report.consent
    state.confidential = report.confidential
    state.answers = {key: value for key, value in known.items() if key not in typed}


def _told(rest: str, turn: Turn) -> dict[str, Any]:
    """Give what is said of the child that is meant: of 他哥王小刚 it is the brother's."""
    brother = _SIBLING.match(rest)
    words = _RUN_ON.sub("，", _SIBLING.sub("孩子", rest))
    told = prefill.gather(understand(words, turn.db.today()), "", turn.db.today())
    return told | ({"sex": "男" if brother[1] in "哥弟" else "女"} if brother else {})


def report_to_mend(state: State, turn: Turn) -> Envelope | None:
    """Give the report that was just sent, where its reporter may still correct it."""
    report = filing.report_just_sent(turn, state.receipt)
    if report is None or schema(turn.db, report.kind).urgent:
        return None
    return report if progress.changeable(turn.db, report) else None


def _forget_child(state: State, said: str) -> None:
    """Drop what was told of the first child; the words of the first message stay, with the correction behind."""
    for held in (state.answers, state.facts, state.kept, state.typed):
        for key in OF_CHILD & held.keys():
            del held[key]
    for words in (state.answers, state.facts):
        if words.get("description"):
            words["description"] = f"{words['description']}\n（更正：{said}）"[: prefill.LONGEST]
    taken = {*state.taken} - told_children.OWN
    state.answers = {key: value for key, value in state.answers.items() if key not in taken}
    state.taken, state.options, state.failed = [], [], 0
    state.trail, state.skipped, state.doubts = (
        [key for key in keys if key not in OF_CHILD] for keys in (state.trail, state.skipped, state.doubts)
    )
    state.together = [keys for keys in state.together if not OF_CHILD & {*keys}]
