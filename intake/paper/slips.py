"""The sheet of slips for staff: A4, eight to a page, to be cut and handed over."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from intake.calendar import clock
from intake.fields import privacy
from intake.importing.staff import Slip
from intake.language import slip_codes
from intake.paper import printing, qr
from intake.people import bindings
from intake.settings import Settings
from intake.store import keys

MANY = 2
"""Classes that are named; a principal may have all of them."""


def write(path: Path, slips: Sequence[Slip], house: Settings, now: datetime) -> None:
    """Write the sheet into a file that only its owner reads."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys.write_private(path, sheet(slips, house, now))


def sheet(slips: Sequence[Slip], house: Settings, now: datetime, back: str = "") -> str:
    """Give the sheet as a page of its own, with a way back where it is shown at the desk."""
    address = f"{house.public}/forms/sign-in"
    until = clock.local(clock.stamp(now + bindings.TERM))
    return printing.page(
        "slips", slips=[_slip(one, address) for one in slips], address=address, desk=f"{house.public}/desk/",
        until=f"{until.month} 月 {until.day} 日", back=back,
    )  # fmt: skip


def usual(house: Settings, now: datetime) -> Path:
    """Give the place where a sheet goes if nobody says another."""
    return house.data / "exports" / f"slips-{clock.local(clock.stamp(now)):%Y%m%d-%H%M%S}.html"


def _slip(one: Slip, address: str) -> dict[str, Any]:
    titles = "、".join(one.classes[:MANY]) + (
        f"等 {len(one.classes)} 个班" if len(one.classes) > MANY else ""
    )
    # Behind # it stays in the phone: no server and no log ever sees it.
    code = Markup(qr.svg(f"{address}#code={one.code}", "登录二维码")) if one.code and not one.desk else ""  # nosec B704  # noqa: S704 - our own drawing
    return {
        "name": one.person.name, "school": one.school, "classes": titles, "qr": code, "desk": one.desk,
        "code": one.code, "shown": slip_codes.show_code(one.code), "password": one.password,
        "phone": privacy.mask_phone(one.person.login),
    }  # fmt: skip
