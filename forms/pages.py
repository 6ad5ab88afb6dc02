"""The pages: start, a form for each kind, its receipt, and progress. They work without JavaScript."""

import re
import secrets
from collections.abc import Mapping, Sequence

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from forms import who
from forms.told import EXPIRED, Answer, told
from intake import notice, progress, receipts, reports
from intake.db import Database
from intake.kinds import KINDS, Invalid, Report
from intake.web import get_db, questions

bp = Blueprint("forms", __name__, template_folder="templates")

CHOOSE = "请先看告知，再选“同意”或“不同意”。"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@bp.get("/")
def start() -> str:
    """Ask what happened."""
    return render_template("forms/start.html", kinds=KINDS.values())


@bp.get("/forms/<kind>")
def ask(kind: str) -> Response:
    """Show the empty form of a kind."""
    page = make_response(_page(_form(kind), MultiDict()))
    # An empty form holds nothing private. Kept by the browser, it comes back by 返回 as it was left,
    # with the same idempotency key, and a second report by mistake is noticed.
    page.headers["Cache-Control"] = "private, no-cache"
    return page


@bp.post("/forms/<kind>")
def take(kind: str) -> Answer:
    """Take a filled form: its receipt, or the form again with all that was typed."""
    form, db, typed = _form(kind), get_db(), request.form
    if not who.sure():
        return _page(form, typed, alert=EXPIRED), 400
    if typed.get("consent") == "refuse":
        notice.record(db, who.reporter(), agreed=False)
        return render_template("forms/declined.html", contact=notice.contact(db.settings))
    said = questions.raw(form, typed)
    consent = _consent(db, typed)
    if not consent:
        return _page(form, typed, {"consent": [CHOOSE], **_errors(form, said)}), 422
    try:
        received = reports.receive(
            db, kind, said, channel="form", reporter=who.reporter(), key=_key(typed), consent=consent
        )
    except Invalid as error:
        return _page(form, typed, error.errors), 422
    except reports.KeyReused as error:
        return _page(form, typed, earlier=receipts.show(error.receipt)), 409
    return redirect(url_for(".receipt", token=_signer().dumps(received.receipt)), 303)


@bp.get("/forms/receipt/<token>")
def receipt(token: str) -> str:
    """Show a receipt; only who sent the report has the address, which tells nothing about the child."""
    try:
        report = reports.find(get_db(), _signer().loads(token))
    except BadSignature:
        report = None
    if report is None:
        abort(404)
    return told("forms/receipt.html", progress.of(report))


def _form(kind: str) -> Report:
    if kind not in KINDS:
        abort(404)
    return reports.schema(get_db(), kind)


def _page(
    form: Report,
    typed: questions.Typed,
    errors: Mapping[str, Sequence[str]] | None = None,
    *,
    alert: str = "",
    earlier: str = "",
) -> str:
    """Render a form; `earlier` is the receipt for which its key was used up, so it gets a new one."""
    db = get_db()
    return render_template(
        "forms/form.html",
        form=form,
        groups=questions.groups(form, typed, errors or {}),
        suggestions=questions.suggestions(form),
        typed=typed,
        errors=errors or {},
        alert=alert,
        earlier=earlier,
        key=(not earlier and _key_typed(typed)) or secrets.token_urlsafe(24),
        notice=notice.paragraphs(db.settings),
        agreed=notice.standing(db, who.reporter()),
    )


def _errors(form: Report, said: Mapping[str, object]) -> Mapping[str, Sequence[str]]:
    """Look at the answers although consent is missing, so that everything is said at once."""
    try:
        form.accept(said, "form")
    except Invalid as error:
        return error.errors
    return {}


def _consent(db: Database, typed: questions.Typed) -> str:
    """Give the mark of the consent that stands or is given now, or nothing."""
    standing = notice.standing(db, who.reporter())
    if not standing and typed.get("consent") == "agree":
        return notice.record(db, who.reporter(), agreed=True)
    return standing


def _key_typed(typed: questions.Typed) -> str:
    key = typed.get("idempotency_key", "")
    return key if _KEY.fullmatch(key) else ""


def _key(typed: questions.Typed) -> str | None:
    key = _key_typed(typed)
    return f"form:{key}" if key else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="forms.receipt")
