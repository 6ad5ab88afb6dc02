"""What several pages of the phone side tell alike."""

from collections.abc import Mapping

from flask import current_app, flash, jsonify, redirect, render_template, request
from itsdangerous import URLSafeSerializer
from werkzeug.wrappers import Response

from intake.kinds import KINDS
from intake.kinds.form import CONFIDED
from intake.reports import receipts
from intake.reports.progress import Progress

EXPIRED = "这一页放得太久了，内容还没有交上去。您填的都还在，请再按一次“提交”。"
IDEMPOTENCY, WATCHED = "Idempotency-Key", "X-Watched"
"""Headers of scripts: the key of what is sent, and that somebody waits for the answer."""
Answer = str | Response | tuple[str, int] | tuple[str, int, Mapping[str, str]]


def arrived(page: str, told: str) -> Answer:
    """Lead a browser to the page that shows what was taken; a script gets the way there, and the words."""
    if not request.headers.get(IDEMPOTENCY):
        return redirect(page, 303)
    answer = jsonify(page=page, told=told)
    answer.status_code = 201
    return answer


def written_down(page: str, title: str, more: str = "") -> Answer:
    """Lead to the page that says it was taken; of what a script sends later, with nobody looking, the script tells."""
    if not request.headers.get(IDEMPOTENCY) or request.headers.get(WATCHED):
        flash(f"{title}，已经报上去了。{more}")
    return arrived(page, f"已送达：{title}。{more}".removesuffix("。"))


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
