"""What was said of a roll is entered into the one that waits: who is missing, whose name is doubtful, what was counted."""

from datetime import date
from typing import Any

from bot.dialogue import prefill
from bot.dialogue.turn import Turn
from bot.teachers.roll_desk import NONE, Desk, Pending
from bot.teachers.roll_words import THERE, Said
from bot.teachers.said import roll_names
from bot.understanding import Understood
from intake.language import text
from intake.language.patterns import regex
from intake.school import roll
from intake.school.roll import UNEXPLAINED

_CLAUSES = regex("[，,。！!；;\\n]+")
_NONE = regex("[都全]?不是(?:这些?|他们?|她们?)?(?:孩子)?|没有|不记了?|不用记了?")
_ROUND_NAME = regex(
    "(?:是|就是|应该是|应该叫|叫|指的?是|我说的是|写错了|打错了|名字|和|跟|[的了啊呀吧呢、，,。：: ])*"
)


def enter_missing(pending: Pending, name: str, reason: str, ids: list[str], more: dict[str, Any]) -> None:
    """Enter a name of the roll as missing; of several children it is asked which one."""
    further = told_of(reason, more)
    # Who is named in full now is whom a doubtful name before may have meant.
    pending.unknown = [one for one in pending.unknown if not {*one[3]} & {*ids}]
    if len(ids) == 1:
        pending.absent[ids[0]], pending.more[ids[0]] = reason, further
    else:
        other = [one for one in pending.which if one[0] != name]
        pending.which = [*other, [name, reason, ids, further]]


def enter_doubt(
    pending: Pending, name: str, reason: str, said: str, told: Said, desk: Desk, more: dict[str, Any]
) -> None:
    """Enter a name that is none of the roll, with whom it may mean; numbers are asked about together."""
    near = roll_names.near_enough(name, desk.names)
    ids = [key for one in near for key in desk.called(one, told)]
    clause = next((one for one in _CLAUSES.split(said) if name in one), name)
    others = [*desk.names, *(one for one in told.unknown if one != name)]
    words = name if any(one in clause for one in others) else clause.strip()
    number = roll_names.is_number(name)
    for one in pending.unknown:
        if one[0] == name:
            return
        if number and roll_names.is_number(str(one[0]).split("、")[0]):
            one[0], one[1] = f"{one[0]}、{name}", words
            return
    pending.unknown.append([name, words, reason, ids, told_of(reason, more)])


def enter_count(told: Said, pending: Pending, desk: Desk) -> None:
    """Compare the numbers that were said with the list, and with who was named."""
    if told.count is None:
        return
    named = {desk.children[key][1].id for key in pending.absent}
    classes = [one for one in desk.chosen(told) if not named or one in named]
    size = desk.size(classes[0]) if len(classes) == 1 else told.count.of
    missing = told.count.missing(size)
    if size is not None and told.count.of not in (None, size):
        pending.numbers, pending.sure = f"您说 {told.count.of} 人，名单上是 {size} 人。", False
    if missing is None:
        pending.missing = pending.named or 1
    elif missing <= 0 and not pending.named and classes:
        pending.full, pending.offered = (classes, []) if len(classes) == 1 else ([], classes)
        pending.sure = pending.sure and missing == 0
    elif missing < pending.named:
        pending.numbers, pending.sure = (
            f"您说 {max(missing, 0)} 个没来，听到了 {pending.named} 个名字。",
            False,
        )
    pending.missing = max(missing or 0, 0) if missing is not None else pending.missing


def told_beside(said: str, heard: Understood, told: Said, today: date) -> tuple[dict[str, Any], bool]:
    """Give what else is said of the missing children, and whether that is since when."""
    more: dict[str, Any] = {}
    since = bool(heard.slots.keys() & {"last_seen", "days"})
    last = prefill.last_seen(heard, said, today) if since else None
    if last and last.day < today:
        more["last_seen"] = last.day.isoformat()
        more |= {"last_seen_rough": "是"} if last.rough else {}
    if len(told.absent) + len(told.unknown) == 1:  # of several children nobody knows whom it is about
        more |= {"reason": heard.slots["reason"]} if "reason" in heard.slots else {}
        more |= {} if told.plain or told.unsettled else {"description": said}
    return more, since and UNEXPLAINED in told.absent.values()


def told_of(reason: str, more: dict[str, Any]) -> dict[str, Any]:
    """Give what else is said of a child: of one on leave the words alone."""
    return {key: value for key, value in more.items() if reason == UNEXPLAINED or key == "description"}


def is_missing(child: str, desk: Desk, turn: Turn) -> bool:
    before = roll.state(turn.db, desk.children[child][1].id, turn.db.today())
    return bool(before and child in before.reasons)


def meant_by(said: str, number: int | None, pending: Pending, desk: Desk) -> list[str] | None:
    """Give the children whom a doubtful name means: by number or name; nobody for 都不是, None where that is not said."""
    ids, plain = pending.unknown[0][3], text.compact(said)
    titles = [*map(text.compact, desk.told_apart(ids)), NONE]
    if number is not None:
        return None if not 1 <= number <= len(titles) else [] if number == len(titles) else [ids[number - 1]]
    if plain in titles:
        return [] if plain == NONE else [ids[titles.index(plain)]]
    if _NONE.fullmatch(plain):
        return []
    if len(ids) == 1 and prefill.assents(said):
        return [ids[0]]
    spans = roll_names.names_of_roll(said, desk.names)
    names = [one.name for one in spans if one.known]
    rest = said
    for one in spans:
        rest = rest.replace(said[one.start : one.end], "")
    if not names or not _ROUND_NAME.fullmatch(rest):
        return None
    found = [
        [key for key in ids if desk.children[key][0].name == name] or desk.called(name, Said())
        for name in names
    ]
    return [one[0] for one in found] if all(len(one) == 1 for one in found) else None


def settle_doubt(meant: list[str], pending: Pending, desk: Desk, turn: Turn) -> None:
    """Enter the children whom a doubtful name means; where it means none of hers, it is quoted as not taken up."""
    _, words, reason, _, more = pending.unknown.pop(0)
    if not meant:
        pending.left, pending.sure = [*pending.left, str(words)], False
    for key in meant:
        if reason != THERE:
            pending.absent[key], pending.more[key] = str(reason), more
        elif is_missing(key, desk, turn):
            pending.here.append(key)
