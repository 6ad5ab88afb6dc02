"""Corrections from a page: only what is typed changes; what it was is shown masked, and read back before it is done."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import render_template
from werkzeug.datastructures import MultiDict

from intake.errors import Unreadable
from intake.kinds import Report
from intake.kinds.envelope import Envelope
from intake.reports import lookup, progress
from intake.reports.lookup import Opened
from intake.reports.mending import correcting
from intake.web import get_db, questions
from intake.web.questions import Group, Question, Typed

_OURS = ("csrf_token", "receipt", "version", "step")
_PACKED = "corrections.typed"
Change = tuple[str, str, str]
"""Label, what it was, and what it shall be."""


def page(
    report: Envelope, typed: Typed, *, errors: Mapping[str, Sequence[str]] | None = None, alert: str = ""
) -> str:
    """Ask every question of the kind, with what was typed, and with what it is now as the hint."""
    form = lookup.schema(get_db(), report.kind)
    known, wrong = lookup.open_report(get_db(), report), errors or {}
    asked = questions.groups(form, typed, wrong)
    return render_template(
        "forms/correct.html",
        form=form,
        report=report,
        groups=[_optional(group, form, known) for group in asked],
        edition=correcting.edition_of(get_db(), report),
        suggestions=questions.suggestions(form),
        errors=wrong,
        alert=alert,
    )


def read(report: Envelope, typed: Typed) -> tuple[dict[str, Any], list[Change]]:
    """Give what was said, by key, and what it puts in the place of what: the same again like anything else. Raises Invalid."""
    form = lookup.schema(get_db(), report.kind)
    said = form.said(questions.raw(form, typed))
    known = lookup.open_report(get_db(), report)
    told = correcting.read_correction(form, known.answers, said, report.channel)
    gone = form.irrelevant({**known.answers, **told}) & known.answers.keys()
    changes = [
        (
            one.asked.called,
            _told(form, key, known) or "没有填",
            "不要了" if key in gone else form.field(key).told(told[key]),
        )
        for key, one in form.answers().items()
        if key in told or key in gone
    ]
    return said, changes


def read_back(report: Envelope, typed: Typed, changes: Sequence[Change]) -> str:
    """Show what will change, and carry what was typed to the confirmation."""
    return render_template(
        "forms/corrected.html",
        report=report,
        changes=changes,
        carried=_carried(typed),
        title=lookup.schema(get_db(), report.kind).title,
        edition=correcting.edition_of(get_db(), report),
    )


def pack(typed: Typed) -> str:
    """Close up what was typed, to be carried through a page that somebody else might be looking at."""
    return get_db().keys.lock(json.dumps(list(typed.items(multi=True)), ensure_ascii=False), _PACKED)


def unpack(packed: str, report: Envelope) -> MultiDict[str, str]:
    """Give back what was packed for this report, or nothing."""
    try:
        typed = MultiDict[str, str](
            (str(name), str(value)) for name, value in json.loads(get_db().keys.unlock(packed, _PACKED))
        )
    except (Unreadable, ValueError, TypeError):
        return MultiDict()
    return typed if typed.get("receipt") == report.receipt else MultiDict()


def _carried(typed: Typed) -> list[tuple[str, str]]:
    return [(name, value) for name, value in typed.items(multi=True) if name not in _OURS and value]


def _told(form: Report, key: str, known: Opened) -> str:
    """Say what an answer is now, nothing where there is none."""
    if key in known.unopened:
        return progress.UNOPENED
    return progress.masked_answer(form, key, known.answers) if key in known.answers else ""


def _optional(group: Group, form: Report, known: Opened) -> Group:
    """Let a group demand nothing: whatever stays empty stays as it is."""
    return replace(
        group,
        main=[_now(one, form, known) for one in group.main],
        more=[_now(one, form, known) for one in group.more],
    )


def _now(question: Question, form: Report, known: Opened) -> Question:
    # The page cannot tell from empty fields whether a condition is met, so it hides nothing.
    told = _told(form, question.key, known)
    said = f"现在是：{told}" if told else question.condition or "现在没有填"
    return replace(question, required=False, condition="", said=said)
