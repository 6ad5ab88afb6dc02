"""A device that came by a link from the chat: whose it is says she alone whose WeChat this is, 是我 or 不是我."""

from bot.dialogue import replies
from bot.dialogue.replies import Reply
from bot.dialogue.turn import Turn
from intake.calendar import clock
from intake.language.patterns import regex
from intake.people import bindings, devices
from intake.people.accounts import Person
from intake.people.devices import Device
from intake.reports import passes

_DONE = "(?:自己|本人|登录|登陆|登|进|点|弄|开|干|操作)*的?"
_WORD = regex(
    rf"(?:对|嗯|是的)?[，, ]*(?:[这那都]|肯定|真的?|绝对|根本)*(?P<no>不)?是(?:我|本人){_DONE}(?P<number>\d{{1,2}})?"
    r"[的了啊呀吧，,。！!？? ]*(?P<who>(?:这?是)?谁[啊呀]?|怎么回事)?[。！!？? ]*"
    r"|(?P<never>我?(?:可|根本|从来)?没有?(?:登录|登陆|登)过?(?:[啊呀的])*[。！!？? ]*)"
)
"""Whose phone it is. A no is heard in more words than a yes: whoever is not she goes at once."""


def hear(said: str, turn: Turn) -> Reply | None:
    """Hear whether a new device is hers; None where none waits, or something else is said."""
    match = _WORD.fullmatch(said)
    person = bindings.person_bound(turn.db, turn.reporter) if match else None
    waiting = devices.devices_on_probation(turn.db, person.id) if person else []
    if match is None or person is None or not waiting:
        return None
    number = int(match["number"] or (1 if len(waiting) == 1 else 0))
    if not 1 <= number <= len(waiting):
        return Reply(_listed(waiting))
    decide = _send_away if match["no"] or match["never"] or match["who"] else _confirm
    return Reply(decide(waiting[number - 1], person, turn))


def waiting(person: Person, turn: Turn) -> str:
    """Say that devices wait to be confirmed, before something else is said, or nothing."""
    found = devices.devices_on_probation(turn.db, person.id)
    return f"{_listed(found)}\n\n" if found else ""


def _listed(found: list[Device]) -> str:
    several = len(found) > 1
    lines = []
    for number, one in enumerate(found, 1):
        which = str(number) if several else ""
        yes, no = replies.link(f"是我{which}"), replies.link(f"不是我{which}")
        lines.append(f"{number}. {_named(one)}　{yes}　{no}" if several else f"{_named(one)}　{yes}　{no}")
    return "用您的链接进来的手机，请看看是不是您自己：\n" + "\n".join(lines)


def _named(one: Device) -> str:
    then = clock.local(one.seen_at)
    return f"{one.name}，{then.month}月{then.day}日 {then:%H:%M}"


def _confirm(one: Device, person: Person, turn: Turn) -> str:
    devices.confirm_device(turn.to_write(), person, one.id)
    return f"好的，{one.name}记住您了，{devices.TERM.days} 天内不用再进。"


def _send_away(one: Device, person: Person, turn: Turn) -> str:
    """Send a device away, for good: the link by which it came opens nothing any more."""
    db = turn.to_write()
    with db.write():
        devices.revoke(db, person.id, one.id, person.actor)
        passes.close_link(db, one.link)
    return f"{one.name}已经退出了，那个链接也不能再用。链接请别转给别人。\n您自己要进，回复 {replies.link('网页')}。"
