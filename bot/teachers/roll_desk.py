"""A teacher's classes as one message sees them, and a roll that waits: what it is asked, and what was not taken up.

A roll that waits is in the conversation's state, which is kept; of the day it was said, until it is decided about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dialogue import replies
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.teachers.roll_words import Said
from intake.children.children import Child, children_of_class, tell_apart
from intake.kinds.reading.rough_days import about
from intake.people import bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.school import roll
from intake.school.roll import UNEXPLAINED

KEY = "call"
"""Under which a roll that waits is kept in `State.roll`."""
WHICH, CLASS, PHONE, CONFIRM = "which", "class", "phone", "confirm"
UNKNOWN, WHO = "unknown", "who"
NONE = "都不是"
LAPSED = "lapsed"
"""Under which the day is kept of a roll that nobody decided about."""
SHOWN = {UNEXPLAINED: "没来，原因不明", "病假": "病假", "事假": "请假"}
EVERY = ("都全到", "全部", "都到了", "每个班", "都是", "两个班", "所有")


@dataclass
class Pending:
    """A roll that waits for a word more; children and classes by their ids."""

    day: str = ""
    wait: str = ""
    absent: dict[str, str] = field(default_factory=dict)
    more: dict[str, dict[str, Any]] = field(default_factory=dict)
    which: list[list[Any]] = field(default_factory=list)
    """Names that several children have: name, reason, ids, further answers."""
    here: list[str] = field(default_factory=list)
    """Children who came after all."""
    full: list[str] = field(default_factory=list)
    """Classes all of whom are there."""
    offered: list[str] = field(default_factory=list)
    """Classes of which it is not clear which one is all there."""
    unknown: list[list[Any]] = field(default_factory=list)
    """Names that are none of the roll: as it was said, the words it stands in, reason, ids offered, further answers."""
    left: list[str] = field(default_factory=list)
    """Words of which nothing was taken up."""
    kept: list[str] = field(default_factory=list)
    """Words that go into the report's description."""
    missing: int = 0
    """How many are said to be missing, named or not."""
    numbers: str = ""
    """What does not go together with the numbers that were said."""
    phone: str = ""
    seen: dict[str, str] = field(default_factory=dict)
    """When the roll of each class that is read back as all there was taken last; nothing where it was not."""
    sure: bool = True
    failed: int = 0
    aside: bool = False
    """Whether she speaks of something else meanwhile: no number and no name is an answer then."""

    @property
    def named(self) -> int:
        """Give how many were named as missing."""
        return len(self.absent) + len(self.which) + len(self.unknown)


@dataclass(frozen=True, slots=True)
class Desk:
    """A teacher's classes and their children, as one message sees them."""

    person: Person
    classes: dict[str, Class]
    children: dict[str, tuple[Child, Class]]
    own: frozenset[str]
    """Ids of the classes she teaches; a principal without any has the school's."""

    @classmethod
    def of(cls, person: Person, turn: Turn) -> "Desk":
        """Read the classes of a teacher and their children."""
        mine = bindings.classes_taught(turn.db, person.id)
        classes = {one.id: one for one in mine or bindings.classes_open(turn.db, person)}
        children = {
            child.id: (child, one) for one in classes.values() for child in children_of_class(turn.db, one.id)
        }
        return cls(person, classes, children, frozenset(one.id for one in mine))

    def knows(self, pending: Pending) -> bool:
        """Tell whether all that a roll names is still hers; lists and classes change during the day."""
        offered = (child for _, _, ids, _ in pending.which for child in ids)
        near = (child for _, _, _, ids, _ in pending.unknown for child in ids)
        named = {*pending.absent, *pending.here, *offered, *near}
        return named <= self.children.keys() and {*pending.full, *pending.offered} <= self.classes.keys()

    def called(self, name: str, said: Said) -> list[str]:
        """Give the ids of the children of a name, in the class that was named."""
        return [key for key, (child, one) in self.children.items() if child.name == name and fits(one, said)]

    def chosen(self, said: Said) -> list[str]:
        """Give the ids of the classes that were named; all of her own where none was."""
        named = said.grade or said.class_name
        return [key for key, one in self.classes.items() if fits(one, said) and (named or key in self.own)]

    def size(self, class_id: str) -> int:
        """Give how many children a class has."""
        return sum(one.id == class_id for _, one in self.children.values())

    @property
    def names(self) -> set[str]:
        """Give the names of the children."""
        return {child.name for child, _ in self.children.values()}

    def line(self, child: str, reason: str) -> str:
        """Say of a child why it is missing."""
        return f"{self.title(child)}：{SHOWN[reason]}"

    def title(self, child: str) -> str:
        """Give 三年级2班 王小明."""
        one, taught = self.children[child]
        return f"{taught.title} {one.name}"

    def told_apart(self, namesakes: Sequence[str]) -> list[str]:
        """Tell children of the same name from each other."""
        notes = tell_apart([self.children[one][0] for one in namesakes])
        return [f"{self.title(one)}（{notes[one]}）" if notes[one] else self.title(one) for one in namesakes]


