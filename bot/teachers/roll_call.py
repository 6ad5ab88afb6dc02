"""The roll of a class by chat: heard, asked about only where it is not clear, read back at most once."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.dialogue import prefill, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.teachers import roll_family, roll_words
from bot.teachers.roll_desk import (
    CLASS,
    CONFIRM,
    EVERY,
    KEY,
    PHONE,
    WHICH,
    Desk,
    Pending,
    drop,
    fits,
    kept,
    question,
)
from bot.teachers.roll_words import Said
from bot.understanding import Understood
from intake.calendar import schooldays
from intake.children import links
from intake.errors import Refused
from intake.language import spoken, text
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.reports import notice, receipts
from intake.school import roll
from intake.school.roll import UNEXPLAINED

_SURE = 0.5
_PIECES = "是|就|的|那个|这个|全到齐?|都到齐?|全齐|到齐|全|都|了|吧|啊|呀|呢|班|孩子|学生"
_ROUND = re.compile(f"(?:{_PIECES})*+")
"""What may stand around the class that is meant: 三年级2班还没到齐 names none that is all there."""
_ALL = re.compile(f"(?=.*(?:{'|'.join(EVERY)}))(?:{'|'.join(EVERY)}|{_PIECES})*+")


def hear(said: str, heard: Understood, person: Person, state: State, turn: Turn) -> Reply | None:
    """Hear what a teacher says of her classes; None if it is about something else."""
    desk = Desk.of(person, turn)
    pending = kept(state, turn, desk)
    if pending and (reply := _answer(said, pending, desk, state, turn)):
        return reply
    told = roll_words.read(said, {child.name for child, _ in desk.children.values()})
    if told is None:
        return _again(heard, pending, desk, state, turn) if pending else None
    if told.everybody:
        return _everybody(told, desk, state, turn)
    return _missing(said, heard, told, pending or Pending(), desk, state, turn)


def confirm(person: Person, state: State, turn: Turn) -> Reply:
    """Take what was read back; put the question again where something else is still open."""
    desk = Desk.of(person, turn)
    pending = kept(state, turn, desk)
    if pending is None:
        return Reply("班级名单刚刚有变动，点名没有登记。请再说一遍，例如：王小明没来，李红请假了。")
    pending.sure = pending.sure or pending.wait == CONFIRM
    return _next(pending, desk, state, turn)


def _everybody(told: Said, desk: Desk, state: State, turn: Turn) -> Reply | None:
    classes = desk.chosen(told)
    if not classes:
        return None if told.grade or told.class_name else Reply("还没有给您设班级，请联系学校或教育局。")
    pending = Pending(offered=classes) if len(classes) > 1 else _full(Pending(), classes, turn)
    return _next(pending, desk, state, turn)


def _full(pending: Pending, classes: list[str], turn: Turn) -> Pending:
    """Say that classes are all there; where children were said to be missing, that is read back."""
    pending.full, pending.offered = classes, []
    pending.sure = not any(
        before.reasons for key in classes if (before := roll.state(turn.db, key, turn.db.today()))
    )
    return pending


def _missing(
    said: str, heard: Understood, told: Said, pending: Pending, desk: Desk, state: State, turn: Turn
) -> Reply | None:
    """Enter who is missing and who came after all; None where the missing are in none of her classes."""
    found = {name: desk.called(name, told) for name in told.absent}
    came = [key for name in told.there for key in desk.called(name, told)]
    here = [key for key in came if _is_missing(key, desk, turn)]
    dropped = [key for key in came if pending.absent.pop(key, "")]
    if not all(found.values()) or not (found or here or dropped):
        return None
    if not (found or here or pending.absent or pending.which):
        drop(state)
        return Reply("好的，没有登记。")
    more, since = _more(said, heard, told, turn.db.today())
    named = str(heard.slots.get("child_name", ""))
    longer = any(named.startswith(name) and named != name for name in told.absent)
    for name, ids in found.items():
        reason = told.absent[name]
        if len(ids) == 1:
            pending.absent[ids[0]] = reason
            pending.more[ids[0]] = more if reason == UNEXPLAINED else {}
        else:
            other = [one for one in pending.which if one[0] != name]
            pending.which = [*other, [name, reason, ids, more if reason == UNEXPLAINED else {}]]
    pending.here = [key for key in (*pending.here, *here) if key not in pending.absent]
    pending.full, pending.offered = [], []
    pending.sure = pending.sure and told.plain and not since and not longer
    return _next(pending, desk, state, turn)


def _more(said: str, heard: Understood, told: Said, today: date) -> tuple[dict[str, Any], bool]:
    """Give what else is said of the missing children, and whether that is since when."""
    more: dict[str, Any] = {}
    since = bool(heard.slots.keys() & {"last_seen", "days"})
    last = prefill.last_seen(heard, said, today) if since else None
    if last and last.day < today:
        more["last_seen"] = last.day.isoformat()
        more |= {"last_seen_rough": "是"} if last.rough else {}
    if len(told.absent) == 1:  # of several children nobody knows whom it is about
        more |= {"reason": heard.slots["reason"]} if "reason" in heard.slots else {}
        more |= {} if told.plain else {"description": said}
    return more, since and UNEXPLAINED in told.absent.values()


def _is_missing(child: str, desk: Desk, turn: Turn) -> bool:
    before = roll.state(turn.db, desk.children[child][1].id, turn.db.today())
    return bool(before and child in before.reasons)


_TAKE_BACK = f"先前的未到校报告还在，要撤回请回复 {replies.link('撤回')}。"


def _next(pending: Pending, desk: Desk, state: State, turn: Turn) -> Reply:
    """Ask what is still open, or take the roll."""
    pending.day, pending.wait = turn.db.today().isoformat(), _open(pending, desk, turn)
    state.roll[KEY] = vars(pending)
    if pending.wait:
        return Reply(question(pending, desk, turn))
    drop(state)
    state.failed = 0
    lines = [*_all_there(pending, desk, turn), *_changes(pending, desk, turn)]
    named = (desk.children[key][1].id for key in (*pending.absent, *pending.here))
    lines += roll_family.beside_roll(desk, (*pending.full, *named), turn)
    if not schooldays.is_school_day(turn.db.settings.terms, turn.db.today()):
        lines.append("今天是周末或放假，也记下了。")
    if count := links.count(turn.db, desk.person.id):
        lines.append(f"有 {count} 位家长等您确认，回复 {replies.link('家长')} 查看。")
    return Reply("\n".join(lines))


def _open(pending: Pending, desk: Desk, turn: Turn) -> str:
    if pending.which:
        return WHICH
    if pending.offered:
        return CLASS
    if pending.absent and not (pending.phone or _phone(desk.person, turn)):
        return PHONE
    return "" if pending.sure else CONFIRM


def _answer(said: str, pending: Pending, desk: Desk, state: State, turn: Turn) -> Reply | None:
    """Hear the answer to what was asked; None if the words are none."""
    number = questions.number(said)
    if pending.wait == WHICH and number and number <= len(pending.which[0][2]):
        _, reason, ids, more = pending.which.pop(0)
        pending.absent[ids[number - 1]], pending.more[ids[number - 1]] = reason, more
    elif pending.wait == CLASS and (chosen := _chosen(said, number, pending.offered, desk)):
        _full(pending, chosen, turn)
    elif pending.wait == PHONE and (phone := spoken.phone(said)):
        pending.phone = phone
    elif pending.wait == CONFIRM and (agreed := _confirms(said)) is not None:
        if not agreed:
            drop(state)
            return Reply("好的，没有登记。请再说一遍，例如：王小明没来，李红请假了。")
        pending.sure = True
    else:
        return None
    pending.failed = 0
    return _next(pending, desk, state, turn)


def _chosen(said: str, number: int | None, offered: list[str], desk: Desk) -> list[str]:
    """Give the classes that are meant: by number, by name, or all of them."""
    if number is not None:
        return offered if number == len(offered) + 1 else offered[number - 1 : number]
    if _ALL.fullmatch(text.compact(said)):
        return offered
    told, rest = roll_words.class_alone(said)
    if not _ROUND.fullmatch(text.compact(rest)):
        return []
    named = told.grade or told.class_name
    return [one for one in offered if named and fits(desk.classes[one], told)]


def _phone(person: Person, turn: Turn) -> str:
    """Give a teacher's phone: the login, or the one said with an earlier report; else nothing."""
    return roll.phone_of(person) or roll.phone_said(turn.db, turn.reporter)


