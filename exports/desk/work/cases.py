"""The work list: what somebody wants to see of the cases, a page of it, and many assigned at once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.work.shown import shown_cases
from intake.cases.folders import assigning, piles, worklist
from intake.cases.folders.assigning import Handed
from intake.cases.folders.filters import (
    DECIDE,
    DOUBTED,
    ENDED,
    GROUPS,
    ME,
    NOBODY,
    OTHERS,
    OWED,
    STAGES,
    Filter,
    hour_of,
)
from intake.cases.folders.worklist import PAGE
from intake.cases.rulebook import states
from intake.errors import Problem, Refused
from intake.people import accounts, sought
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

CHANNEL = "desk"
KNOWN: Mapping[str, Sequence[str]] = {
    "kind": tuple(states.KINDS), "state": (*GROUPS, *states.STATES, ENDED), "due": STAGES,
    "owed": (DECIDE, OTHERS, DOUBTED, *OWED),
}  # fmt: skip
"""What a filter can be; anything else in an address is left out."""
WAITING = {
    DECIDE: "等我审核",
    OTHERS: "等别人",
    DOUBTED: "同一地址报来的，待核实",
    **{key: title for key, (title, _) in OWED.items()},
}
LONGEST = 60
"""Characters of what is searched for, as the field takes them."""
FARTHEST = 10_000
"""Rows that are turned to; who wants to see more filters."""

bp = Blueprint("worklist", __name__, url_prefix="/desk/cases", template_folder="../templates")
reading = permitted("case.read")


def again(problem: Problem) -> str:
    """Show the list again with what was ticked and chosen, and what is wrong with it."""
    if isinstance(problem, Refused):
        return _page(wanted_of(), fault=str(problem))
    raise problem


@bp.get("")
@reading
def page() -> str:
    """List the cases that somebody wants to see."""
    return _page(wanted_of())


@bp.post("")
@reading
def seek() -> ResponseReturnValue:
    """Lead to the list of what somebody wants to see; what was typed stands closed in its address."""
    return redirect(url_for(".page", **asked_for(wanted_of(request.form))), 303)


@bp.post("/assign")
@permitted("case.assign")
@on_page(again)
def assign() -> ResponseReturnValue:
    """Give the ticked cases to somebody; say which could not be given, and why."""
    db, said = get_db(), request.form
    owner = person().id if "mine" in said else said.get("owner", "")
    handed = assigning.assign_cases(
        db, person(), _ticked(), owner, said.get("words", "").strip(), channel=CHANNEL
    )
    if handed.left:
        return _page(wanted_of(), handed=handed), 409
    name = "您自己" if owner == person().id else accounts.name_of(db, owner)
    flash(f"已分派 {handed.done} 件给{name}。")
    return redirect(url_for(".page", **asked_for(wanted_of()), p=_number("p")), 303)


def wanted_of(raw: Mapping[str, str] | None = None) -> Filter:
    """Take what somebody wants to see, from the address or a form; what is no such thing is left out."""
    given = request.args if raw is None else raw
    said = {key: given.get(key, "").strip() for key in asdict(Filter())}
    said["q"] = sought.words_sought(get_db(), person(), said["q"])[:LONGEST]
    for key, values in KNOWN.items():
        said[key] = said[key] if said[key] in values else ""
    return Filter(**said)


def asked_for(wanted: Filter) -> dict[str, Any]:
    """Give what stands in an address for what somebody wants to see."""
    said = {key: value for key, value in asdict(wanted).items() if value}
    return said | ({"q": sought.closed_words(get_db(), person(), wanted.q)} if wanted.q else {})


def address_of(**wanted: str) -> str:
    """Give where the rows of a number are listed."""
    return url_for("worklist.page", **asked_for(Filter(**wanted)))


def title_of(wanted: Filter, who: Person, owners: Sequence[Person]) -> list[tuple[str, str]]:
    """Name the filters that are on, each with its key, in the words of the page."""
    places = gazetteer.world(get_db()).places
    owner = {ME: "我的", NOBODY: "无人负责"}.get(wanted.owner, "") or next(
        (one.name for one in owners if one.id == wanted.owner), "某位同事"
    )
    words = {
        "kind": states.KINDS.get(wanted.kind, ""), "state": wanted.state, "town": _town(wanted.town),
        "school": places.name(wanted.school) or wanted.school, "owner": owner, "due": wanted.due,
        "owed": WAITING.get(wanted.owed, ""), "q": "查找的",
    }  # fmt: skip
    return [(key, words[key]) for key in asked_for(wanted)]


def _page(wanted: Filter, *, fault: str = "", handed: Handed | None = None) -> str:
    db, who, at = get_db(), person(), hour_of(get_db())
    worklist.refuse_guesses(db, who, wanted.q)
    heaps = piles.piles_of(db, who, at)
    number = (
        piles.number_in(heaps, wanted)
        if piles.in_piles(wanted)
        else worklist.number_of_cases(db, who, wanted, at)
    )
    skip = min(max(_number("p") - 1, 0) * PAGE, FARTHEST)
    listed = worklist.listed_cases(db, who, wanted, at, skip=skip)
    if wanted.q and request.method == "GET":
        worklist.note_search(db, who, number, wanted.q)
    owners = assigning.assignees(db, who)
    return render_template(
        "desk/cases.html",
        rows=shown_cases(db, listed, at, worklist.standings_of(db, listed)),
        wanted=wanted,
        args=asked_for(wanted),
        named=title_of(wanted, who, owners),
        number=number,
        first=skip + 1,
        page=skip // PAGE + 1,
        pages=-(-min(number, FARTHEST) // PAGE),
        views=_views(heaps, wanted, who),
        choices=_choices(who, owners),
        owners=[(one.id, f"{one.name}（{assigning.role_title(one)}）") for one in owners],
        ticked=set(handed.left if handed else _ticked()),
        without=without,
        fault=fault,
        handed=handed,
        assigns=accounts.may(who, "case.assign", who.area),
        opens=accounts.may(who, "case.open", who.area),
    )


def _views(heaps: Sequence[piles.Pile], wanted: Filter, who: Person) -> list[tuple[str, int, str, bool]]:
    """Give the filters that are often wanted, with their numbers."""
    often = [("未办结", Filter()), ("我的", Filter(owner=ME)), ("逾期", Filter(due=STAGES[0])),
             ("快到期", Filter(due=STAGES[1])), ("新来的", Filter(state="新来")), ("无人负责", Filter(owner=NOBODY)),
             ("等别人", Filter(owed=OTHERS))]  # fmt: skip
    if accounts.may(who, "case.approve", who.area):
        often.append((WAITING[DECIDE], Filter(owed=DECIDE)))
    return [
        (words, piles.number_in(heaps, one), url_for(".page", **asked_for(one)), one == wanted)
        for words, one in often
    ]


def _choices(who: Person, owners: Sequence[Person]) -> dict[str, list[tuple[str, str]]]:
    db = get_db()
    places, scope = gazetteer.world(db).places, accounts.scope_of(db, who)
    towns = [one for one in places.towns() if one.code.startswith(scope.area)]
    schools = [
        one for one in places.schools() if one.town.startswith(scope.area) and scope.school in ("", one.code)
    ]
    kinds = [key for key in states.KINDS if scope.kinds is None or key in scope.kinds]
    return {
        "kind": [(key, states.KINDS[key]) for key in kinds],
        "state": [(one, one) for one in (*GROUPS, ENDED)] + [(one, one) for one in states.STATES if one not in GROUPS],
        "town": [(one.code, one.name) for one in towns],
        "school": [(one.code, one.name) for one in schools],
        "owner": [(ME, "我"), (NOBODY, "无人负责")] + [(one.id, one.name) for one in owners if one.id != who.id],
        "due": [(one, one) for one in STAGES],
        "owed": [*WAITING.items()],
    }  # fmt: skip


def _ticked() -> dict[str, int]:
    """Give the ticked cases with the versions that were seen."""
    found = {}
    for one in request.form.getlist("case"):
        number, _, version = one.partition(":")
        if not (version.isascii() and version.isdecimal() and len(version) < 9):
            abort(400)
        found[number] = int(version)
    return found


def _number(key: str) -> int:
    return max(request.args.get(key, 1, int), 1)


def _town(code: str) -> str:
    db = get_db()
    return "不知道镇街" if code == db.settings.district_code else gazetteer.world(db).places.name(code)


def without(wanted: Filter, key: str) -> dict[str, Any]:
    """Give what stands in an address without one of its filters."""
    return asked_for(replace(wanted, **{key: ""}))
