"""What stands around every page of the desk: where somebody may go, how many wait there, and the keys."""

from dataclasses import dataclass

from flask import Blueprint, current_app, g, request, url_for

from intake.people import accounts, roles
from intake.talks.waiting import StaffWaits, waiting_for
from intake.web import get_db, phones, standstills_lately

KEYS = "baoxue_keys"
"""The cookie by which a browser says that its keys shall do nothing of ours."""
OFF = "off"
DOORS = (
    ("desk.page", "今天"),
    ("worklist.page", "个案"),
    ("children.page", "孩子"),
    ("matches.page", "待核对"),
    ("ledgers.page", "台账"),
    ("inbox.page", "收件箱"),
    ("talks.page", "家长留言"),
    ("calls.page", "要打的电话"),
)
FURTHER = (
    ("returns.page", "收表"),
    ("pictures.page", "照片"),
    ("sent.page", "学校月报"),
    ("fulls.page", "完整版"),
    ("looks.page", "谁看过"),
    ("notes.page", "原因说明"),
    ("people.page", "人员"),
    ("lists.page", "导入名单"),
    ("school_joining.page", "学校撤并"),
    ("me.page", "我的设置"),
)
_BELOW = {
    "danger": "desk", "reporting": "talks", "opening": "worklist", "slots": "people", "case": "worklist",
    "joining": "worklist", "factor": "me", "proving": "me", "answering": "worklist",
    "today": "desk",
    "child": "children", "known": "children", "card": "children", "merges": "matches", "register": "children",
}  # fmt: skip
"""Blueprints whose pages are reached from those of another one."""

_COUNTED = {"talks": "threads", "calls": "calls", "inbox": "notices", "matches": "matches"}
"""Rooms that say how much waits there, and under which name that is counted."""

_WAITS_FOR_WORKER = frozenset({"desk", "inbox", "worklist", "ledgers"})
"""Rooms where something comes by itself."""
STANDS = "自动的提醒和每天的表现在停着，请告诉管理员。您填写的照常保存。"

bp = Blueprint("frame", __name__)


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the head: what it is called, where it leads, how many wait there, whether one is there now."""

    title: str
    href: str
    waiting: int
    here: bool


@bp.app_template_global()
def ways() -> list[Way]:
    """Give the links that always stand in the head, for whoever is signed in."""
    return [_way(endpoint, title) for endpoint, title in DOORS if may_open(endpoint)]


@bp.app_template_global()
def further_ways() -> list[Way]:
    """Give the links that stand below 更多."""
    return [_way(endpoint, title) for endpoint, title in FURTHER if may_open(endpoint)]


@bp.app_template_global()
def keys_on() -> bool:
    """Tell whether keys move the focus in this browser."""
    return request.cookies.get(KEYS) != OFF


@bp.app_template_global()
def signed_in() -> str:
    """Name who is signed in."""
    found = phones.person()
    return found.name if found else ""


@bp.app_template_global()
def as_of() -> str:
    """Say up to when a page tells: now."""
    return f"{get_db().here():%m-%d %H:%M}"


@bp.app_template_global()
def may_open(endpoint: str) -> bool:
    """Tell whether whoever is signed in may open a page, by what its guard asks for."""
    view, found = current_app.view_functions[endpoint], phones.person()
    whole = get_db().settings.district_code if getattr(view, "whole", False) else ""
    return found is not None and accounts.may(found, getattr(view, "action", ""), whole or found.area)


@bp.app_template_global()
def standing_still() -> list[str]:
    """Say what of the worker stands still: all of it to whoever can see to it, to others where they wait for it."""
    found = phones.person()
    still = standstills_lately() if found else []
    if not still or found is None or accounts.may(found, roles.MEND, found.area):
        return still
    return [STANDS] if request.blueprint in _WAITS_FOR_WORKER else []


def _way(endpoint: str, title: str) -> Way:
    room, here = endpoint.partition(".")[0], request.blueprint or ""
    return Way(
        title,
        url_for(endpoint),
        getattr(waiting_here(), _COUNTED.get(room, ""), 0),
        _BELOW.get(here, here) == room,
    )


def waiting_here() -> StaffWaits:
    """Count what waits for whoever is signed in, once a request."""
    found = phones.person()
    if "waiting" not in g:
        g.waiting = waiting_for(get_db(), found) if found else StaffWaits(0, 0, 0)
    waits: StaffWaits = g.waiting
    return waits
