"""What a teacher hears beside the roll: who was missing on the school day before, and what families said of today."""

from collections.abc import Iterable, Iterator

from bot.dialogue import replies
from bot.dialogue.turn import Turn
from bot.teachers.roll_desk import Desk
from intake.calendar import clock, schooldays
from intake.language.patterns import regex
from intake.people.bindings import Class
from intake.school import family, roll
from intake.school.family import FamilyWord

_MISSED = regex(
    "(?:昨[天日儿]|上[周个]?(?:星期|礼拜)?[一二三四五]?|(?:周|星期|礼拜)[一二三四五]|前天|上次|先前|之前)(?:没[来到](?:的|上学的|到校的)|缺[课勤席]的|请假的)"
    "(?:那|这|几|两|三|[一俩仨]|个|位|孩子|学生|同学|人)*(?=(?:今[天早儿]|早上|现在|也|都|全|已经|又|就|他们|她们)*(?:[来到]了|[来到]齐|来上学|来上课|到校|返校|回来))"
)
"""Those who were missing on the school day before, where it is said that they came."""


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


def with_names(said: str, desk: Desk, turn: Turn) -> tuple[str, str]:
    """Put names for 昨天没来的 where it is said that they came; give the words and the names, which may be none."""
    match = _MISSED.search(said)
    if match is None:
        return said, ""
    names = "、".join(desk.children[key][0].name for key in _missed_before(desk, turn))
    return f"{said[: match.start()]}{names}{said[match.end() :]}", names


def says_back(said: str) -> bool:
    """Tell whether it is said that those came who were missing before."""
    return _MISSED.search(said) is not None


def came_back(names: str, desk: Desk, turn: Turn) -> str:
    """Answer that those came who were missing before, where today's roll says nothing else."""
    if not names:
        return "上一个上课日您的点名里没有人没来。今天全到就说“全到”，有没来的直接说名字。"
    if any(roll.state(turn.db, one, turn.db.today()) is None for one in desk.own):
        return f"好的，{names}今天来了。点名还没交：都到了回复 {replies.link('全到')}，有没来的直接说名字。"
    return f"好的，{names}今天来了。今天的点名里就是到的，不用改。"


def _missed_before(desk: Desk, turn: Turn) -> list[str]:
    """Give the ids of her children who were missing on the school day before, as her rolls say."""
    day = schooldays.before(turn.db.settings.terms, turn.db.today())
    states = [roll.state(turn.db, one, day) for one in desk.own]
    return [key for one in states if one for key in one.reasons if key in desk.children]


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
    when = "昨天" if (today - day).days == 1 else clock.weekday(day)
    return [f"{taught.title}{when}没来的：{'、'.join(names)}。今天来了吗？"] if names else []


def _words(taught: Class, turn: Turn) -> list[FamilyWord]:
    return list(family.words_of_day(turn.db, taught, turn.db.today()).values())


def _title(desk: Desk, one: FamilyWord) -> str:
    return desk.title(one.child) if one.child in desk.children else one.name


def _told(one: FamilyWord) -> str:
    return f"{one.relation}说{'请假' if one.leave else '没来'}"
