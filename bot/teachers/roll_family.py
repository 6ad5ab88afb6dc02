"""What a teacher hears beside the roll: who was missing on the school day before, and what families said of today."""

from collections.abc import Iterable, Iterator

from bot.dialogue.turn import Turn
from bot.teachers.roll_desk import Desk
from intake.calendar import schooldays
from intake.people.bindings import Class
from intake.school import family, roll
from intake.school.family import FamilyWord

_WEEK = "一二三四五六日"


def before_roll(desk: Desk, turn: Turn) -> list[str]:
    """Say of classes that have not been called yet whom to look for."""
    lines: list[str] = []
    for taught in desk.classes.values():
        if roll.state(turn.db, taught.id, turn.db.today()) is None:
            lines += _missed(desk, taught, turn)
            lines += [f"{_title(desk, one)}：{_told(one)}。" for one in _words(taught, turn)]
    return lines


def beside_roll(desk: Desk, classes: Iterable[str], turn: Turn) -> list[str]:
    """Say where families say otherwise than the roll that was just taken."""
    return [line for key in dict.fromkeys(classes) for line in _otherwise(desk, desk.classes[key], turn)]


def _otherwise(desk: Desk, taught: Class, turn: Turn) -> Iterator[str]:
    state = roll.state(turn.db, taught.id, turn.db.today())
    for one in _words(taught, turn) if state else ():
        if state and one.child not in state.reasons:
            word = f"{one.name}{'请假' if one.leave else '没来'}"
            yield f"{_title(desk, one)}：{_told(one)}，您报的是到。真没到请说“{word}”。"


def _missed(desk: Desk, taught: Class, turn: Turn) -> list[str]:
    today = turn.db.today()
    day = schooldays.before(turn.db.settings.terms, today)
    state = roll.state(turn.db, taught.id, day)
    names = [desk.children[key][0].name for key in (state.reasons if state else ()) if key in desk.children]
    when = "昨天" if (today - day).days == 1 else f"周{_WEEK[day.weekday()]}"
    return [f"{taught.title}{when}没来的：{'、'.join(names)}。今天来了吗？"] if names else []


def _words(taught: Class, turn: Turn) -> list[FamilyWord]:
    return list(family.words_of_day(turn.db, taught, turn.db.today()).values())


def _title(desk: Desk, one: FamilyWord) -> str:
    return desk.title(one.child) if one.child in desk.children else one.name


def _told(one: FamilyWord) -> str:
    return f"{one.relation}说{'请假' if one.leave else '没来'}"