def kept(state: State, turn: Turn, desk: Desk | None = None) -> Pending | None:
    """Give the roll that waits for a word, of today and, where a desk is given, of its classes."""
    held = state.roll.get(KEY)
    pending = Pending(**held) if held and held.get("day") == turn.db.today().isoformat() else None
    if held and pending is None:
        state.roll[LAPSED] = held.get("day", "")
    if pending is None or (desk and not desk.knows(pending)):
        drop(state)
        return None
    return pending


def lapsed(state: State, turn: Turn) -> str:
    """Say that a roll of an earlier day was never decided about, and not taken; else nothing."""
    kept(state, turn)
    day = str(state.roll.get(LAPSED, ""))
    if not day:
        return ""
    return f"{int(day[5:7])}月{int(day[8:10])}日您说的点名没有确认，没有交。要补，请打开网页上的点名册。\n"


def drop(state: State) -> None:
    """Forget a roll that waits."""
    state.roll.pop(KEY, None)


def fits(one: Class, said: Said) -> bool:
    """Tell whether a class may be the one that was named."""
    return said.grade in ("", one.grade) and said.class_name in ("", one.class_name)


def question(pending: Pending, desk: Desk, turn: Turn) -> str:
    """Put the question that a roll waits for."""
    if pending.wait == WHICH:
        name, _, ids, _ = pending.which[0]
        return f"叫{name}的不止一个，是哪一个？回复数字：\n{replies.numbered(desk.told_apart(ids))}"
    if pending.wait == UNKNOWN:
        return _who_is_meant(pending, desk)
    if pending.wait == WHO:
        more = "还有谁没来？" if pending.named else "是谁没来？"
        done = replies.link("就这些") if pending.named else replies.link("取消")
        heard = f"您说 {pending.missing} 个没来，听到了 {pending.named} 个名字。"
        foot = "".join(f"\n{one}" for one in _not_taken(pending))
        return f"{heard}{more}把名字写来就行；或回复 {done}。点名还没交。{foot}"
    if pending.wait == CLASS:
        titles = [desk.classes[one].title for one in pending.offered]
        return f"哪个班全到？\n{replies.choices([*titles, EVERY[0]])}"
    if pending.wait == PHONE:
        return "请告诉我您的电话号码，登记要用，只问这一次。"
    below = [*_since(pending), *_not_taken(pending)]
    return (
        f"请您核对今天的点名：\n{replies.numbered(_lines(pending, desk, turn))}\n"
        + "".join(f"{one}\n" for one in below)
        + f"\n都对就回复 {replies.link('确认')}；不对请再说一遍，不要了回复 {replies.link('取消')}。"
    )


def _lines(pending: Pending, desk: Desk, turn: Turn) -> list[str]:
    """Give what was taken up, a line a child and a class."""
    lines = [desk.line(child, reason) for child, reason in pending.absent.items()]
    lines += [f"{desk.title(child)}：到校了" for child in pending.here]
    for one in pending.full:
        before = roll.state(turn.db, one, turn.db.today())
        gone = [key for key in (before.reasons if before else ()) if key in desk.children]
        names = "、".join(desk.children[key][0].name for key in gone)
        lines.append(f"{desk.classes[one].title}：全到" + (f"（先前记着{names}没到）" if names else ""))
    return lines


def _since(pending: Pending) -> list[str]:
    since = {
        f"{about('last_seen', one)}{one['last_seen']}" for one in pending.more.values() if "last_seen" in one
    }
    return [f"最后到校：{'、'.join(sorted(since))}"] if since else []


def _not_taken(pending: Pending) -> list[str]:
    """Quote what was not taken up, and what goes into the report's description only."""
    lines = [f"没记进去的：{quoted(pending.left)}"] if pending.left else []
    lines += [f"写进说明的：{quoted(pending.kept)}"] if pending.kept else []
    return lines + ([pending.numbers] if pending.numbers else [])


def quoted(words: Sequence[str]) -> str:
    """Quote words that somebody said."""
    return "".join(f"“{one}”" for one in words)


def _who_is_meant(pending: Pending, desk: Desk) -> str:
    """Ask whom a name means that is not on the roll; what is clear already waits, and is shown."""
    name, words, _, ids, _ = pending.unknown[0]
    titles = "、".join(one.title for one in desk.classes.values()) if len(desk.classes) < 4 else "您这里"
    why = (
        "名单里没有学号。"
        if any(map(str.isdigit, name)) or name.endswith("号")
        else f"{titles}名单里没有叫“{name}”的。"
    )
    if name in {one[1:] for one in desk.names}:
        why = f"叫{name}的不止一个。"
    clear = "、".join(
        f"{desk.children[key][0].name}{SHOWN[reason]}" for key, reason in pending.absent.items()
    )
    ask = "是下面哪一个？也可以把名字再写一遍：" if ids else "请把孩子的名字再写一遍；不是这里的孩子，回复："
    return (
        f"“{words}”没认出来，{why}{ask}\n{replies.choices([*desk.told_apart(ids), NONE])}\n"
        + (f"听懂的：{clear}。" if clear else "")
        + "点名还没交。"
        + "".join(f"\n{one}" for one in _not_taken(pending))
    )
