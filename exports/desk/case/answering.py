"""An answer to the family from the page of its case."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.case import talk
from exports.desk.case.page import DEALT, CaseReply, render
from intake.cases import case as cases
from intake.errors import Dealt, Missing, Problem, Refused
from intake.talks import triage
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

EMPTY = "还没有写回复，请写几个字。"

bp = Blueprint("answering", __name__, url_prefix="/desk/cases", template_folder="../templates")


def again(problem: Problem, number: str) -> ResponseReturnValue:
    """Show the case again with the answer that was typed."""
    match problem:
        case Dealt():
            alert = DEALT.format(problem.name or "同事")
        case Refused():
            alert = str(problem)
        case _:
            raise problem
    return render(number, CaseReply(typed=request.form, alert=alert, talk=True)), problem.code, {}


@bp.post("/<number>/answer")
@permitted("talk.answer", whole=True)
@on_page(again)
def answer(number: str) -> ResponseReturnValue:
    """Answer the family; what WeChat does not take becomes a telephone call."""
    db, who, said = get_db(), person(), request.form
    case = cases.case_seen(db, who, number)
    text = said.get("text", "").replace("\r\n", "\n").strip()
    reporter = next(
        (one for one in talk.reporters_of(db, case, who) if triage.thread_id(db, one) == said.get("thread")),
        "",
    )
    if not reporter:
        raise Missing
    if not text:
        raise Refused(EMPTY)
    if len(text) > triage.LONGEST:
        raise Refused(triage.TOO_LONG)
    taken = triage.answer(db, reporter, text, who, said.get("seen", ""))
    flash("已经回复，马上发到家长的微信。" if taken else "回复记下了，但微信现在发不过去，已转成要打的电话。")
    return redirect(url_for("case.page", number=number, talk=1, _anchor="talk"), 303)
