"""The way from the chat to the page: a link that knows who opens it, and what was typed there before."""

from typing import Any

from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from intake.language.patterns import regex
from intake.reports import drafts, passes

LINK = regex('<a href="([^"?]+)">[^<]+</a>')


def link(kind: str, turn: Turn, shown: str = "打开") -> str:
    """Make a link to a page for this reporter alone, or nothing where the house has no address."""
    address = passes.address(turn.db, turn.reporter, kind)
    return f'<a href="{address}">{shown}</a>' if address else ""


def large(there: str) -> str:
    """Make of a link the same one to the page in large letters (长辈版)."""
    return LINK.sub(r'<a href="\1?large=1">字大些的打开</a>', there)


def offer(kind: str, turn: Turn) -> str:
    """Say in a few words that a report can be filled in on a page as well."""
    there = link(kind, turn)
    return f"（也可以在网页上填：{there}）" if there else ""


def typed(kind: str, state: State, turn: Turn) -> dict[str, Any]:
    """Give what a page has written of a report that the chat has not begun yet, and note that it has."""
    found = drafts.find_draft(turn.db, turn.reporter, kind) if turn.db.settings.public else None
    if found is None or found.channel != drafts.PAGE:
        return {}
    for key, browser in found.typed_in.items():
        state.note_typed(key, found.answers.get(key), browser)
    return {key: value for key, value in found.answers.items() if key != drafts.CONFIDENTIAL}
