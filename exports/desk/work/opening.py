"""A case opened by hand, in two steps: who knows the child already, then the form of its kind."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from exports.desk.work.shown import UNKNOWN, masked, short_class, shown_cases
from intake.cases.case import Case, may_see
from intake.cases.folders import sought, worklist
from intake.cases.folders.filters import hour_of
from intake.cases.folders.sought import Known
from intake.cases.rulebook import states
from intake.children.access import child_seen
from intake.errors import Invalid, KeyReused, Problem, Refused
from intake.kinds import KINDS
from intake.kinds.form import Form
from intake.people import accounts
from intake.places import gazetteer
from intake.reports import by_hand, lookup, receipts
from intake.talks import matters
from intake.web import get_db, questions
from intake.web.errors import on_page
from intake.web.signin import permitted, person

NAMELESS = "请写孩子的姓名。"
LONGEST = 30
MINE = "开好了。请先联系家里，再在这里记下来。"
GIVEN = "开好了，已经交给教育局的安全负责人，您这里看不到。"

bp = Blueprint("opening", __name__, url_prefix="/desk/cases/new", template_folder="../templates")
opening = permitted("case.open")


def again_search(problem: Problem) -> str:
    """Show the search again with what was typed, and what is wrong with it."""
    if isinstance(problem, Refused):
        return _search_page(fault=str(problem))
    raise problem


def again(problem: Problem, kind: str) -> str:
    """Show the form again with what was typed: what is wrong at its field."""
    match problem:
        case Invalid():
            return _form_page(_form(kind), request.form, errors=problem.errors)
        case KeyReused():
            words = f"这份已经登记过了，回执号 {receipts.show_receipt(problem.receipt)}。要另开一个，请改好再按一次。"
            return _form_page(_form(kind), request.form, alert=words)
    raise problem


@bp.get("")
@opening
def page() -> str:
    """Ask which child it is about."""
    return _search_page()


@bp.post("")
@opening
@on_page(again_search)
def search() -> str:
    """Show who knows the child already, and go on from there."""
    db, name = get_db(), request.form.get("child_name", "").strip()
    if not name or len(name) > LONGEST:
        raise Refused(NAMELESS, "child_name")
    number = request.form.get("number", "").strip()
    worklist.refuse_guesses(db, person(), number)
    found = sought.known_of(db, person(), name, number)
    worklist.note_search(db, person(), len(found.cases), "" if found.found else number)
    return _search_page(found)


@bp.post("/child")
@opening
def of_child() -> str:
    """Go on from a child's file: what may have happened to it, and the cases it has."""
    db, who = get_db(), person()
    child = child_seen(db, who, request.form.get("child", ""))
    found = sought.known_inside(db, who, child.name)
    return _search_page(replace(found, children=[child]), name=child.name)


@bp.post("/<kind>")
@opening
@on_page(again)
def take(kind: str) -> ResponseReturnValue:
    """Show the form of a kind with what is known of the child; take it when it comes back."""
    form, db, said = _form(kind), get_db(), request.form
    if "ask" in said:
        return _form_page(form, _filled_in(form))
    case = _opened(form, kind)
    if not may_see(db, person(), case):
        flash(GIVEN)
        return redirect(url_for("worklist.page"), 303)
    flash(MINE)
    return redirect(f"/desk/cases/{case.number}", 303)


def _opened(form: Form, kind: str) -> Case:
    db, said = get_db(), request.form
    raw, key, child = (
        questions.raw(form, said, by_hand.CHANNEL), said.get("idempotency_key", ""), said.get("child", "")
    )  # fmt: skip
    if kind == states.MATTER:
        return matters.open_by_hand(db, person(), raw, key=key, child=child)
    return by_hand.open_case(db, person(), kind, raw, key=key, child=child)


def _form(kind: str) -> Form:
    scope = accounts.scope_of(get_db(), person())
    if kind not in (*KINDS, states.MATTER) or (scope.kinds is not None and kind not in scope.kinds):
        abort(404)
    if kind == states.MATTER:
        return matters.form_of_matter(get_db())
    return lookup.schema(get_db(), kind)


def _filled_in(form: Form) -> MultiDict[str, str]:
    """Give what is known before the first question: the name that was sought, or what the roll says of the child."""
    child = by_hand.child_seen(get_db(), person(), request.form.get("child", ""))
    typed = MultiDict({"child_name": request.form.get("child_name", "")})
    if child:
        facts = {**child.facts, "sex": child.sex, "birth_date": child.birth_date}
        asked = {key: one for key, one in facts.items() if one and key in form.answers()}
        typed = MultiDict({key: value for key, _, value in form.shown(asked)} | {"child": child.id})
    return typed


def _search_page(found: Known | None = None, fault: str = "", name: str = "") -> str:
    db, at = get_db(), hour_of(get_db())
    scope, places = accounts.scope_of(db, person()), gazetteer.world(db).places
    kinds = [
        (key, states.KINDS[key])
        for key in (*KINDS, states.MATTER)
        if scope.kinds is None or key in scope.kinds
    ]
    return render_template(
        "desk/opening.html",
        found=found,
        cases=shown_cases(db, found.cases, at) if found else (),
        children=[
            (one.id, masked(one.name), places.name(one.school) or UNKNOWN, short_class(one.title))
            for one in (found.children if found else ())
        ],
        schools=[places.name(one) or "不知道哪所学校" for one in (found.schools if found else ())],
        kinds=kinds,
        name=name or request.form.get("child_name", ""),
        number=request.form.get("number", ""),
        fault=fault,
        daily=sought.DAILY,
    )


def _form_page(
    form: Form,
    typed: questions.Typed,
    *,
    errors: Mapping[str, Sequence[str]] | None = None,
    alert: str = "",
) -> str:
    key = "" if alert else typed.get("idempotency_key", "")
    return render_template(
        "desk/opening_form.html",
        form=form,
        groups=questions.groups(form, typed, errors or {}, by_hand.CHANNEL, staff=True),
        suggestions=questions.suggestions(form),
        errors=errors or {},
        alert=alert,
        child=typed.get("child", ""),
        key=key or secrets.token_urlsafe(24),
    )
