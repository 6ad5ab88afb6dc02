"""The pages: start, a form for each kind, and its receipt. They work without JavaScript."""

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature

from forms import who
from forms.progress import proof
from forms.report import link
from forms.report.sheet import Sheet
from forms.teachers import entry
from forms.told import EXPIRED, progress_page, signer
from intake.errors import Invalid, KeyReused, Problem, Stale
from intake.kinds import KINDS
from intake.paper import qr
from intake.people import tries
from intake.places import gazetteer
from intake.reports import lookup, notice, progress, receipts
from intake.web import get_db, knocks, limits
from intake.web.assets import EMPTY
from intake.web.errors import on_page

bp = Blueprint("forms", __name__)

AGAIN = "还没有交上去。请再按一次“提交”。"
CHANGED = "这份登记刚刚有了变化，还没有交上去。您填的都还在，请再按一次“提交”。"
CROWD = "现在报的人很多。请等 {} 秒，再按一次“提交”。您填的都还在。"


def again(problem: Problem, kind: str) -> str:
    """Show the form again with all that was typed, and what keeps it from being taken."""
    sheet = Sheet.of(kind, request.form)
    match problem:
        case Invalid():
            return sheet.page(problem.errors)
        case KeyReused():
            return sheet.page(earlier=receipts.show_receipt(problem.receipt))
        case Stale():
            return sheet.page(alert=CHANGED)
    raise problem


@bp.get("/")
def start() -> Response:
    """Ask what happened. Who scanned a school's poster need not say which school it is."""
    school = request.args.get("school", "")
    if any(one.code == school for one in gazetteer.world(get_db()).places.schools()):
        session["school"] = school
    page = make_response(
        render_template(
            "forms/start.html",
            kinds=KINDS.values(),
            teacher=entry.teacher(),
            user=entry.user(),
            again=bool(proof.again()),
            by_wechat=_by_wechat(),
        )
    )
    return _kept(page, entry.user() is None and not who.linked_reporter())


@bp.get("/forms/<kind>")
def ask(kind: str) -> Response:
    """Show the form of a kind, with what is known filled in."""
    sheet = Sheet.new(kind)
    return _kept(make_response(sheet.page()), not sheet.private)


@bp.post("/forms/<kind>")
@on_page(again)
def take(kind: str) -> ResponseReturnValue:
    """Take a filled form: its read-back, its receipt, or the form again with all that was typed."""
    sheet = Sheet.of(kind, request.form)
    if (doubt := _doubt()) or request.form.get("step") == "edit":
        return sheet.page(alert=doubt), 400 if doubt else 200
    if wait := limits.waited(request.form.get("patience", "")) if limits.busy(request) else 0:
        return sheet.page(alert=CROWD.format(wait)), 429, {"Retry-After": str(wait)}
    if request.form.get("consent") == "refuse":
        notice.record(get_db(), sheet.who.reporter, agreed=False)
        return render_template("forms/declined.html", contact=notice.contact(get_db().settings))
    consent = sheet.consent()  # given is given, even where an answer has to be mended first
    answers = sheet.answers()
    if request.form.get("step") != "check":
        return _send(sheet, consent)
    link.save(kind, request.form)
    return sheet.read_back(answers)


@bp.get("/forms/receipt/<token>")
def receipt(token: str) -> str:
    """Show a receipt; only who sent the report has the address, which tells nothing about the child."""
    try:
        report = lookup.find_report(get_db(), signer().loads(token))
    except BadSignature:
        report = None
    if report is None:
        abort(404)
    home = get_db().settings.public or request.host_url.rstrip("/")
    where = url_for("status.ask", receipt=report.receipt)
    return progress_page(
        "forms/receipt.html", progress.progress_of(get_db(), report), token=token, code=qr.svg(home + where, "查进度的二维码"),
        word=receipts.show_word(lookup.word_of_report(get_db(), report)),
        photos=KINDS[report.kind].photos, staff=report.reporter.startswith("staff:"),
    )  # fmt: skip


def _send(sheet: Sheet, consent: str) -> ResponseReturnValue:
    """Put the report on the disk, then say so: to a person with the receipt, to a script with its address."""
    receipt = sheet.send(consent)
    if sheet.linked and sheet.all_seen:
        proof.note_own(receipt)
    knocks.remember(tries.account_of_receipt(get_db(), receipt), knocks.RECEIPTS)
    page = url_for(".receipt", token=signer().dumps(receipt))
    if request.headers.get(who.IDEMPOTENCY):
        return jsonify(page=page, told=f"已送达。回执号 {receipts.show_receipt(receipt)}"), 201
    return redirect(page, 303)


def _by_wechat() -> str:
    """Give the way in by WeChat, where the account may offer it and this is WeChat's browser."""
    offered = get_db().settings.wechat_oauth == "on" and "MicroMessenger" in request.user_agent.string
    return "/wechat/enter?next=/" if offered and not who.linked_reporter() else ""


def _doubt() -> str:
    """Say what keeps a page from being taken as it is; whoever presses again gets through."""
    if not who.sure():
        return who.unsure(EXPIRED)
    return AGAIN if limits.trapped(request.form) else ""


def _kept(page: Response, empty: bool) -> Response:
    """Let a browser keep a page that holds nothing private.

    An empty form comes back by 返回 as it was left, with the same idempotency key, and a second
    report by mistake is noticed.
    """
    if empty:
        page.headers["Cache-Control"] = EMPTY
    return page
