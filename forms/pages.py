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
    session,
    url_for,
)
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from intake import notice, progress, receipts, reports, tries
from intake.db import Database
from intake.kinds import KINDS, Invalid, Report
from intake.web import csrf, get_db, questions

bp = Blueprint("forms", __name__, template_folder="templates")

EXPIRED = "这一页放得太久了，内容还没有交上去。您填的都还在，请再按一次“提交”。"
CHOOSE = "请先看告知，再选“同意”或“不同意”。"
NOT_FOUND = "没有查到。请核对回执号、电话后四位和孩子姓名，三样都对才能查到。"
TOO_MANY = "试的次数太多了，请过 15 分钟再查，或者打电话问学校。"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")

Answer = str | BaseResponse | tuple[str, int] | tuple[str, int, Mapping[str, str]]


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
    if not _fresh():
        return _page(form, typed, alert=EXPIRED), 400
    if typed.get("consent") == "refuse":
        notice.record(db, _reporter(), agreed=False)
        return render_template("forms/declined.html", contact=notice.contact(db.settings))
    said = questions.raw(form, typed)
    consent = _consent(db, typed)
    if not consent:
        return _page(form, typed, {"consent": [CHOOSE], **_errors(form, said)}), 422
    try:
        received = reports.receive(
            db, kind, said, channel="form", reporter=_reporter(), key=_key(typed), consent=consent
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
    return _told("forms/receipt.html", progress.of(report))


@bp.get("/forms/status")
def status() -> str:
    """Ask for the receipt and the proof."""
    return render_template("forms/status.html", typed=request.args)


@bp.post("/forms/status")
def show_status() -> Answer:
    """Tell how things stand, to whoever knows the phone's last four digits and the child's name."""
    typed = request.form
    if not _fresh():
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
    return _told("forms/progress.html", found)


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
        agreed=notice.standing(db, _reporter()),
    )


def _told(template: str, found: progress.Progress) -> str:
    """Tell how a report stands; what was promised at the start is told until somebody has begun."""
    waiting = found.status == KINDS[found.kind].opening
    return render_template(template, found=found, groups=receipts.show(found.receipt), waiting=waiting)


def _errors(form: Report, said: Mapping[str, object]) -> Mapping[str, Sequence[str]]:
    """Look at the answers although consent is missing, so that everything is said at once."""
    try:
        form.accept(said, "form")
    except Invalid as error:
        return error.errors
    return {}


def _consent(db: Database, typed: questions.Typed) -> str:
    """Give the mark of the consent that stands or is given now, or nothing."""
    standing = notice.standing(db, _reporter())
    if not standing and typed.get("consent") == "agree":
        return notice.record(db, _reporter(), agreed=True)
    return standing


def _reporter() -> str:
    """Give this browser's random id; it names nobody, and is gone when the browser is closed."""
    if "reporter" not in session:
        session["reporter"] = f"web:{secrets.token_hex(16)}"
    return str(session["reporter"])


def _key_typed(typed: questions.Typed) -> str:
    key = typed.get("idempotency_key", "")
    return key if _KEY.fullmatch(key) else ""


def _key(typed: questions.Typed) -> str | None:
    key = _key_typed(typed)
    return f"form:{key}" if key else None


def _fresh() -> bool:
    """Check the CSRF token here rather than before the view, which can then keep what was typed."""
    try:
        csrf.protect()
    except CSRFError:
        return False
    return True


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="forms.receipt")
