"""A document of a case as a page to be printed."""

from flask import Blueprint, render_template

from intake.cases import case as cases
from intake.paper import letters
from intake.web import get_db
from intake.web.signin import permitted, person

bp = Blueprint("letters", __name__, url_prefix="/desk/cases", template_folder="../templates")


@bp.get("/<number>/letters/<event>")
@permitted("case.look")
def page(number: str, event: str) -> str:
    """Show a document with its values in clear; each look is noted."""
    db, who = get_db(), person()
    case = cases.case_seen(db, who, number)
    return render_template(
        "desk/letter.html",
        number=case.number,
        paper=letters.letter_page(db, case, event, who),
        printed=letters.printed_at(db, who),
    )
