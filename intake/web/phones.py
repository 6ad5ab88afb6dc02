"""Who is asking, at the desk or on a phone: a cookie whose token the core knows by its digest, and ends at once."""

from flask import current_app, g, request, session
from werkzeug.wrappers import Response

from intake.people import accounts, devices
from intake.people.accounts import Person
from intake.people.devices import KnownDevice
from intake.web import get_db

COOKIE = "baoxue_device"


def device() -> KnownDevice | None:
    """Give the device of this request if it is known; one query, however often it is asked."""
    if "device" not in g:
        token, db = request.cookies.get(COOKIE, ""), get_db()
        g.device = devices.find_device(db, token) if token else None
        if g.device:
            devices.seen(db, g.device)
    found: KnownDevice | None = g.device
    return found


def person() -> Person | None:
    """Give who is signed in, by whichever door, or None."""
    found = device()
    return found.person if found else None


def user() -> Person | None:
    """Give who is signed in and may use the pages on a phone, or None."""
    found = person()
    return found if found and accounts.on_phone(found) else None


def teacher() -> Person | None:
    """Give the teacher or principal who is signed in, or None."""
    found = user()
    return found if found and accounts.may(found, "roll.mark", found.area) else None


def at_desk() -> bool:
    """Tell whether this browser came in by the desk's door: a phone's PIN opens no desk."""
    found = device()
    return found is not None and found.door == devices.DESK


def home_of(found: Person) -> str:
    """Give where somebody's pages on a phone begin."""
    for action, page in (("roll.mark", "/forms/class"), ("case.read", "/forms/cases")):
        if accounts.may(found, action, found.area):
            return page
    return "/forms/devices"


def on_probation() -> bool:
    """Tell whether this device came by a link and its owner has not confirmed it in the chat: it opens no door."""
    found = device()
    return found is not None and found.probation


def remember(
    response: Response, person: Person, token: str = "", door: str = devices.PHONE, *, link: str = ""
) -> Response:
    """Sign this browser in as somebody's, and clear its session: nothing that was in it outlives that.

    For every door; `token` is one that the core has given already, `link` the digest of the link by which it
    came. Raises Refused for whom this side is not.
    """
    db, here = get_db(), device()
    if here and here.person.id == person.id and not token:
        session.clear()
        return response
    token = token or devices.new_token()
    devices.add_device(db, person, token, request.user_agent.string, door, link=link)
    if here and token != request.cookies.get(COOKIE):
        devices.revoke(db, here.person.id, here.id, here.person.actor)
    session.clear()
    response.set_cookie(
        COOKIE, token, max_age=devices.TERM if door == devices.PHONE else None, path="/", httponly=True, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
    g.pop("device", None)
    return response


def leave(response: Response) -> Response:
    """Sign this browser out; again is harmless."""
    if here := device():
        devices.revoke(get_db(), here.person.id, here.id, here.person.actor)
    session.clear()
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax",
                           secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))  # fmt: skip
    g.pop("device", None)
    return response
