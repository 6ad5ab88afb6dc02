"""Two files that somebody knows to be one child's: put together with a preview, and parted again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.children.matches import DEALT, previews_of, where_words
from exports.desk.children.sides import sides_of
from intake.children.access import child_seen
from intake.children.children import Child
from intake.children.matching.described import described_child
from intake.errors import Dealt, Missing, Problem, Refused, Stale
from intake.language.patterns import regex
from intake.reports.whose import merging
from intake.reports.whose.merging import DECIDE
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

MERGED = "合并好了。旧档案的地址通到这一份。"
PARTED = "分开了，各是各的档案。"
_ID = regex(r"[0-9a-f-]{36}")

bp = Blueprint("merges", __name__, url_prefix="/desk/matches", template_folder="../templates")
deciding = permitted(DECIDE)


def again(problem: Problem) -> str:
    """Show both files again with what was typed, and why they were not put together."""
    if isinstance(problem, Refused | Stale):
        return _page(str(problem))
    raise problem


@bp.get("/pair")
@deciding
def page() -> str:
    """Show two files beside each other, and what would go over."""
    return _page()


@bp.post("/pair")
@deciding
@on_page(again)
def merge() -> ResponseReturnValue:
    """Let one file go into the other."""
    one, other = _both()
    kept, gone = (other, one) if request.form.get("keep") == other.id else (one, other)
    words = request.form.get("words", "").strip()[:200]
    merging.merge_children(get_db(), kept, gone, person(), words=words)
    flash(MERGED)
    return redirect(url_for("child.page", child_id=kept.id), 303)


def again_parted(problem: Problem, child_id: str, merge_id: str) -> ResponseReturnValue:
    """Go back to the file that stays, and say why it was not parted, or who was first."""
    match problem:
        case Dealt():
            flash(DEALT.format(problem.name or "同事"))
        case Refused() | Stale():
            flash(str(problem))
        case _:
            raise problem
    return redirect(url_for("child.page", child_id=child_id), 303)


@bp.post("/merges/<child_id>/<merge_id>/undo")
@deciding
@on_page(again_parted)
def part(child_id: str, merge_id: str) -> ResponseReturnValue:
    """Part two files again."""
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    if merge_id not in {one.id for one in merging.merges_of_child(db, child)}:
        raise Missing
    merging.undo_merge(db, merge_id, who)
    flash(PARTED)
    return redirect(url_for("child.page", child_id=child.id), 303)


def _both() -> tuple[Child, Child]:
    """Give the two files that are meant; the second one by its id, or by the address of its page."""
    db, said = get_db(), request.values
    found = _ID.search(said.get("other", "").rpartition("children/")[2].lower())
    return child_seen(db, person(), said.get("one", "")), child_seen(db, person(), found[0] if found else "")


def _page(fault: str = "") -> str:
    db, (one, other) = get_db(), _both()
    return render_template(
        "desk/pair.html",
        one=one,
        other=other,
        left=f"档案：{where_words(one)}",
        right=f"档案：{where_words(other)}",
        lines=sides_of(db, described_child(db, one), described_child(db, other)),
        previews=previews_of(one, other) if one.id != other.id else [],
        words=request.form.get("words", ""),
        keep=request.form.get("keep", ""),
        fault=fault,
    )
