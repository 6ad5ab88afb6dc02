"""The pages of the ledgers: what there is, one on the screen, the same as a workbook, and the set of the day."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from exports.books import book
from exports.books.making import made_of
from exports.desk import files
from exports.desk.ledgers import asked, ready, sheet
from exports.desk.ledgers.asked import LedgerAsked, asked_of
from exports.desk.moments import when
from intake import ledgers
from intake.cases.told import inbox
from intake.errors import Missing, Problem, Refused
from intake.ledgers.shelf import kept, orders
from intake.ledgers.wanted import choosing, cutoff, extents, sight
from intake.ledgers.wanted.choosing import PAGE, chosen_ledger, page_of_ledger
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.roles import LISTS
from intake.reports.looking import reasons
from intake.school.differences.comparing import compare_all, last_comparison
from intake.school.differences.difference import SHEETS
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person, prove_lately, proved_lately

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGE = 3000
"""Rows from which on a workbook takes longer than anybody should wait for a page."""
NEVER = "还没有"

bp = Blueprint("ledgers", __name__, url_prefix="/desk/ledgers", template_folder="../templates")
reading, fetching = permitted(sight.READS), permitted(sight.DOWNLOADS)


def again(problem: Problem, key: str = sight.WORK) -> str:
    """Show the ledger again with what was typed, and what is wrong at its field."""
    if isinstance(problem, Refused) and problem.field:
        found = asked_of(get_db(), person(), key, request.args, plain=True)
        return _sheet(found, {problem.field: str(problem)})
    raise problem


@bp.get("")
@reading
def page() -> str:
    """List the ledgers that one may read, and what lies ready today."""
    db, who = get_db(), person()
    extent = extents.extent_of(db, accounts.scope_of(db, who))
    inbox.mark_ready_read(db, who)
    return render_template(
        "desk/ledgers.html",
        ledgers=_shelf(who),
        extent=extent,
        set=ready.set_of(db, who, extent),
        below=ready.sets_below(db, who, extent),
        progress=ready.progress_of_day(db),
        hour=db.settings.workbook_hour,
        first=extents.FIRST,
        today=db.today(),
        fetches=accounts.may(who, sight.DOWNLOADS, who.area),
    )


def _shelf(who: Person) -> list[tuple[str, str, str, str]]:
    """Give of every ledger that one may read its key, title, what counts as a row, and when one last fetched it."""
    db = get_db()
    made = kept.workbooks_by(db, who)
    return [
        (one.key, title_of(one), one.counted, _last(made, one.key)) for one in sight.ledgers_seen(db, who)
    ]


@bp.post("/set")
@fetching
def remake() -> ResponseReturnValue:
    """Have today's set of one's place made again, of an officer those of towns and schools as well where she asks."""
    db, who = get_db(), person()
    scope = accounts.scope_of(db, who)
    places = [extents.extent_of(db, scope)]
    if "below" in request.form:
        places += [one for one in orders.set_places(db) if ready.covers(db, who, one) and one not in places]
    if ready.offered(db, who):
        number = orders.order_set(db, places, who)
        flash(f"开始做 {number} 份表，做好了会出现在这里。")
    return redirect(url_for(".page"), 303)


@bp.get("/<key>")
@reading
@on_page(again)
def sheet_page(key: str) -> str:
    """Show the rows of a ledger that somebody asks for."""
    found = asked_of(get_db(), person(), key, request.args)
    return _sheet(found if proved_lately(sight.CALLS) else found.masked(), {})


@bp.post("/<key>")
@reading
def seek(key: str) -> ResponseReturnValue:
    """Lead to the rows that somebody asks for; what was typed stands closed in their address."""
    return redirect(
        url_for(".sheet_page", key=key, **asked.address_of(get_db(), person(), request.form)), 303
    )


@bp.post("/work/look")
@permitted(sight.CALLS)
@on_page(again)
def look() -> ResponseReturnValue:
    """Say why one calls the families of one's own cases; once a day, on record."""
    said = request.form
    sight.note_reason(get_db(), person(), said.get("why", ""), said.get("words", ""))
    return redirect(url_for(".sheet_page", key=sight.WORK), 303)


@bp.get("/<key>/download")
@fetching
@on_page(again)
def download(key: str) -> ResponseReturnValue:
    """Send a workbook of exactly the rows that somebody sees."""
    db, who = get_db(), person()
    found = asked_of(db, who, key, request.args)
    if found.view.owner:
        prove_lately(sight.CALLS)
    with TemporaryDirectory(prefix=".export.", dir=db.settings.data) as folder:
        done = book.write_extent(db, _sheets(found), found.extent, found.view, Path(folder), actor=who.actor)
        data = done.path.read_bytes()
    made = made_of(key, done)
    kept.note_workbook(db, who, key, found.extent, found.period, made)
    return _sent(data, made.name)


@bp.post("/<key>/compare")
@permitted(LISTS)
@on_page(again)
def compare_now(key: str) -> ResponseReturnValue:
    """Compare all lists now, whichever sheet that is asked on: they are read once, and one problem may end in another sheet."""
    sight.ledger_seen(get_db(), person(), key)
    if key not in SHEETS:
        raise Missing
    done = compare_all(get_db(), person().actor)[key]
    flash(
        f"核对好了：新的 {done.new} 条，还在的 {done.same} 条，已经消除的 {done.gone} 条。"
        f"另外 {len(SHEETS) - 1} 张比对的表也一起核对了。"
    )
    return redirect(url_for(".sheet_page", key=key), 303)


