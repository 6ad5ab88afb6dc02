"""A teacher's classes as one message sees them, and a roll that waits: what it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dialogue import replies
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.teachers.roll_words import Said
from intake.children.children import Child, children_of_class, tell_apart
from intake.kinds.form import ABOUT
from intake.people import bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.school import roll
from intake.school.roll import UNEXPLAINED

KEY = "call"
"""Under which a roll that waits is kept in `State.roll`."""
WHICH, CLASS, PHONE, CONFIRM = "which", "class", "phone", "confirm"
_SHOWN = {UNEXPLAINED: "没来，原因不明", "病假": "病假", "事假": "请假"}
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
    phone: str = ""
    sure: bool = True
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """A teacher's classes and their children, as one message sees them."""

    person: Person
    classes: dict[str, Class]
    children: dict[str, tuple[Child, Class]]

    @classmethod
    def of(cls, person: Person, turn: Turn) -> "Desk":
        """Read the classes of a teacher and their children."""
        classes = {one.id: one for one in bindings.classes_taught(turn.db, person.id)}
        children = {
            child.id: (child, one) for one in classes.values() for child in children_of_class(turn.db, one.id)
        }
        return cls(person, classes, children)

    def knows(self, pending: Pending) -> bool:
        """Tell whether all that a roll names is still hers; lists and classes change during the day."""
        offered = (child for _, _, ids, _ in pending.which for child in ids)
        named = {*pending.absent, *pending.here, *offered}
        return named <= self.children.keys() and {*pending.full, *pending.offered} <= self.classes.keys()

    def called(self, name: str, said: Said) -> list[str]:
        """Give the ids of the children of a name, in the class that was named."""
        return [key for key, (child, one) in self.children.items() if child.name == name and fits(one, said)]

    def chosen(self, said: Said) -> list[str]:
        """Give the ids of the classes that were named; all where none was."""
        return [key for key, one in self.classes.items() if fits(one, said)]

    def line(self, child: str, reason: str) -> str:
        """Say of a child why it is missing."""
        return f"{self.title(child)}：{_SHOWN[reason]}"

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
    if pending is None or (desk and not desk.knows(pending)):
        drop(state)
        return None
    return pending


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
    if pending.wait == CLASS:
        titles = [desk.classes[one].title for one in pending.offered]
        return f"哪个班全到？\n{replies.choices([*titles, EVERY[0]])}"
    if pending.wait == PHONE:
        return "请告诉我您的电话号码，登记要用，只问这一次。"
    lines = [desk.line(child, reason) for child, reason in pending.absent.items()]
    lines += [f"{desk.title(child)}：到校了" for child in pending.here]
    since = {
        f"{ABOUT if one.get('last_seen_rough') else ''}{one['last_seen']}"
        for one in pending.more.values()
        if "last_seen" in one
    }
    lines += [f"最后到校：{'、'.join(sorted(since))}"] if since else []
    for one in pending.full:
        before = roll.state(turn.db, one, turn.db.today())
        gone = [key for key in (before.reasons if before else ()) if key in desk.children]
        names = "、".join(desk.children[key][0].name for key in gone)
        lines.append(f"{desk.classes[one].title}：全到" + (f"（先前记着{names}没到）" if names else ""))
    return (
        f"请您核对今天的点名：\n{replies.numbered(lines)}\n\n"
        f"都对就回复 {replies.link('确认')}；不对请再说一遍，不要了回复 {replies.link('取消')}。"
    )
