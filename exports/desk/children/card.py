"""The card of a child on one sheet of A4: masked, with who printed it and when, which is on record."""

from flask import Blueprint, render_template

from intake.children.access import child_seen
from intake.store import audit
from intake.web import get_db
from intake.web.signin import permitted, person

bp = Blueprint("card", __name__, url_prefix="/desk/children", template_folder="../templates")


@bp.get("/<child_id>/card")
@permitted("child.read")
def page(child_id: str) -> str:
    """Show the card, ready to be printed."""
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    with db.write():
        audit.note(db, who.actor, "child.printed", child.id)
    return render_template("desk/child_card.html")