def _told(desk: Desk, pending: Pending, turn: Turn) -> roll.Told:
    """Give what the reports of absent children say beside the roll."""
    phone = pending.phone or _phone(desk.person, turn)
    return roll.Told(phone, turn.reporter, notice.standing(turn.db, turn.reporter), pending.more)


def _mark(class_id: str, absent: Mapping[str, str], told: roll.Told, desk: Desk, turn: Turn) -> roll.Marked:
    """Take today's roll of a class. Raises Refused."""
    return roll.mark(turn.to_write(), class_id, turn.db.today(), absent, desk.person, told)


def _confirms(said: str) -> bool | None:
    """Tell whether what was read back is called right, or wrong; None where the words are about something else."""
    plain = spoken.plain_yes_no(said)
    return True if plain is None and prefill.assents(said) else plain


def _again(heard: Understood, pending: Pending, desk: Desk, state: State, turn: Turn) -> Reply | None:
    """Ask once more what was not answered; whoever speaks of something else means to leave it."""
    other = heard.intent != "other" and heard.confidence >= _SURE
    if pending.failed or other or heard.question:
        drop(state)
        return None
    pending.failed += 1
    state.roll[KEY] = vars(pending)
    return Reply(f"没看懂。\n{question(pending, desk, turn)}", replies.UNCLEAR)


def _all_there(pending: Pending, desk: Desk, turn: Turn) -> list[str]:
    lines: list[str] = []
    foot: list[str] = []
    for one in pending.full:
        before = roll.state(turn.db, one, turn.db.today())
        try:
            marked = _mark(one, {}, _told(desk, Pending(), turn), desk, turn)
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
    return [*lines, _TAKE_BACK] if pending.here else lines


def _change(class_id: str, mine: Mapping[str, str], pending: Pending, desk: Desk, turn: Turn) -> list[str]:
    """Change the missing of a class; a roll that is closed stays, the reports are made all the same."""
    before = roll.state(turn.db, class_id, turn.db.today())
    stay = {key: why for key, why in before.reasons.items() if key in desk.children} if before else {}
    whole = {**{key: why for key, why in stay.items() if key not in pending.here}, **mine}
    told = _told(desk, pending, turn)
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
