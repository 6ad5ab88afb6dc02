"""A teacher's answer where a family says otherwise than her roll."""

from flask import Blueprint, flash, redirect, request, url_for

from forms import who
from forms.teachers import entry, roll
from forms.told import EXPIRED, Answer
from intake.errors import Dealt, Problem, Refused
from intake.school import contradictions
from intake.school.roll import NoPhone, phone_of, phone_said
from intake.web import get_db
from intake.web.errors import on_page

bp = Blueprint("answers", __name__, url_prefix="/forms")

NO_PHONE = "有孩子没来时，要留您的电话。请打开点名册，写上电话再更正。"


def again(problem: Problem) -> str:
    """Show the class again, with what is wrong."""
    match problem:
        case NoPhone():
            return roll.class_page(NO_PHONE)
        case Dealt() if problem.name:
            return roll.class_page(f"{problem.name}已经回答了：{problem.outcome}。")
        case Dealt() | Refused():
            return roll.class_page(str(problem))
    raise problem


@bp.post("/class/answer")
@entry.required
@on_page(again)
def take() -> Answer:
    """Take what is right: the child is here, on leave, or missing indeed."""
    if not who.sure():
        return roll.class_page(who.unsure(EXPIRED.replace("“提交”", "一样"))), 400
    db, person, typed = get_db(), entry.me(), request.form
    told = contradictions.answer_contradiction(
        db, person, typed.get("class", ""), typed.get("report", ""), typed.get("answer", ""),
        phone_of(person) or phone_said(db, person.actor),
    )  # fmt: skip
    flash(told)
    return redirect(url_for("roll.mine"), 303)
