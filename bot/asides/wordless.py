"""Messages without words: pictures and recordings are kept with the report, a place is read by its address."""

from contextlib import suppress
from datetime import timedelta

from bot.asides.aside import aside
from bot.dialogue import draft, emergency, filing, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, REVIEW, State
from bot.dialogue.turn import Turn
from intake.errors import Invalid
from intake.places import gazetteer
from intake.reports.lookup import schema

JUST_NOW = timedelta(hours=1)
MARKS = {"image": "photo", "video": "photo", "shortvideo": "photo", "voice": "voice"}
"""Marks under which people find what only they can see or hear."""


def seen(kind: str, state: State, turn: Turn) -> Reply:
    """Answer a picture, a recording, a sticker: say what becomes of it, and where we were."""
    mark = MARKS.get(kind, "")
    otherwise = f"或者回复 {replies.link('菜单')}。"
    if not mark:
        sentence = replies.WORDLESS.get(kind, "收到了，可我只看得懂文字。请用文字说一说是什么事。")
        return aside(sentence, state, turn, otherwise)
    name = "语音" if mark == "voice" else "照片" if kind == "image" else "视频"
    heard = "工作人员会听。" if mark == "voice" else ""
    # The mark even where it lies with a report: nobody else opens it, and a workbook shows no pictures.
    if belongs(state, turn):
        return aside(f"{name}收到了，已经转给工作人员。{heard}", state, turn, note=mark)
    if state.kind:
        return aside(f"{name}收到了，跟这次登记放在一起。{heard}", state, turn, note=mark)
    ask = f"{heard}也请打几个字，说一说是什么事。"
    return aside(f"{name}收到了，先替您留着。{ask}", state, turn, otherwise, mark)


def belongs(state: State, turn: Turn) -> str:
    """Give the receipt of the report that a picture belongs to: the emergency's, or of one made just now."""
    if emergency.under_way(state):
        return state.emergency
    return state.receipt if not state.kind and turn.away < JUST_NOW else ""


def located(label: str, state: State, turn: Turn) -> Reply:
    """Read the address of a place that was sent: its village and town, for the report under way or the next one."""
    place, told = _place(label, turn)
    if emergency.under_way(state):
        if state.emergency and label:
            filing.add_to_report(turn, state.emergency, place, f"位置：{label}")
            return aside("位置收到了，已经转给工作人员。", state, turn)
    elif place and not state.kind:
        state.place = place
        return aside(
            f"位置收到了：{told}。登记时就填这里。请打几个字，说是什么事。", state, turn, replies.menu(turn)
        )
    elif place:
        _enter(place, state, turn)
        before = f"位置收到了：{told}。"
        return (
            draft.following(state, turn, before)
            if state.step in (ASK, REVIEW)
            else aside(before, state, turn)
        )
    return aside(replies.WORDLESS["location"], state, turn, f"或者回复 {replies.link('菜单')}。")


def _enter(place: dict[str, str], state: State, turn: Turn) -> None:
    """Put a place into the report under way; whoever sends one means it."""
    form = schema(turn.db, state.kind)
    for key, code in place.items():
        with suppress(Invalid):
            questions.put(form, state, key, questions.check(form, key, code, state))


def _place(label: str, turn: Turn) -> tuple[dict[str, str], str]:
    """Give the village or the town that an address names, and how it is called; nothing where it names none."""
    places = gazetteer.world(turn.db).places
    for key, find in (("village", places.village), ("town", places.town)):
        if label and (found := find(label).place):
            return {key: found.code}, places.full_name(found.code)
    return {}, ""
