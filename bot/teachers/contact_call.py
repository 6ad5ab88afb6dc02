"""A teacher tells of a call or a visit in the chat: 家访 王小明，奶奶说不念了.

Only what is missing is asked: which child, whether anybody was reached, whom, what was said. It is read back once, then
written on the child's case.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from bot.dialogue import questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.teachers import case_list, roll_taken, roll_words
from bot.teachers.roll_desk import Desk, Pending
from bot.teachers.said.contact_words import (
    before_vanished,
    begins_contact,
    names_contact,
    other_matter,
    out_of_school,
    plans_contact,
    reached_nobody,
    tells_contact,
)
from intake.cases import case as cases
from intake.cases.case import Case
from intake.errors import Problem, Refused
from intake.language import spoken
from intake.language.patterns import regex
from intake.people import bindings
from intake.people.accounts import Person
from intake.school import contacts, roll

KEY = "contact"
"""Under which a contact that waits for a word more is kept in `State.roll`."""
CHANNEL = "wechat"
WHICH, TOLD, WHOM, CONFIRM = "which", "told", "whom", "confirm"
TRIES = 2
"""How often something is asked before it is left."""
_WAYS = regex(
    "家访|上门|电话|今天|昨天|前天|去过?了?|给|打过?了?|的?家里?|了|过|我班|我们班|[，,。！!：:、\\s]"
)
_DAYS = ("前天", "昨天", "今天")
_AWAY = frozenset({"取消", "算了", "不记了", "不用了"})


@dataclass
class PendingContact:
    """A contact that waits for a word more; the case by its id."""

    said: str
    day: str
    way: str
    offered: list[str] = field(default_factory=list)
    """Cases of which it is not clear which one is meant."""
    case: str = ""
    child: str = ""
    """A child of hers that has no case yet: it is reported as missing first."""
    title: str = ""
    told: str = ""
    """Whether somebody was reached, and what was said, in the teacher's own words."""
    whom: str = ""
    wait: str = ""
    failed: int = 0


def hear(said: str, person: Person, state: State, turn: Turn) -> Reply | None:
    """Hear that somebody has called or visited a child's family, or more of it; None if it is about something else."""
    if (pending := kept(state)) and (reply := _answer(said, pending, person, state, turn)):
        return reply
    state.roll.pop(KEY, None)
    if not tells_contact(said):
        return _planned(said, person, turn)
    return _begin(said, person, state, turn)


def _planned(said: str, person: Person, turn: Turn) -> Reply | None:
    """Answer who says that she is going to call or visit; None if she says or asks something else."""
    named = _named(said, Desk.of(person, turn).names) if plans_contact(said) else []
    return (
        Reply(f"好的。去过、打过以后说一声，例如：家访 {named[0]}，奶奶说不念了。我来记下。")
        if named
        else None
    )


def is_gone(said: str, turn: Turn) -> bool:
    """Tell whether a teacher says of a child of hers that nobody knows where it is: that is danger, and no roll."""
    before = before_vanished(said)
    person = bindings.person_bound(turn.db, turn.reporter) if before else None
    names = Desk.of(person, turn).names if person else set()
    return any(before.endswith((one, one[1:] if len(one) > 2 else one)) for one in names)


def is_in_vain(said: str, turn: Turn) -> bool:
    """Tell whether a teacher says that she reached nobody at a child's home, and nothing of danger: 家长电话打不通."""
    person = bindings.person_bound(turn.db, turn.reporter) if reached_nobody(said) else None
    return person is not None and bool(_named(said, Desk.of(person, turn).names))


def kept(state: State) -> PendingContact | None:
    """Give the contact that waits for a word."""
    held = state.roll.get(KEY)
    return PendingContact(**held) if held else None


def waits(state: State) -> bool:
    """Tell whether a contact waits for its yes."""
    pending = kept(state)
    return pending is not None and pending.wait == CONFIRM


