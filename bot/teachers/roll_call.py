"""The roll of a class by chat: heard, asked about only where it is not clear, read back at most once."""

import re

from bot.dialogue import prefill, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.teachers import roll_desk, roll_family, roll_taken, roll_words
from bot.teachers.roll_desk import (
    CLASS,
    CONFIRM,
    EVERY,
    KEY,
    PHONE,
    UNKNOWN,
    WHICH,
    WHO,
    Desk,
    Pending,
    drop,
    fits,
    kept,
    question,
)
from bot.teachers.roll_entered import (
    enter_count,
    enter_doubt,
    enter_missing,
    is_missing,
    meant_by,
    settle_doubt,
    told_beside,
)
from bot.teachers.roll_words import Said
from bot.understanding import Understood
from intake.calendar import schooldays
from intake.children import links
from intake.language import spoken, text
from intake.people.accounts import Person
from intake.school import roll

_SURE = 0.5
_QUOTED = 80
_PIECES = "是|就|的|那个|这个|全到齐?|都到齐?|全齐|到齐|全|都|了|吧|啊|呀|呢|班|孩子|学生"
_ROUND = re.compile(f"(?:{_PIECES})*+")
"""What may stand around the class that is meant: 三年级2班还没到齐 names none that is all there."""
_ALL = re.compile(f"(?=.*(?:{'|'.join(EVERY)}))(?:{'|'.join(EVERY)}|{_PIECES})*+")


_DONE = frozenset({"就这些", "没了", "没有了", "就这样", "就他", "就她", "就他们"})


def hear(said: str, heard: Understood, person: Person, state: State, turn: Turn) -> Reply | None:
    """Hear what a teacher says of her classes; None if it is about something else."""
    desk = Desk.of(person, turn)
    pending = kept(state, turn, desk)
    if pending and not pending.aside and (reply := _answer(said, heard, pending, desk, state, turn)):
        return reply
    words, back = roll_family.with_names(said, desk, turn)
    told = roll_words.read(words, desk.names, heard.names)
    reply = _told(words, heard, told, pending, desk, state, turn) if told else None
    if reply is None and roll_family.says_back(said):
        return Reply(roll_family.came_back(back, desk, turn))
    if told is None:
        return _again(heard, pending, desk, state, turn) if pending else None
    return reply


def _told(
    said: str, heard: Understood, told: Said, pending: Pending | None, desk: Desk, state: State, turn: Turn
) -> Reply | None:
    """Enter what was read of the roll."""
    if told.everybody and not _miscounted(told, desk):
        return _everybody(told, pending, desk, state, turn)
    return _missing(said, heard, told, pending or Pending(), desk, state, turn)


def confirm(person: Person, state: State, turn: Turn) -> Reply:
    """Take what was read back; put the question again where something else is still open."""
    desk = Desk.of(person, turn)
    pending = kept(state, turn, desk)
    if pending is None:
        return Reply("班级名单刚刚有变动，点名没有登记。请再说一遍，例如：王小明没来，李红请假了。")
    if pending.wait == WHO and pending.named:
        pending.missing = 0
    pending.sure = pending.sure or (pending.wait == CONFIRM and not pending.aside)
    return _next(pending, desk, state, turn)


def go_on(person: Person, state: State, turn: Turn) -> Reply | None:
    """Put the question again that a roll waits for; None where none waits."""
    desk = Desk.of(person, turn)
    pending = kept(state, turn, desk)
    return _next(pending, desk, state, turn) if pending and pending.wait else None


def set_aside(state: State) -> None:
    """Let a roll wait while something else is spoken of."""
    if held := state.roll.get(KEY):
        held["aside"] = True


def is_aside(state: State) -> bool:
    """Tell whether a roll waits while something else is spoken of."""
    return bool(state.roll.get(KEY, {}).get("aside"))


def _miscounted(told: Said, desk: Desk) -> bool:
    """Tell whether the number that is said to be all there is not that of the list."""
    sizes = [desk.size(one) for one in desk.chosen(told)]
    return told.count is not None and (len(sizes) != 1 or told.count.of not in (None, sizes[0]))


def _everybody(told: Said, before: Pending | None, desk: Desk, state: State, turn: Turn) -> Reply | None:
    classes = desk.chosen(told)
    if not classes:
        return None if told.grade or told.class_name else Reply("还没有给您设班级，请联系学校或教育局。")
    pending = Pending(offered=classes) if len(classes) > 1 else _full(Pending(), classes, turn)
    if before and before.named:
        pending.sure, pending.left = False, [*before.left, *_words_of(before, desk)]
    return _next(pending, desk, state, turn)


def _words_of(pending: Pending, desk: Desk) -> list[str]:
    """Give in words who was named by a roll that was not taken."""
    lines = [desk.line(child, reason) for child, reason in pending.absent.items()]
    return [*lines, *(str(one[0]) for one in pending.which), *(str(one[1]) for one in pending.unknown)]


def _full(pending: Pending, classes: list[str], turn: Turn) -> Pending:
    """Say that classes are all there; where children were said to be missing, that is read back."""
    pending.full, pending.offered = classes, []
    pending.sure = pending.sure and not any(
        before.reasons for key in classes if (before := roll.state(turn.db, key, turn.db.today()))
    )
    return pending


