"""What several pages of the phone side tell alike."""

from collections.abc import Mapping

from flask import current_app, render_template
from itsdangerous import URLSafeSerializer
from werkzeug.wrappers import Response

from intake.kinds import KINDS
from intake.kinds.form import CONFIDED
from intake.reports import receipts
from intake.reports.progress import Progress

EXPIRED = "这一页放得太久了，内容还没有交上去。您填的都还在，请再按一次“提交”。"
Answer = str | Response | tuple[str, int] | tuple[str, int, Mapping[str, str]]


def progress_page(template: str, found: Progress, **more: object) -> str:
    """Tell how a report stands; what was promised at the start is told until somebody has begun."""
    return render_template(
        template,
        found=found,
        groups=receipts.show_receipt(found.receipt),
        waiting=found.waiting,
        confided=CONFIDED,
        urgent="" if found.state.ended else KINDS[found.kind].urgent,
        **more,
    )


def signer() -> URLSafeSerializer:
    """Give what signs the receipts in the addresses of their pages; such an address tells nothing about the child."""
    return URLSafeSerializer(str(current_app.secret_key), salt="forms.receipt")
