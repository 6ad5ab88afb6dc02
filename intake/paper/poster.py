"""A school's poster: the QR codes of its form and of the account, what one can say, and that nothing costs money."""

from base64 import b64encode

from markupsafe import Markup

from intake.kinds import KINDS
from intake.messages import media
from intake.paper import printing, qr
from intake.places.places import Place
from intake.settings import Settings


def page(house: Settings, school: Place, account: bytes = b"") -> str:
    """Give the poster as a page of its own; `account` is the picture of the account's code, where there is one."""
    picture = f"data:{media.sniff(account)};base64,{b64encode(account).decode()}" if account else ""
    return printing.page(
        "poster",
        school=school.name,
        form=Markup(qr.svg(f"{house.public}/?school={school.code}", "填写二维码")),  # nosec B704  # noqa: S704 - our own drawing
        account=picture,
        matters=[(kind.title, kind.about) for kind in KINDS.values()],
        phone=house.contact_phone,
        bureau=f"{house.district_name}{house.bureau}",
    )
