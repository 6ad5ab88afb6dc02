"""Lists from files: sent, looked at, taken; the slips of a list of staff are shown once and kept nowhere."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from exports.desk.lists import preview
from exports.desk.lists.kept import file_to_keep
from exports.desk.lists.marked import marked
from exports.desk.lists.slips_page import slips_page
from exports.lists import sorts
from exports.lists.blank import blank_list
from exports.lists.listings import LIST_KINDS, sheets_of_list
from intake.calendar import clock
from intake.errors import Denied, Missing, Problem, Refused, Stale
from intake.importing import uploads
from intake.importing.outcome import Options, Outcome
from intake.importing.staff import Slip
from intake.language.cells import letters_of_column
from intake.language.patterns import regex
from intake.people.roles import LISTS
from intake.web import csrf, get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person, prove_lately

bp = Blueprint("lists", __name__, url_prefix="/desk/lists", template_folder="../templates")
importing = permitted(LISTS)
LARGEST = sorts.BIGGEST + 64 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AS_OF = "as_of"
"""Under which name the form of a register sends the day of which it tells."""
NEVER = "-"
"""The mark of a preview that nobody looked at: no list has it."""
_UNSAFE = regex(r'[\\/:*?"<>|\x00-\x1f\x7f]')
SHOWN = 100
"""Faults on the page; all of them stand in the file that goes back."""
CHANGED = "您看过以后，系统里的内容变了，所以没有导入。下面是新的结果，请再看一遍。"


class _TooLarge(Refused):
    """A file of more bytes than are read."""

    code = 413


def again(problem: Problem) -> str:
    """Show the form again with what was chosen, and what is wrong with the file."""
    if isinstance(problem, Refused):
        return _form(problem)
    raise problem


def again_one(problem: Problem, key: str) -> ResponseReturnValue:
    """Show what would change now, or why a file cannot be read."""
    if isinstance(problem, Stale):
        return _preview(key, CHANGED)
    if isinstance(problem, Refused) and problem.field == AS_OF:
        return _preview(key, wrong=str(problem))
    if isinstance(problem, Refused):
        upload = uploads.upload_of(get_db(), key, person(), *preview.purposes_of(person()))
        return render_template(
            "desk/list_unread.html", upload=upload, alert=str(problem), title=_title(upload.purpose)
        )
    raise problem


@bp.get("")
@importing
def page() -> str:
    """Ask for a file, and show those that are still here."""
    return _form()


@bp.post("")
@importing
@on_page(again)
def send() -> ResponseReturnValue:
    """Keep a file for a week, if it is one that can be read, and lead to what it would change."""
    request.max_content_length = LARGEST
    name, data = _file()
    csrf.protect()
    db, who, form = get_db(), person(), request.form
    purpose = form.get("purpose", "")
    if purpose not in preview.purposes_of(who):
        raise Refused("请选是哪一种名单。", "purpose") if purpose not in LIST_KINDS else Denied
    if not data:
        raise Refused("还没有选文件，请先选一个。", uploads.FIELD)
    school = preview.school_of(db, who, form.get("school", ""))
    sorts.sort_of(data)
    data = file_to_keep(db.settings, purpose, data)
    key = uploads.keep_upload(db, who, purpose, name, data, school.code if school else "")
    return redirect(url_for(".one", key=key), 303)


csrf.exempt(send)  # what a file may weigh is said before anything is read


@bp.get("/blank/<purpose>.xlsx")
@importing
def blank(purpose: str) -> Response:
    """Send an empty list to be filled in."""
    found = preview.purposes_of(person()).get(purpose)
    if found is None:
        raise Missing
    data = blank_list(found.title, found.columns(get_db().settings))
    return send_file(
        BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=f"{found.title}_模板.xlsx"
    )


@bp.get("/<key>")
@importing
@on_page(again_one)
def one(key: str) -> str:
    """Show what a file would change; nothing is changed yet."""
    return _preview(key)


@bp.post("/<key>")
@importing
@on_page(again_one)
def take(key: str) -> ResponseReturnValue:
    """Take a list as it was looked at."""
    db, who, form = get_db(), person(), request.form
    file = preview.list_file(db, who, key)
    prove_lately(f"list.{file.upload.purpose}")
    options = Options(
        skip_bad="skip_bad" in form, leave="leave" in form, by=who, confirmed=frozenset(form.getlist("confirmed")),
        seen=form.get("seen") or NEVER, whole=_whole(), as_of=_as_of(),
    )  # fmt: skip
    made: list[Slip] = []
    done = preview.take_list(db, file, options, made.extend)
    for sentence in _told(done):
        flash(sentence)
    back = url_for(".one", key=key, **_kept())
    return slips_page(made, back) if made and done.written else redirect(back, 303)


@bp.get("/<key>/marked")
@importing
@on_page(again_one)
def marked_file(key: str) -> Response:
    """Send the list back with its faults."""
    db, who = get_db(), person()
    file = preview.list_file(db, who, key)
    done = preview.preview_of(db, who, file)
    sheets = sheets_of_list(db.settings, file.upload.purpose, file.sheets)
    data, stem = marked(sheets, done.faults, done.heads), file.upload.name.rpartition(".")[0]
    name = f"{_UNSAFE.sub('_', stem)[:80] or '名单'}_标了错.xlsx"
    return send_file(BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)


@bp.post("/<key>/drop")
@importing
def drop(key: str) -> ResponseReturnValue:
    """Delete a file before its time."""
    db, who = get_db(), person()
    uploads.drop_upload(db, uploads.upload_of(db, key, who, *preview.purposes_of(who)), who)
    flash("文件已经删掉。已经导入的内容还在。")
    return redirect(url_for(".page"), 303)


def _form(problem: Refused | None = None) -> str:
    db, who = get_db(), person()
    offered = preview.purposes_of(who)
    kept = [
        (
            one,
            offered[one.purpose].title,
            f"{clock.local(one.at):%m-%d %H:%M}",
            f"{clock.local(one.expires):%m-%d}",
        )
        for one in uploads.uploads_of(db, who, *offered)
    ]
    field = (problem.field or uploads.FIELD) if problem else ""
    return render_template(
        "desk/lists.html", purposes=offered, kept=kept, schools=[] if who.school else preview.schools_of(db, who),
        columns={key: one.labels(db.settings) for key, one in offered.items()},
        field=field, error=str(problem) if problem else "", most=sorts.BIGGEST // 1024 // 1024, days=uploads.TERM.days,
        typed={} if problem is None or isinstance(problem, _TooLarge) else request.form,
    )  # fmt: skip


def _preview(key: str, alert: str = "", wrong: str = "") -> str:
    db, who = get_db(), person()
    file = preview.list_file(db, who, key)
    done, upload, whole = preview.preview_of(db, who, file, whole=_whole()), file.upload, _whole()
    return render_template(
        "desk/list.html", upload=upload, title=_title(upload.purpose), kind=LIST_KINDS[upload.purpose],
        school=file.school, done=done, alert=alert, whole=whole, today=db.today(), wrong=wrong,
        of_day=request.form.get(AS_OF, ""),
        faults=[(one, letters_of_column(one.column) if one.column >= 0 else "") for one in done.faults[:SHOWN]],
        more=max(len(done.faults) - SHOWN, 0), doubts=done.doubts[:SHOWN], hidden=max(len(done.doubts) - SHOWN, 0),
        notes=[*done.skipped, *(one for one in done.notes if one not in done.left)],
        leaving=[one for one in done.leaving if one.case] + [one for one in done.leaving if not one.case][:SHOWN],
        rows=done.new + done.changed + done.same, at=f"{clock.local(upload.at):%m-%d %H:%M}",
        expires=f"{clock.local(upload.expires):%m-%d}",
    )  # fmt: skip


def _whole() -> bool:
    """Tell whether a register was said to tell of all there is."""
    return "whole" in request.values


def _kept() -> dict[str, Any]:
    return {"whole": "1"} if _whole() else {}


def _as_of() -> date | None:
    """Read of which day a register tells. Raises Refused."""
    said = request.form.get(AS_OF, "")
    try:
        day = date.fromisoformat(said) if said else None
    except ValueError:
        raise Refused("名单是哪天的，没有看懂。请重新选日子。", AS_OF) from None
    if day and day > get_db().today():
        raise Refused("名单是哪天的，请选今天以前的日子。", AS_OF)
    return day


def _file() -> tuple[str, bytes]:
    """Give name and bytes of what was sent. Raises _TooLarge."""
    try:
        sent = request.files.get(uploads.FIELD)
    except RequestEntityTooLarge:
        raise _TooLarge(sorts.LARGE, uploads.FIELD) from None
    return (sent.filename or "", sent.read(sorts.BIGGEST + 1)) if sent else ("", b"")


def _told(done: Outcome) -> list[str]:
    """Say what became of a list."""
    if not done.written:
        return [f"有 {done.bad} 行要改，什么都没有导入。改好了再传；或者勾选跳过这些行。"]
    counts = f"新增 {done.new}，更新 {done.changed}，没有变化 {done.same}"
    skipped = f"，跳过 {done.bad}" if done.bad else ""
    return [f"导入好了：{counts}{skipped}。", *done.left]


def _title(purpose: str) -> str:
    return LIST_KINDS[purpose].title