@bp.post("/<key>/order")
@fetching
@on_page(again)
def order(key: str) -> ResponseReturnValue:
    """Have a workbook made that is too large to be waited for."""
    db, who = get_db(), person()
    found = asked_of(db, who, key, request.args)
    orders.order_workbook(db, sight.book_of(key), found.extent, found.period, who)
    flash("这张表很大，后台正在做，做好了在本页下面下载。")
    return redirect(url_for(".sheet_page", key=key, **found.args), 303)


@bp.get("/files/<workbook>")
@fetching
@on_page(files.closed)
def fetch(workbook: str) -> ResponseReturnValue:
    """Send a workbook that lies ready; who fetched it is on record."""
    db, who = get_db(), person()
    found = kept.workbook_seen(db, who, workbook)
    return _sent(kept.fetch_workbook(db, who, found), found.name)


def _sheet(found: LedgerAsked, errors: dict[str, str]) -> str:
    db, who = get_db(), person()
    rows = page_of_ledger(db, found.ledger, found.view, found.choice, found.page)
    if found.choice.word and request.method == "GET":
        choosing.note_search(db, who, rows.total)
    key, scope = found.ledger.key, accounts.scope_of(db, who)
    typed = {**found.said, **(asked.days_typed(request.args) if errors else {})}
    calls = sight.may_call(who, key) and found.extent == extents.extent_of(db, scope)
    return render_template(
        "desk/ledger.html",
        asked=found,
        title=title_of(found.ledger),
        key=key,
        typed=typed,
        total=rows.total,
        sheet=sheet.sheet_of(found, rows, opens=accounts.may(who, "case.read", who.area)),
        pages=-(-rows.total // PAGE),
        per_page=PAGE,
        tabs=_tabs(found),
        titles=[(one.key, title_of(one)) for one in sight.ledgers_seen(db, who)],
        places=asked.place_options(db, scope, found.extent),
        chosen=asked.chosen_places(found),
        periods=asked.period_options(db, typed["when"]),
        days=extents.period_words(found.period),
        cut_off=f"{cutoff.last_change(db, found.view.scope, db.here()):%Y-%m-%d %H:%M}",
        errors=errors,
        fetches=accounts.may(who, sight.DOWNLOADS, who.area),
        large=rows.total > LARGE and found.choice.plain,
        calls=calls,
        calling=bool(found.view.owner),
        reasons=reasons.WHY,
        made=_made(found),
        waits=_waits(found),
        returns=_opens("returns.page") and any(one.filled_by for one in found.ledger.columns()),
        fulls=_opens("fulls.page"),
        owed=key in SHEETS,
        compares=key in SHEETS and accounts.may(who, LISTS, who.area),
        compared=when(at, db.now()) if key in SHEETS and (at := last_comparison(db, key)) else "",
    )  # fmt: skip


def title_of(one: ledgers.Ledger) -> str:
    """Give what a ledger is called beside the others: those of the daily workbook by their sheet."""
    return one.title if sight.book_of(one.key) in ledgers.LEDGERS else f"日报：{one.tab or one.title}"


def _sheets(found: LedgerAsked) -> list[ledgers.Ledger]:
    """Give what goes into the workbook: all of its sheets, or the one alone of which some rows are chosen."""
    if found.choice.plain and sight.book_of(found.ledger.key) == found.ledger.key:
        return ledgers.ledgers_of_book(get_db(), found.ledger.key)
    return [chosen_ledger(found.ledger, found.choice)]


def _tabs(found: LedgerAsked) -> list[tuple[str, str, bool]]:
    """Give the sheets of the workbook, each with its address, and whether it is the one that is shown."""
    every = ledgers.ledgers_of_book(get_db(), sight.book_of(found.ledger.key))
    args = found.but(sort="", down="", q="")
    return [
        (one.tab or one.title, url_for(".sheet_page", key=one.key, **args), one.key == found.ledger.key)
        for one in every
    ]


def _made(found: LedgerAsked) -> list[ready.ReadyBook]:
    """Give the workbooks of this ledger that lie ready: of the place, and those made for oneself alone."""
    db, who = get_db(), person()
    book_key = sight.book_of(found.ledger.key)
    lying = (
        kept.workbooks_of_place(db, found.extent, book_key, 5) if ready.covers(db, who, found.extent) else []
    )
    return ready.ready_books(db, [*kept.workbooks_for(db, who, book_key), *lying])


def _waits(found: LedgerAsked) -> int:
    return orders.number_waiting(get_db(), person(), sight.book_of(found.ledger.key))


def _last(made: dict[str, kept.Workbook], key: str) -> str:
    return when(made[key].made_at, get_db().now()) if key in made else NEVER


def _opens(endpoint: str) -> bool:
    may_open = current_app.jinja_env.globals["may_open"]
    return endpoint in current_app.view_functions and bool(may_open(endpoint))  # type: ignore[operator]


def _sent(data: bytes, name: str) -> Response:
    response = send_file(BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
