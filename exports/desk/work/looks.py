"""Who looked at whom: for those who watch over it; numbers, never a child."""

from datetime import date

from flask import Blueprint, render_template, request

from exports.desk.moments import when
from intake.cases.folders import looked
from intake.cases.folders.looked import StaffLook
from intake.reports import receipts
from intake.reports.looking import reasons
from intake.web import get_db
from intake.web.signin import permitted

bp = Blueprint("looks", __name__, url_prefix="/desk/audit", template_folder="../templates")


@bp.get("")
@permitted("audit.read")
def page() -> str:
    """List the looks, of one member of staff or of one day where they are asked for."""
    db, staff = get_db(), request.args.get("staff", "")
    day, before = _day(request.args.get("day", "")), max(request.args.get("before", 0, int), 0)
    looks = looked.looks_of(db, staff=staff, day=day, before=before)
    people = looked.lookers(db)
    return render_template(
        "desk/looks.html",
        looks=[
            (one, when(one.at, db.now()), one.number or receipts.show_receipt(one.receipt), _why(one))
            for one in looks
        ],
        people=[(one.id, one.name) for one in people],
        staff=staff if staff in {one.id for one in people} else "",
        day=day.isoformat() if day else "",
        older=looks[-1].id if len(looks) == looked.PAGE else 0,
    )


def _why(look: StaffLook) -> str:
    """Say what stands beside a look in the audit, where that are codes with words."""
    if look.verb.endswith(".looked"):
        field, _, why = look.detail.rpartition(" ")
        return f"{reasons.label_of(field)}，{reasons.WHY.get(why, '做文书')}"
    return (
        f"找到 {look.detail.partition(' ')[0]} 件"
        if look.verb in ("case.searched", "child.searched", "ledger.searched")
        else ""
    )


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
