"""The list of accounts, one account, and what becomes of it: new, changed, ended, a code to come in by."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.calendar import clock
from intake.cases import owners
from intake.cases.told import guarding
from intake.errors import Problem, Refused, Stale
from intake.language import slip_codes
from intake.people import accounts, bindings, listing, slots
from intake.people.listing import Staffer
from intake.people.roles import KINDS, ROLES
from intake.places import gazetteer
from intake.places.places import Place
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

bp = Blueprint("people", __name__, url_prefix="/desk/people", template_folder="../templates")
looking = permitted("slot.edit")
managing = permitted("account.manage")
CHANGED = "这个账号刚刚有人改过，请看了再改。您填的还在。"
OF_SCHOOL = ("principal", "teacher")


class _Typed(NamedTuple):
    """What a form of an account holds."""

    name: str = ""
    login: str = ""
    role: str = ""
    area: str = ""
    school: str = ""
    kinds: Sequence[str] = ()

    @classmethod
    def sent(cls) -> "_Typed":
        """Take it from the request; what a role has no use for is left out."""
        form = request.form
        role, school, kinds = form.get("role", ""), form.get("school", ""), form.getlist("kinds")
        one = ROLES.get(role)
        in_charge = one is not None and one.kinds and role != "bureau"
        return cls(
            form.get("name", ""), form.get("login", ""), role, form.get("area", ""),
            school if role in OF_SCHOOL else "", kinds if in_charge else (),
        )  # fmt: skip

    @classmethod
    def of(cls, one: Staffer) -> "_Typed":
        """Take it from an account as it stands."""
        who = one.person
        return cls(who.name, who.login, who.role, who.area, who.school, sorted(who.kinds or ()))


def again(problem: Problem, staff: str = "") -> str:
    """Show the form again with what was typed: what is wrong at its field, what has changed above it."""
    match problem:
        case Stale():
            return account_page(staff, _Typed.sent(), alert=CHANGED)
        case Refused(field=""):
            return (
                account_page(staff, alert=str(problem)) if staff else _new(_Typed.sent(), alert=str(problem))
            )
        case Refused():
            told = {"field": problem.field, "error": str(problem)}
            return account_page(staff, _Typed.sent(), **told) if staff else _new(_Typed.sent(), **told)
    raise problem


@bp.get("")
@looking
def page() -> str:
    """List the accounts of one's area."""
    said, role = request.args.get("q", "")[:40], request.args.get("role", "")
    at = max(request.args.get("page", 1, type=int), 1)
    found, total = listing.find_staff(get_db(), person(), said, role, at)
    return render_template(
        "desk/people.html", found=[(one, _day(one.seen)) for one in found], total=total, said=said, role=role, roles=ROLES,
        at=at, last=max(-(-total // listing.PAGE), 1),
    )  # fmt: skip


@bp.get("/new")
@managing
def ask() -> str:
    """Ask who is new."""
    return _new(_Typed(area=person().area))


@bp.post("")
@managing
@on_page(again)
def add() -> ResponseReturnValue:
    """Add an account; the way in is a code, which its page gives."""
    made = listing.enter(get_db(), person(), **_Typed.sent()._asdict())
    flash("账号建好了。请发一个登录码给本人。")
    return redirect(url_for(".account", staff=made), 303)


@bp.get("/<staff>")
@looking
def account(staff: str) -> str:
    """Show one account."""
    return account_page(staff)


@bp.post("/<staff>")
@managing
@on_page(again)
def change(staff: str) -> ResponseReturnValue:
    """Change an account."""
    typed = _Typed.sent()._asdict()
    del typed["login"]
    done = listing.change(get_db(), person(), staff, request.form.get("seen", ""), **typed)
    flash("改好了。" if done else "没有变化。")
    return redirect(url_for(".account", staff=staff), 303)


@bp.post("/<staff>/end")
@managing
@on_page(again)
def end(staff: str) -> ResponseReturnValue:
    """End an account, at once on all devices."""
    listing.end(get_db(), person(), staff)
    flash("已停用：登录、手机、登录码、微信、班级和包保都已经断开。")
    return redirect(url_for(".account", staff=staff), 303)


@bp.post("/<staff>/resume")
@managing
def resume(staff: str) -> ResponseReturnValue:
    """Let an account be one again."""
    listing.resume(get_db(), person(), staff)
    flash("已恢复。请发一个登录码给本人，班级和包保要重新设。")
    return redirect(url_for(".account", staff=staff), 303)


@bp.post("/<staff>/code")
@managing
@on_page(again)
def code(staff: str) -> ResponseReturnValue:
    """Show a new code, once."""
    return account_page(staff, code=listing.give_code(get_db(), person(), staff)), 200


@bp.post("/<staff>/sign-out")
@managing
def sign_out(staff: str) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    gone = listing.send_away(get_db(), person(), staff)
    flash(f"已退出 {gone} 台手机和电脑。")
    return redirect(url_for(".account", staff=staff), 303)


@bp.post("/<staff>/factor")
@managing
@on_page(again)
def factor(staff: str) -> ResponseReturnValue:
    """Take somebody's lost second factor away, and tell them."""
    db = get_db()
    with db.write():
        if found := listing.take_factor(db, person(), staff):
            guarding.tell_factor_gone(db, found)
    flash("二次验证已取消，本人的电脑和手机都已退出。" if found else "本来就没有二次验证。")
    return redirect(url_for(".account", staff=staff), 303)


@bp.post("/<staff>/unlock")
@managing
def unlock(staff: str) -> ResponseReturnValue:
    """Forget the wrong tries at an account, from wherever they came."""
    gone = listing.unlock(get_db(), person(), staff)
    flash(
        f"已解除：忘掉了 {gone} 次试错，本人现在就能再试。" if gone else "没有试错要解除，本人现在就能登录。"
    )
    return redirect(url_for(".account", staff=staff), 303)


def _new(typed: _Typed, alert: str = "", field: str = "", error: str = "") -> str:
    return render_template(
        "desk/person_new.html", typed=typed, alert=alert, field=field, error=error, **_choices()
    )


def account_page(
    staff: str, typed: _Typed | None = None, *, alert: str = "", field: str = "", error: str = "", code: str = ""
) -> str:  # fmt: skip
    """Show one account: with what was typed, what is wrong with it, a code that was just given. Raises Missing."""
    db = get_db()
    one = listing.staffer(db, person(), staff)
    free = [each for each in slots.slots_open(db, one.person) if each not in one.held] if one.active else []
    return render_template(
        "desk/person.html", one=one, typed=typed or _Typed.of(one), seen=listing.mark(db, staff), seen_at=_day(one.seen),
        means=listing.ways_in(db, staff), code=slip_codes.show_code(code) if code else "", days=bindings.TERM.days,
        desk=accounts.at_desk(one.person), phone=accounts.on_phone(one.person), free=free, alert=alert, field=field,
        error=error, mine=staff == person().id, address=db.settings.public, left=owners.left_without(db, staff),
        taught=bindings.classes_taught(db, staff),
        kinds_of=[title for key, title in KINDS.items() if key in (one.person.kinds or ())], **_choices(),
    )  # fmt: skip


def _choices() -> dict[str, Any]:
    """Give what a form of an account offers: roles, areas and schools of one's own area, kinds."""
    places, mine = gazetteer.world(get_db()).places, person().area
    house = get_db().settings

    def within(found: Sequence[Place]) -> list[tuple[str, str]]:
        return [(one.code, places.full_name(one.code)) for one in found if one.code.startswith(mine)]

    return {
        "roles": ROLES,
        "kinds": KINDS,
        "districts": [(house.district_code, house.district_name)] if house.district_code == mine else [],
        "towns": within(places.towns()),
        "villages": within(places.villages()),
        "schools": [(one.code, one.name) for one in places.schools() if one.town.startswith(mine)],
    }


def _day(stamp: str) -> str:
    return f"{clock.local(stamp):%Y-%m-%d}" if stamp else ""
