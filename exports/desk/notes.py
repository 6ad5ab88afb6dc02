"""What each reason means and what helps (原因说明): read by all staff at the desk, written by the bureau."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.cases.advice import reason_notes
from intake.cases.advice.reason_notes import ReasonNote
from intake.errors import Problem, Refused, Stale
from intake.people import accounts, roles
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

CHANGED = "刚才有人改过这一条。您写的还在下面，请看过现在的说明再存。"
bp = Blueprint("notes", __name__, url_prefix="/desk/notes", template_folder="templates")


def again(problem: Problem, code: str) -> str:
    """Show the notes again with what was typed, and what keeps it from being kept."""
    match problem:
        case Refused():
            return _page(code, request.form.get("words", ""), error=str(problem))
        case Stale():
            return _page(code, request.form.get("words", ""), error=CHANGED)
    raise problem


@bp.get("")
@permitted(roles.DESK)
def page() -> str:
    """Show all notes."""
    return _page()


@bp.post("/<code>")
@permitted("note.write")
@on_page(again)
def write(code: str) -> ResponseReturnValue:
    """Keep a note that was written anew."""
    words, seen = request.form.get("words", ""), request.form.get("seen", "")
    done = reason_notes.write_note(get_db(), code, words, seen=seen, actor=person().actor)
    flash("存好了。" if done else "本来就是这样写的。")
    return redirect(url_for(".page", _anchor=f"r{code}"), 303)


@bp.app_template_global()
def all_reason_notes() -> list[ReasonNote]:
    """Give the notes, for a page on which a reason is chosen."""
    return [one for one in reason_notes.reason_notes(get_db()) if one.words]


def _page(code: str = "", words: str = "", error: str = "") -> str:
    db, who = get_db(), person()
    return render_template(
        "desk/notes.html",
        notes=[(one, accounts.name_of(db, one.written_by)) for one in reason_notes.reason_notes(db)],
        writing=accounts.may(who, "note.write", who.area),
        code=code,
        words=words,
        error=error,
        longest=reason_notes.LONGEST,
    )
