"""A roll that is clear is taken: each class's missing and returned, with the receipts, and the way to record a call."""

from collections.abc import Mapping

from bot.dialogue import replies
from bot.dialogue.turn import Turn
from bot.teachers.roll_desk import Desk, Pending
from intake.errors import Refused
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.reports import notice, receipts
from intake.school import roll
from intake.school.roll import UNEXPLAINED

CALLS = 3
"""Children for whom the way to record a call is shown."""
_TAKE_BACK = f"先前的未到校报告还在，要撤回请回复 {replies.link('撤回')}。"


def take_roll(pending: Pending, desk: Desk, turn: Turn) -> list[str]:
    """Take what was said of today, class by class; say what was taken, and what was refused."""
    return [*_all_there(pending, desk, turn), *_changes(pending, desk, turn)]


def phone_told(person: Person, turn: Turn) -> str:
    """Give a teacher's phone: the login, or the one said with an earlier report; else nothing."""
    return roll.phone_of(person) or roll.phone_said(turn.db, turn.reporter)


def told_with(desk: Desk, turn: Turn, pending: Pending) -> roll.Told:
    """Give what the reports of absent children say beside the roll."""
    phone = pending.phone or phone_told(desk.person, turn)
    return roll.Told(phone, turn.reporter, notice.standing(turn.db, turn.reporter), pending.more)


def _mark(
    class_id: str,
    absent: Mapping[str, str],
    told: roll.Told,
    desk: Desk,
    turn: Turn,
    seen: str | None = None,
) -> roll.Marked:
    """Take today's roll of a class, where nobody has since `seen`. Raises Refused."""
    return roll.mark(turn.to_write(), class_id, turn.db.today(), absent, desk.person, told, seen=seen)


def _all_there(pending: Pending, desk: Desk, turn: Turn) -> list[str]:
    lines: list[str] = []
    foot: list[str] = []
    for one in pending.full:
        before = roll.state(turn.db, one, turn.db.today())
        try:
            marked = _mark(one, {}, told_with(desk, turn, Pending()), desk, turn, pending.seen.get(one))
        except roll.Newer as newer:
            lines.append(f"{newer}这次没有交，看看现在的：回复 {replies.link('今天谁没来')}。")
        except Refused as refused:
            lines.append(str(refused))
        else:
            again = "" if marked.changed else "（已经记过了）"
            lines.append(f"记下了，{desk.classes[one].title}今天全到，{marked.present} 人{again}。")
            foot = [_TAKE_BACK] if before and before.reasons else foot
    return lines + foot


def _changes(pending: Pending, desk: Desk, turn: Turn) -> list[str]:
    """Mark who is missing and who came after all, class by class, and give the receipts."""
    lines: list[str] = []
    for one in dict.fromkeys(desk.children[key][1].id for key in (*pending.absent, *pending.here)):
        mine = {key: reason for key, reason in pending.absent.items() if desk.children[key][1].id == one}
        lines += _change(one, mine, pending, desk, turn)
    names = [desk.children[key][0].name for key, reason in pending.absent.items() if reason == UNEXPLAINED]
    if names:
        taps = "　".join(replies.link(f"电话{name}") for name in dict.fromkeys(names[:CALLS]))
        lines.append(f"给家里打了电话，点这里记：{taps}")
    return [*lines, _TAKE_BACK] if pending.here else lines


def _change(class_id: str, mine: Mapping[str, str], pending: Pending, desk: Desk, turn: Turn) -> list[str]:
    """Change the missing of a class; a roll that is closed stays, the reports are made all the same."""
    before = roll.state(turn.db, class_id, turn.db.today())
    stay = {key: why for key, why in before.reasons.items() if key in desk.children} if before else {}
    whole = {**{key: why for key, why in stay.items() if key not in pending.here}, **mine}
    told = told_with(desk, turn, pending)
    try:
        marked = _mark(class_id, whole, told, desk, turn)
        head, numbers = "记下了，" if marked.changed else "已经记过了，", marked.receipts
        lines = [f"{head}{_counts(desk.classes[class_id], turn)}"]
        foot = [] if marked.final else [f"要改直接再说一遍，今天 {roll.CLOSES:%H:%M} 以前都行。"]
    except Refused as refused:
        try:
            numbers = roll.tell(turn.to_write(), class_id, turn.db.today(), mine, desk.person, told)
        except Refused as other:
            return [str(other)]
        lines, foot = [str(refused)], []
    lines += [
        f"{desk.line(key, why)}\n已登记，回执号：{receipts.show_receipt(numbers[key])}"
        for key, why in mine.items()
    ]
    return lines + foot


def _counts(taught: Class, turn: Turn) -> str:
    now = roll.state(turn.db, taught.id, turn.db.today())
    return f"{taught.title}今天 {now.present} 人到，{now.absent} 人没到。" if now else ""
