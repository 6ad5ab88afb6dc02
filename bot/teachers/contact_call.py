"""A teacher tells of a call or a visit in the chat: 家访 王小明，奶奶说不念了.

Only what is missing is asked: which child, whether anybody was reached, whom, what was said. It is read back once, then
written on the child's case.
"""

from dataclasses import dataclass, field
from datetime import date

from bot.dialogue import questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.teachers import case_list, roll_words
from bot.teachers.roll_desk import Desk
from intake.cases import case as cases
from intake.cases.case import Case
from intake.errors import Problem
from intake.language import spoken
from intake.language.patterns import regex
from intake.people.accounts import Person
from intake.school import contacts

KEY = "contact"
"""Under which a contact that waits for a word more is kept in `State.roll`."""
CHANNEL = "wechat"
WHICH, TOLD, WHOM, CONFIRM = "which", "told", "whom", "confirm"
TRIES = 2
"""How often something is asked before it is left."""
_TOLD = regex(
    "家访|上门|当面谈|去过?了?.{0,8}家里?(?:了|过|一趟|一次|看)|家里?去(?:过|了)"
    "|(?:打|通)(?:了|过|通)*.{0,4}电话|电话(?:打|联系|里|通了|没人接|不接)|^电话|^[^，,。]{2,5}电话$"
)
_FIRST = regex("^(?:家访|电话)|^[^，,。]{2,5}(?:家访|电话)[了过。]?$")
_NOT_YET = regex(
    "明天|后天|下周|打算|准备|想去|要去|要不要|怎么|能不能|[?？]|[吗嘛]$|电话(?:号码?)?(?:换|改|错|是|变)"
)
_ASKS = regex("要不要|怎么|能不能|[?？]|[吗嘛]$|电话(?:号码?)?(?:换|改|错|是|变)")
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
    plainly = _FIRST.search(said)  # 家访 王小明，说明天来: what is said of tomorrow is the family's
    if not _TOLD.search(said) or (_ASKS if plainly else _NOT_YET).search(said):
        return None
    return _begin(said, person, state, turn)


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
    case = cases.case_by_id(db, pending.case) if pending else None
    if pending is None or case is None:
        return Reply("这个孩子现在没有在办的事，没有记。")
    try:
        contacts.note_contact_on(
            db, case, pending.told, person, way=pending.way, whom=pending.whom, day=date.fromisoformat(pending.day),
            channel=CHANNEL, token=f"{CHANNEL}:{turn.key}",
        )  # fmt: skip
    except Problem as no:
        return Reply(f"没有记下：{no}")
    after = cases.case_by_id(db, case.id) or case
    return Reply(f"记下了。个案 {after.short}，{case_list.next_due(db, after)}")


def _begin(said: str, person: Person, state: State, turn: Turn) -> Reply | None:
    desk = Desk.of(person, turn)
    names = {child.name for child, _ in desk.children.values()}
    found = contacts.cases_for_contact(turn.db, person)
    named = _named(said, {one.child_name for one in found} | names)
    if not named or (not _FIRST.search(said) and roll_words.read(said, names)):
        return None
    meant = [one for one in found if one.child_name in named]
    if not meant:
        return _none(said, named[0])
    if len({one.child_name for one in meant}) > 1:
        return Reply("一次请只说一个孩子，例如：家访 王小明，奶奶说不念了。")
    rest = _WAYS.sub("", said.replace(meant[0].child_name, "").replace(meant[0].child_name[1:], ""))
    pending = PendingContact(
        said, _day(said, turn.db.today()).isoformat(), contacts.way_of(said), [one.id for one in meant]
    )
    pending.told = said if rest else ""
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
    elif (_TOLD.search(said) and _named(said, names)) or roll_words.read(said, names):
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
    if len(there) != 1:
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
        pending.wait, pending.case = CONFIRM, there[0].id
        text = _read_back(there[0], pending, reached)
    state.roll[KEY] = vars(pending)
    return Reply(text)


def _which(there: list[Case], turn: Turn) -> str:
    lines = (case_list.told_apart(turn.db, one) for one in there)
    return f"叫这个名字的不止一件事，是哪一个？回复数字：\n{replies.numbered(lines)}"


def _read_back(case: Case, pending: PendingContact, reached: bool) -> str:
    whom = f"，跟{pending.whom}谈的" if reached else ""
    result = contacts.REACHED if reached else contacts.NOT_REACHED
    return (
        f"请您核对：{case.class_title} {case.child_name}，{pending.day[5:]} {pending.way}，{result}{whom}。\n"
        f"您说的：{pending.told}\n"
        f"对就回复 {replies.link('确认')}，记在这个孩子的事里；不对回复 {replies.link('取消')}，再说一遍。"
    )


def _none(said: str, name: str) -> Reply | None:
    """Say why nothing is written, to somebody who plainly meant it."""
    if not _FIRST.search(said):
        return None
    return Reply(f"{name}现在没有在办的事，没有记。孩子没来，请说“{name}没来”。")


def _day(said: str, today: date) -> date:
    word = next((one for one in _DAYS if one in said), "今天")
    return spoken.day(word, today, lean="past") or today