def confirm(person: Person, state: State, turn: Turn) -> Reply:
    """Write down what was read back, and say what is due next."""
    pending, db = kept(state), turn.to_write()
    state.roll.pop(KEY, None)
    if pending and pending.child:
        return _confirm_new(pending, person, turn)
    case = cases.case_by_id(db, pending.case) if pending else None
    if pending is None or case is None:
        return Reply("这个孩子现在没有在办的事，没有记。")
    try:
        return _noted(case, pending, person, turn)
    except Problem as no:
        return Reply(f"没有记下：{no}")


def _noted(case: Case, pending: PendingContact, person: Person, turn: Turn) -> Reply:
    """Write the contact on a case; say what is due next. Raises Problem."""
    db = turn.to_write()
    contacts.note_contact_on(
        db, case, pending.told, person, way=pending.way, whom=pending.whom, day=date.fromisoformat(pending.day),
        channel=CHANNEL, token=f"{CHANNEL}:{turn.key}",
    )  # fmt: skip
    after = cases.case_by_id(db, case.id) or case
    return Reply(f"记下了。个案 {after.short}，{case_list.next_due(db, after)}")


def _confirm_new(pending: PendingContact, person: Person, turn: Turn) -> Reply:
    """Report a child that has no case yet as missing, and write the contact on the case; the roll is left alone."""
    db, desk = turn.to_write(), Desk.of(person, turn)
    if pending.child not in desk.children:
        return Reply("班级名单刚刚有变动，没有记。请再说一遍。")
    taught = desk.children[pending.child][1]
    told = replace(
        roll_taken.told_with(desk, turn, Pending()), more={pending.child: {"description": pending.said}}
    )
    try:
        with db.write():
            roll.tell(db, taught.id, db.today(), {pending.child: roll.UNEXPLAINED}, person, told)
            case = contacts.case_for_contact(db, pending.child, person)
            if case is None:
                raise Refused("这件事不归您办。")
            return _noted(case, pending, person, turn)
    except Problem as no:
        return Reply(f"没有记下：{no}请先说“{desk.children[pending.child][0].name}没来”。")


def _begin(said: str, person: Person, state: State, turn: Turn) -> Reply | None:
    desk = Desk.of(person, turn)
    names = {child.name for child, _ in desk.children.values()}
    found = contacts.cases_for_contact(turn.db, person)
    named = _named(said, {one.child_name for one in found} | names)
    if not named or (not begins_contact(said) and _is_roll(said, names)):
        return None
    meant = [one for one in found if one.child_name in named]
    if not meant:
        return _of_none_open(said, named, desk, state, turn) or _none(said, named[0])
    if len({one.child_name for one in meant}) > 1:
        return Reply("一次请只说一个孩子，例如：家访 王小明，奶奶说不念了。")
    rest = _WAYS.sub("", said.replace(meant[0].child_name, "").replace(meant[0].child_name[1:], ""))
    pending = PendingContact(
        said, _day(said, turn.db.today()).isoformat(), contacts.way_of(said), [one.id for one in meant]
    )
    pending.told = said if rest else ""
    return _next(pending, state, turn)


def _is_roll(said: str, names: set[str]) -> bool:
    """Tell whether words say who is there today and who is not."""
    told = roll_words.read(said, names)
    return told is not None and bool(told.absent or told.there or told.everybody)


def _of_none_open(said: str, named: list[str], desk: Desk, state: State, turn: Turn) -> Reply | None:
    """Offer to report a child who does not go to school and has no case yet, with what was told; else None."""
    mine = [key for key, (child, _) in desk.children.items() if child.name in named]
    if len(mine) != 1 or not out_of_school(said) or cases.open_absence_of(turn.db, mine[0]):
        return None
    pending = PendingContact(said, _day(said, turn.db.today()).isoformat(), contacts.way_of(said), told=said)
    pending.child, pending.title = mine[0], desk.title(mine[0])
    return _next(pending, state, turn)


