"""What this browser may see of a report: proved by three facts, or known to be its reporter's own."""

from datetime import timedelta

from flask import session
from itsdangerous import BadSignature

from forms import who
from forms.teachers import entry
from forms.told import signer
from intake.fields.privacy import Privacy
from intake.kinds.envelope import Envelope
from intake.reports import lookup, passes
from intake.reports.told_children import lasting_keys, typed_keys
from intake.web import get_db, visitors

TERM = timedelta(minutes=15)
"""How long a proof is remembered after the last step, so that the next one needs no typing."""
AGAIN = timedelta(minutes=30)
"""How long the next report is filled in with what the last one told of the child."""
_PROOF, _AGAIN, _OWN = "proof", "again", "own"


def remember(report: Envelope) -> None:
    """Remember that this browser may see a report. The cookie holds a pass, which names nothing."""
    session[_PROOF] = passes.issue_pass(get_db(), report.id, _PROOF, TERM)


def proved(token: str = "") -> Envelope | None:
    """Give the report that this browser has proved to know, or whose receipt's token it brings."""
    report = of_token(token) or _kept(_PROOF)
    if report:
        remember(report)
    return report


def of_token(token: str) -> Envelope | None:
    """Give the report of a receipt page's token, to the browser that sent it; to others it proves nothing."""
    try:
        report = lookup.find_report(get_db(), signer().loads(token)) if token else None
    except BadSignature:
        return None
    return report if report and own(report) else None


def own(report: Envelope) -> bool:
    """Tell whether a report was sent from this browser, or by the teacher or parent who sits at it.

    A link from the chat alone makes nobody its reporter. That takes having seen here all that was sent; or, of what was
    told in the chat alone, the reporter's telephone.
    """
    visitor, teacher = visitors.visitor(), entry.teacher()
    if visitor and report.reporter == visitor.reporter:
        kept = _kept(_OWN)
        told = visitor.proved and not typed_keys(get_db(), report)
        return told or (kept is not None and kept.id == report.id)
    return report.reporter in {who.reporter(), teacher.actor if teacher else who.reporter()}


def note_own(receipt: str) -> None:
    """Note that this browser has shown all of a report that a page ever shows."""
    if report := lookup.find_report(get_db(), receipt):
        session[_OWN] = passes.issue_pass(get_db(), report.id, _OWN, AGAIN)


def go_on(report: Envelope) -> None:
    """Let the next report begin with what this one told of the child and the phone."""
    session[_AGAIN] = passes.issue_pass(get_db(), report.id, _AGAIN, AGAIN)


def again() -> dict[str, str]:
    """Give what lasts from the report before, as a browser would type it; nothing unless that was asked for.

    Never what is sensitive. Who proved to know the report without being its reporter gets what is open,
    and the name they proved with: three facts open no phone number and no address.
    """
    report = _kept(_AGAIN)
    if report is None:
        return {}
    form = lookup.schema(get_db(), report.kind)
    levels = {Privacy.OPEN, Privacy.PERSONAL} if own(report) else {Privacy.OPEN}
    return {
        key: value
        for key, _, value in form.shown(lookup.answers_of(get_db(), report))
        if key in lasting_keys()
        and not form.field(key).tells_number
        and (form.field(key).asked.privacy in levels or key == "child_name")
    }


def _kept(name: str) -> Envelope | None:
    db = get_db()
    found = passes.read_pass(db, str(session.get(name, "")))
    return lookup.report_by_id(db, found.reporter) if found and found.kind == name else None
