"""Pictures that came with reports: which reports have some, and the pictures themselves; each look is noted."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from exports.desk import files
from exports.desk.moments import when
from exports.desk.talks.pages import reading
from intake.kinds import KINDS
from intake.people import accounts
from intake.reports import photos, receipts
from intake.reports.looking import looks
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import person

bp = Blueprint("pictures", __name__, url_prefix="/desk/pictures", template_folder="templates")


@bp.get("")
@reading
def page() -> str:
    """List the reports of the last days that have pictures; nothing is opened here."""
    db = get_db()
    found = [
        (
            row["receipt"],
            receipts.show_receipt(row["receipt"]),
            KINDS[row["kind"]].title,
            when(row["received_at"], db.now()),
            row["n"],
        )
        for row in photos.recent(db, accounts.scope_of(db, person()))
    ]
    return render_template("desk/pictures.html", found=found, days=photos.LATELY.days)


@bp.get("/<receipt>")
@reading
def of_report(receipt: str) -> str:
    """Show the pictures of a report."""
    db = get_db()
    report, kept = looks.report_seen(db, receipt, person()), photos.photos_of_report(db, receipt)
    if not kept:
        abort(404)
    return render_template(
        "desk/picture.html",
        receipt=receipt,
        groups=receipts.show_receipt(receipt),
        kind=KINDS[report.kind].title,
        received=when(report.received_at, db.now()),
        pictures=[(one["id"], when(one["at"], db.now()), one["mime"] == "image/heic") for one in kept],
    )


@bp.get("/<receipt>/<key>")
@reading
@on_page(files.closed)
def file(receipt: str, key: str) -> ResponseReturnValue:
    """Send a picture; each look is noted."""
    data, mime = photos.look(get_db(), receipt, key, person())
    return files.sent(data, mime, receipt, apart=mime == "image/heic")
