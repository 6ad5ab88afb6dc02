"""The pages of 收表: send a workbook, look at what it would change, do it, fetch what was refused, take it back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.moments import when
from exports.desk.returns import refused, shown
from exports.lists import returned
from intake.errors import Problem, Refused
from intake.importing import uploads
from intake.importing.uploads import Upload
from intake.ledgers.returning import history, undoing
from intake.ledgers.returning.applying import ReturnedFile
from intake.web import csrf, get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

PURPOSE = "return"
LARGEST = uploads.CAP + 1024 * 1024
"""Bytes of a form that are read at all: a file too large is refused at its place."""
NOTHING = "没有变化：这张表里的内容和系统里一样，或者都要先改好。"
DONE = "办好了。{} 行已经记下，7 天内可以撤回。"
UNDONE = "撤回了 {} 处。"
KEPT = "有 {} 处没有撤回，原因写在下面。"

bp = Blueprint("returns", __name__, url_prefix="/desk/returns", template_folder="../templates")
returning = permitted("list.return")


def again(problem: Problem, *_: str, **__: str) -> str:
    """Show the door again with what is wrong with the file."""
    if isinstance(problem, Refused):
        return _door(str(problem))
    raise problem


def again_made(problem: Problem, key: str) -> str:
    """Show a return again with what is wrong."""
    if isinstance(problem, Refused):
        return _made(key, str(problem))
    raise problem


@bp.get("")
@returning
def page() -> str:
    """Show where a workbook is sent, and what came before."""
    return _door()


@bp.post("")
@returning
@on_page(again)
def send() -> ResponseReturnValue:
    """Take a workbook in, and go on to what it would change; one that cannot be read is not kept."""
    request.max_content_length = LARGEST
    csrf.protect()
    sent = request.files.get(uploads.FIELD)
    data = sent.read(uploads.CAP + 1) if sent else b""
    if 0 < len(data) <= uploads.CAP:
        returned.refuse_file(get_db(), data)
    key = uploads.keep_upload(get_db(), person(), PURPOSE, (sent.filename if sent else "") or "", data)
    return redirect(url_for(".plan", upload=key), 303)


csrf.exempt(send)  # what a file may weigh is said before anything is read


@bp.get("/<upload>")
@returning
@on_page(again)
def plan(upload: str) -> str:
    """Show what a workbook would change; nothing is changed by looking."""
    db, who = get_db(), person()
    file = _upload(upload)
    found = returned.plan_file(db, who, uploads.data_of(db, file))
    return render_template("desk/return_plan.html", file=file, at=when(file.at, db.now()),
                           **shown.preview_of(db, found))  # fmt: skip


@bp.post("/<upload>/apply")
@returning
@on_page(again)
def apply(upload: str) -> ResponseReturnValue:
    """Do what a workbook says; what was chosen of new rows comes with the form."""
    db, file = get_db(), _upload(upload)
    sent = ReturnedFile(file.name, uploads.data_of(db, file), file.id)
    key, found = returned.apply_file(db, person(), sent, request.form.to_dict())
    if not key:
        flash(NOTHING)
        return redirect(url_for(".plan", upload=upload), 303)
    flash(DONE.format(len(shown.taken_rows(found))))
    return redirect(url_for(".made", key=key), 303)


@bp.get("/<upload>/refused.xlsx")
@returning
@on_page(again)
def back(upload: str) -> ResponseReturnValue:
    """Send the rows that are not taken, with what is wrong with each, as the same workbook."""
    db, file = get_db(), _upload(upload)
    return refused.refused_book(db, person(), returned.plan_file(db, person(), uploads.data_of(db, file)))


@bp.post("/<upload>/drop")
@returning
def drop(upload: str) -> ResponseReturnValue:
    """Throw a workbook away."""
    uploads.drop_upload(get_db(), _upload(upload), person())
    flash("文件删掉了，什么都没有改。")
    return redirect(url_for(".page"), 303)


@bp.get("/made/<key>")
@returning
def made(key: str) -> str:
    """Show what a workbook has changed."""
    return _made(key)


@bp.post("/made/<key>/undo")
@returning
@on_page(again_made)
def undo(key: str) -> ResponseReturnValue:
    """Take back what is chosen of a return; what was changed since stays."""
    db, who = get_db(), person()
    found = history.return_of(db, key, who)
    every = [one.id for one in history.changes_of(db, key)] if "all" in request.form else []
    done = undoing.undo_changes(db, who, found, every or request.form.getlist("change"))
    kept = [one for one in done if one.why_not]
    flash(UNDONE.format(len(done) - len(kept)) + (KEPT.format(len(kept)) if kept else ""))
    for one in kept:
        flash(f"{one.change.number} {one.change.label}：{one.why_not}")
    return redirect(url_for(".made", key=key), 303)


def _upload(key: str) -> Upload:
    return uploads.upload_of(get_db(), key, person(), PURPOSE)


def _door(fault: str = "") -> str:
    db, who = get_db(), person()
    returns = history.returns_of(db, who)
    done = {one.upload for one in returns}
    return render_template(
        "desk/returns.html",
        fault=fault,
        field=uploads.FIELD,
        most=uploads.CAP // 1024 // 1024,
        files=[(one, when(one.at, db.now()), one.id in done) for one in uploads.uploads_of(db, who, PURPOSE)],
        returns=[(one, when(one.at, db.now()), shown.titles(db, one.ledgers)) for one in returns],
    )


def _made(key: str, fault: str = "") -> str:
    db, who = get_db(), person()
    found, changes = history.return_of(db, key, who), history.changes_of(db, key)
    return render_template(
        "desk/return_made.html",
        found=found,
        at=when(found.at, db.now()),
        titles=shown.titles(db, found.ledgers),
        changes=changes[: shown.MOST],
        more=len(changes) - shown.MOST,
        fault=fault,
        kept=found.upload in {one.id for one in uploads.uploads_of(db, who, PURPOSE)},
    )
