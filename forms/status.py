"""Progress: who has a receipt, the phone's last four digits and the child's name sees how things stand."""

from flask import Blueprint, render_template, request

from forms import who
from forms.told import EXPIRED, Answer, told
from intake import progress, tries
from intake.web import get_db

bp = Blueprint("status", __name__, url_prefix="/forms/status", template_folder="templates")

NOT_FOUND = "没有查到。请核对回执号、电话后四位和孩子姓名，三样都对才能查到。"
TOO_MANY = "试的次数太多了，请过 15 分钟再查，或者打电话问学校。"


@bp.get("")
def ask() -> str:
    """Ask for the receipt and the proof."""
    return render_template("forms/status.html", typed=request.args)


@bp.post("")
def show() -> Answer:
    """Tell how things stand, to whoever knows the phone's last four digits and the child's name."""
    typed = request.form
    if not who.sure():
        return render_template("forms/status.html", typed=typed, alert=EXPIRED), 400
    try:
        found = progress.prove(
            get_db(), typed.get("receipt", ""), typed.get("last_four", ""), typed.get("child_name", "")
        )
    except tries.TooMany:
        wait = {"Retry-After": f"{tries.PAUSE.total_seconds():.0f}"}
        return render_template("forms/status.html", typed=typed, alert=TOO_MANY), 429, wait
    if found is None:
        return render_template("forms/status.html", typed=typed, alert=NOT_FOUND), 422
    return told("forms/progress.html", found)