def _named(said: str, names: set[str]) -> list[str]:
    """Give the names that are said, the longest of those that lie in each other; else a given name alone."""
    full = [one for one in names if one and one in said]
    found = [one for one in full if not any(one != other and one in other for other in full)]
    return found or [one for one in names if len(one) > 2 and one[1:] in said]


def _answer(said: str, pending: PendingContact, person: Person, state: State, turn: Turn) -> Reply | None:
    """Hear the answer to what was asked; None where the words are none."""
    if said in _AWAY:
        state.roll.pop(KEY)
        return Reply("好的，没有记。")
    names = {child.name for child, _ in Desk.of(person, turn).children.values()}
    if pending.wait == CONFIRM:
        return confirm(person, state, turn) if questions.agrees(said) else None
    if pending.wait == WHICH:
        number = questions.number(said)
        if number is None or not 1 <= number <= len(pending.offered):
            return _again(pending, state, turn) if number is not None else None
        pending.offered = [pending.offered[number - 1]]
    elif (names_contact(said) and _named(said, names)) or _is_roll(said, names):
        return None  # another call, or the roll
    elif pending.wait == WHOM:
        pending.whom = contacts.whom_of(said) or said[:20]
    else:
        pending.told = said
    pending.failed = 0
    return _next(pending, state, turn)


def _again(pending: PendingContact, state: State, turn: Turn) -> Reply | None:
    pending.failed += 1
    if pending.failed > TRIES:
        state.roll.pop(KEY, None)
        return None
    return Reply(f"没有这个序号。\n{_next(pending, state, turn).text}")


def _next(pending: PendingContact, state: State, turn: Turn) -> Reply:
    """Ask what is still open, or read back."""
    there = [one for key in pending.offered if (one := cases.case_by_id(turn.db, key))]
    reached = contacts.outcome_of(pending.told) == contacts.REACHED
    pending.whom = pending.whom or contacts.whom_of(pending.told)
    if not pending.child and len(there) != 1:
        pending.wait, text = WHICH, _which(there, turn)
    elif not pending.told:
        pending.wait = TOLD
        text = (
            f"{there[0].child_name}，{pending.way}。联系上了吗？跟谁谈的、说了什么？\n"
            "一句话写完就行，例如：奶奶说明天送来。没联系上就写：没人接、家里没人。"
        )
    elif reached and not pending.whom:
        pending.wait, text = WHOM, "跟谁谈的？例如：奶奶、爸爸、孩子本人。"
    else:
        pending.wait, pending.case = CONFIRM, "" if pending.child else there[0].id
        title = pending.title or f"{there[0].class_title} {there[0].child_name}"
        text = _read_back(title, pending, reached)
    state.roll[KEY] = vars(pending)
    return Reply(text)


def _which(there: list[Case], turn: Turn) -> str:
    lines = (case_list.told_apart(turn.db, one) for one in there)
    return f"叫这个名字的不止一件事，是哪一个？回复数字：\n{replies.numbered(lines)}"


def _read_back(title: str, pending: PendingContact, reached: bool) -> str:
    whom = f"，跟{pending.whom}谈的" if reached else ""
    result = contacts.REACHED if reached else contacts.NOT_REACHED
    new = "这个孩子还没有在办的事，确认后先登记“没来上学”，再记上这一次。\n" if pending.child else ""
    return (
        f"请您核对：{title}，{pending.day[5:]} {pending.way}，{result}{whom}。\n"
        f"您说的：{pending.told}\n{new}"
        f"对就回复 {replies.link('确认')}，记在这个孩子的事里；不对回复 {replies.link('取消')}，再说一遍。"
    )


def _none(said: str, name: str) -> Reply | None:
    """Say why nothing is written; what is told of another matter is heard elsewhere."""
    if not begins_contact(said) and other_matter(said):
        return None
    return Reply(f"{name}现在没有在办的事，没有记。孩子没来，请说“{name}没来”。")


def _day(said: str, today: date) -> date:
    word = next((one for one in _DAYS if one in said), "今天")
    return spoken.day(word, today, lean="past") or today
