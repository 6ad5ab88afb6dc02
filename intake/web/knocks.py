"""From where something secret is tried, and by what a browser is known that was right before; that opens nothing."""

from flask import Response, after_this_request, current_app, request

from intake.people import devices, tries
from intake.people.accounts import Person
from intake.people.tries import Knock
from intake.web import get_db, phones

COOKIE, RECEIPTS = "baoxue_known", "baoxue_receipts"
"""They outlive signing out, and name nobody: a seal for each account, and for each receipt."""


def knock(*, inside: bool = False) -> Knock:
    """Give from where this request comes; `inside` is asked of a device that is in, and counted for it."""
    here = phones.device() if inside else None
    marks = "~".join(request.cookies.get(one, "") for one in (COOKIE, RECEIPTS))
    return Knock(request.remote_addr or "", marks, here.id if here else "")


def is_new(person: Person) -> bool:
    """Tell whether somebody comes in on a browser that was never right for them, and was in on another one before."""
    db, marks = get_db(), request.cookies.get(COOKIE, "")
    known = tries.known_browser(db, tries.account_of(db, person.login), marks)
    return not known and devices.has_been_in(db, person.id)


def remember(account: str, cookie: str = COOKIE) -> None:
    """Let this browser be known for an account, or a receipt, at which it has just been right."""
    marks = tries.new_marks(get_db(), account, request.cookies.get(cookie, ""))

    @after_this_request
    def known(response: Response) -> Response:
        response.set_cookie(
            cookie, marks, max_age=tries.KNOWN, path="/", httponly=True, samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )  # fmt: skip
        return response
