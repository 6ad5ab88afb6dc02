"""What a cadre writes down about a child of the village on a phone: a visit, what came of a difference between lists."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from forms import who
from forms.cases import dated
from forms.teachers import entry
from forms.told import EXPIRED, Answer, written_down
from intake.children.access import child_seen
from intake.children.children import Child
from intake.children.facts import by_staff
from intake.children.facts.fact_kinds import fact_kind
from intake.errors import Invalid, Problem, Refused
from intake.kinds.form import Form
from intake.places import gazetteer
from intake.school.differences import looking
from intake.school.differences.looking import LookedInto
from intake.web import get_db, questions
from intake.web.errors import on_page

VISIT, LOOKED_INTO = "记走访", "写核对结果"

bp = Blueprint("village", __name__, url_prefix="/forms/village")
writing = entry.needs("child.visit")


def again_visit(problem: Problem, child_id: str) -> str:
    """Show the visit again with all that was typed, and what is wrong at its field."""
    return _visit(child_id, request.form, _errors(problem))


def again_looked_into(problem: Problem, difference_id: str) -> str:
    """Show what was found again with all that was typed, and what is wrong at its field."""
    if isinstance(problem, Refused):
        return _looked_into(difference_id, request.form, alert=str(problem))
    return _looked_into(difference_id, request.form, _errors(problem))


@bp.get("/visit/<child_id>")
@writing
def visit(child_id: str) -> str:
    """Ask about a visit."""
    return _visit(child_id, MultiDict({"day": "今天", "visitors": entry.me().name}))


@bp.post("/visit/<child_id>")
@writing
@on_page(again_visit)
def visited(child_id: str) -> Answer:
    """Note a visit."""
    if not who.sure():
        return _visit(child_id, request.form, alert=who.unsure(EXPIRED)), 400
    db, me = get_db(), entry.me()
    child = child_seen(db, me, child_id)
    by_staff.add_fact(
        db, child, "visit", _answers(fact_kind("visit", gazetteer.world(db))), me, looking.CHANNEL
    )
    return written_down(url_for("cases.mine"), VISIT)


@bp.get("/difference/<difference_id>")
@writing
def looked_into(difference_id: str) -> str:
    """Ask what came of a difference."""
    return _looked_into(difference_id, MultiDict({"finished_on": "今天"}))


@bp.post("/difference/<difference_id>")
@writing
@on_page(again_looked_into)
def noted(difference_id: str) -> Answer:
    """Close a difference with what was found."""
    if not who.sure():
        return _looked_into(difference_id, request.form, alert=who.unsure(EXPIRED)), 400
    db, me = get_db(), entry.me()
    looking.note_looked_into(db, me, difference_id, _answers(LookedInto(gazetteer.world(db))))
    return written_down(url_for("cases.mine"), LOOKED_INTO)


def _visit(
    child_id: str, typed: questions.Typed, errors: questions.Errors | None = None, *, alert: str = ""
) -> str:
    db = get_db()
    child = child_seen(db, entry.me(), child_id)
    return _page(VISIT, child, "", fact_kind("visit", gazetteer.world(db)), typed, errors, alert)


def _looked_into(
    difference_id: str, typed: questions.Typed, errors: questions.Errors | None = None, *, alert: str = ""
) -> str:
    db = get_db()
    one, child = looking.difference_of(db, entry.me(), difference_id)
    about = f"{one.problem}：{one.advice}"
    return _page(LOOKED_INTO, child, about, LookedInto(gazetteer.world(db)), typed, errors, alert)


def _page(
    title: str, child: Child, about: str, form: Form, typed: questions.Typed, errors: questions.Errors | None, alert: str
) -> str:  # fmt: skip
    wrong = dict(errors or {})
    asked = questions.in_order(form, typed, wrong, questions.TEACHER)
    return render_template(
        "forms/village.html", title=title, child=child, about=about, asked=asked, errors=wrong, alert=alert, form=form,
        me=entry.me(), key=request.form.get("idempotency_key") or secrets.token_urlsafe(24),
        place=gazetteer.world(get_db()).places.name(child.village),
    )  # fmt: skip


def _answers(form: Form) -> dict[str, Any]:
    return dated.dated_answers(form, request.form, dated.noted_on(request.form, get_db().today()))


def _errors(problem: Problem) -> Mapping[str, Sequence[str]]:
    if isinstance(problem, Invalid):
        return problem.errors
    raise problem
