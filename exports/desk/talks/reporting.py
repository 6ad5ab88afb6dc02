"""What staff make of what a parent said in the chat, a report or a matter: the form of a kind, the words beside it."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from exports.desk.moments import when
from exports.desk.talks.pages import answering, reporter_of, told_first
from intake.cases.case import may_see
from intake.cases.rulebook.matters import LONGEST
from intake.cases.rulebook.states import MATTER
from intake.errors import Dealt, Invalid, KeyReused, Problem
from intake.kinds import KINDS
from intake.kinds.form import Form
from intake.reports import door, lookup, notice, receipts
from intake.store.db import Database
from intake.talks import alarms, half_said, matters, talks, triage
from intake.talks.half_said import TypedHalf
from intake.web import get_db, questions
from intake.web.errors import on_page
from intake.web.signin import person

CHANNEL = "wechat"
BESIDE = 6
"""Messages shown beside the form where none is open any more."""
SORTED = "转好了，个案编号 {}。"
TO_CALL = "微信现在发不过去，已转成要打的电话。"
FEW = "这是投诉，已经交给教育局的安全负责人，您这里看不到。"
ONCE_MORE = "如果还要另外登记一份，请核对后再提交。"

bp = Blueprint("reporting", __name__, url_prefix="/desk/talks", template_folder="../templates")


def again(problem: Problem, thread: str, kind: str) -> str:
    """Show the form again with what was typed: what is wrong at its field, who was first above it."""
    match problem:
        case Invalid():
            return _page(thread, _form(kind), request.form, problem.errors)
        case KeyReused():
            first = f"这些话已经做成登记了，回执号 {receipts.show_receipt(problem.receipt)}。"
        case Dealt():
            first = told_first(problem)
        case _:
            raise problem
    return _page(thread, _form(kind), request.form, alert=first + ONCE_MORE)


@bp.get("/<thread>/report/<kind>")
@answering
def ask(thread: str, kind: str) -> str:
    """Show the form of a kind, with what is half-said in it; what the parent said stands beside it, or in a matter's."""
    if kind == MATTER:
        return _page(thread, _form(kind), MultiDict({"words": _waiting(thread)}))
    return _page(thread, _form(kind), MultiDict(_half(thread, kind).typed))


@bp.post("/<thread>/report/<kind>")
@answering
@on_page(again)
def take(thread: str, kind: str) -> ResponseReturnValue:
    """Take the form: the parent's report, its receipt sent to them, the thread done, all or nothing."""
    form, db, typed, reporter = _form(kind), get_db(), request.form, reporter_of(thread)
    seen = typed.get("seen", "")
    if form.kind == MATTER:
        return _sorted(form, typed, reporter, seen)
    receipt, taken = _report(db, form, typed, reporter, thread, seen)
    sent = "已发给家长" if taken else "微信现在发不过去，已转成要打的电话"
    flash(f"登记好了，回执号 {receipts.show_receipt(receipt)}，{sent}。")
    return redirect(url_for("talks.page"), 303)


def _sorted(form: Form, typed: questions.Typed, reporter: str, seen: str) -> ResponseReturnValue:
    """Make a matter of what waits; whoever may not see it afterwards goes back to the list."""
    db = get_db()
    case, taken = matters.sort_thread(db, reporter, questions.raw(form, typed), person(), seen)
    flash(SORTED.format(case.number) + ("" if taken else TO_CALL if reporter else ""))
    if not may_see(db, person(), case):
        flash(FEW)
        return redirect(url_for("talks.page"), 303)
    return redirect(url_for("case.page", number=case.number), 303)


def _report(
    db: Database, form: Form, typed: questions.Typed, reporter: str, thread: str, seen: str
) -> tuple[str, bool]:
    half = _half(thread, form.kind)
    said = {key: value for key, value in questions.raw(form, typed).items() if value}
    with db.write():
        received = door.receive(
            db,
            form.kind,
            {**half.kept, **said},
            channel=CHANNEL,
            reporter=reporter,
            key=f"triage:{seen or thread}",
            consent=notice.standing(db, reporter),
            confidential=half.confidential and KINDS[form.kind].confides,
        )
        taken = triage.reported(db, reporter, person(), seen, received.receipt)
        half_said.finish_half_said(db, reporter, form.kind, received.receipt)
        if form.urgent:
            alarms.tie(db, reporter, received.id, received.receipt)
        return received.receipt, taken


def _half(thread: str, kind: str) -> TypedHalf:
    return half_said.typed_half(get_db(), reporter_of(thread), kind, person())


def _waiting(thread: str) -> str:
    """Give the words that wait for an answer, or the last ones of who stopped half-way, as far as they fit."""
    db, reporter = get_db(), reporter_of(thread)
    said = [
        one for one in talks.lines_of_thread(db, reporter, person()) if one.by == talks.PARENT and one.text
    ]
    waits = [one for one in said if one.why]
    if not waits and half_said.half_said_of(db, reporter, person()):
        waits = said[-BESIDE:]
    return "\n".join(one.text for one in waits)[:LONGEST]


def _form(kind: str) -> Form:
    if kind == MATTER:
        return matters.form_of_matter(get_db())
    if kind not in KINDS:
        abort(404)
    return lookup.schema(get_db(), kind)


def _page(
    thread: str,
    form: Form,
    typed: questions.Typed,
    errors: Mapping[str, Sequence[str]] | None = None,
    alert: str = "",
) -> str:
    db, reporter = get_db(), reporter_of(thread)
    # What the person has seen stays what it was, unless they were told of something newer.
    seen = typed["seen"] if "seen" in typed and not alert else triage.mark(db, reporter)
    said = [one for one in talks.lines_of_thread(db, reporter, person()) if one.by == talks.PARENT]
    now = db.now()
    return render_template(
        "desk/talk_report.html",
        thread=thread,
        form=form,
        doing="转为诉求" if form.kind == MATTER else f"做成登记：{form.title}",
        said=[(one, when(one.at, now)) for one in [one for one in said if one.why] or said[-BESIDE:]],
        groups=questions.groups(form, typed, errors or {}, CHANNEL, staff=True),
        unseen=[
            form.answers()[key].asked.label for key in _half(thread, form.kind).kept if key in form.answers()
        ],
        suggestions=questions.suggestions(form),
        errors=errors or {},
        alert=alert,
        seen=seen,
    )