def _missing(
    said: str, heard: Understood, told: Said, pending: Pending, desk: Desk, state: State, turn: Turn
) -> Reply | None:
    """Enter who is missing and who came after all; None where the missing are in none of her classes."""
    if not desk.classes:
        return None
    found = {name: desk.called(name, told) for name in told.absent}
    came = [key for name in told.there for key in desk.called(name, told)]
    here = [key for key in came if is_missing(key, desk, turn)]
    dropped = [key for key in came if pending.absent.pop(key, "")]
    if not all(found.values()) or not (found or here or dropped or told.unknown or told.count):
        return None
    if not (found or here or told.unknown or told.count or pending.named):
        drop(state)
        return Reply("好的，没有登记。")
    if pending.aside:
        pending.aside, pending.sure = False, False
    more, since = told_beside(said, heard, told, turn.db.today())
    named = str(heard.slots.get("child_name", ""))
    longer = any(named.startswith(name) and named != name for name in told.absent)
    for name, ids in found.items():
        enter_missing(pending, name, told.absent[name], ids, more)
    for name, reason in told.unknown.items():
        enter_doubt(pending, name, reason, said, told, desk, more)
    pending.here = [key for key in (*pending.here, *here) if key not in pending.absent]
    pending.full, pending.offered = [], []
    whole = "description" in more
    pending.kept = list(dict.fromkeys([*pending.kept, *([said[:_QUOTED]] if whole else ())]))
    pending.left = list(dict.fromkeys([*pending.left, *told.unsettled, *(() if whole else told.left)]))
    pending.sure = pending.sure and told.plain and not since and not longer
    pending.sure = pending.sure and all(desk.children[key][1].id in desk.own for key in pending.absent)
    enter_count(told, pending, desk)
    return _next(pending, desk, state, turn)


def _next(pending: Pending, desk: Desk, state: State, turn: Turn) -> Reply:
    """Ask what is still open, or take the roll."""
    pending.day, pending.wait = turn.db.today().isoformat(), _open(pending, desk, turn)
    pending.aside = False
    state.roll[KEY] = vars(pending)
    if pending.wait:
        pending.seen = {one: _taken_at(one, turn) for one in pending.full}
        return Reply(question(pending, desk, turn))
    drop(state)
    state.failed = 0
    lines = roll_taken.take_roll(pending, desk, turn)
    lines += [f"没记进去的：{roll_desk.quoted(pending.left)}"] if pending.left else []
    named = (desk.children[key][1].id for key in (*pending.absent, *pending.here))
    lines += roll_family.beside_roll(desk, (*pending.full, *named), turn)
    if not schooldays.is_school_day(turn.db.settings.terms, turn.db.today()):
        lines.append("今天是周末或放假，也记下了。")
    if count := links.count(turn.db, desk.person.id):
        lines.append(f"有 {count} 位家长等您确认，回复 {replies.link('家长')} 查看。")
    return Reply("\n".join(lines))


def _taken_at(class_id: str, turn: Turn) -> str:
    now = roll.state(turn.db, class_id, turn.db.today())
    return now.marked_at if now else ""


def _open(pending: Pending, desk: Desk, turn: Turn) -> str:
    if pending.which:
        return WHICH
    if pending.unknown:
        return UNKNOWN
    if pending.missing > pending.named:
        return WHO
    if pending.offered:
        return CLASS
    if pending.absent and not (pending.phone or roll_taken.phone_told(desk.person, turn)):
        return PHONE
    return "" if pending.sure else CONFIRM


def _answer(
    said: str, heard: Understood, pending: Pending, desk: Desk, state: State, turn: Turn
) -> Reply | None:
    """Hear the answer to what was asked; None if the words are none."""
    number = questions.number(said)
    if pending.wait == WHICH and number and number <= len(pending.which[0][2]):
        _, reason, ids, more = pending.which.pop(0)
        pending.absent[ids[number - 1]], pending.more[ids[number - 1]] = reason, more
    elif pending.wait == UNKNOWN and (meant := meant_by(said, number, pending, desk)) is not None:
        settle_doubt(meant, pending, desk, turn)
    elif pending.wait == WHO:
        return _who(said, heard, pending, desk, state, turn)
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
    if not (pending.named or pending.here or pending.full or pending.missing):
        drop(state)
        return Reply(f"好的，没有登记。{_other_child()}")
    pending.failed = 0
    return _next(pending, desk, state, turn)


def _other_child() -> str:
    return f"不是您班的孩子没来上学，回复 {replies.link('孩子未到校')}。"


def _who(
    said: str, heard: Understood, pending: Pending, desk: Desk, state: State, turn: Turn
) -> Reply | None:
    """Hear who is missing where only a number was said."""
    if text.compact(said) in _DONE and pending.named:
        pending.missing, pending.sure = 0, False
        return _next(pending, desk, state, turn)
    told = roll_words.read(said, desk.names) or roll_words.read(f"{said}没来", desk.names)
    if told is None or not (told.absent or told.unknown):
        return None
    return _missing(said, heard, told, pending, desk, state, turn)


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


def _confirms(said: str) -> bool | None:
    """Tell whether what was read back is called right, or wrong; None where the words are about something else."""
    plain = spoken.plain_yes_no(said)
    return True if plain is None and prefill.assents(said) else plain


def _again(heard: Understood, pending: Pending, desk: Desk, state: State, turn: Turn) -> Reply | None:
    """Ask once more what was not answered; while she speaks of something else the roll waits aside."""
    other = heard.intent != "other" and heard.confidence >= _SURE
    if pending.aside or pending.failed or other or heard.question:
        set_aside(state)
        return None
    pending.failed += 1
    state.roll[KEY] = vars(pending)
    return Reply(f"没看懂。\n{question(pending, desk, turn)}", replies.UNCLEAR)
