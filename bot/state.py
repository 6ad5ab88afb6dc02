"""Where a conversation stands, as it is kept (encrypted) between two messages."""

import json
from dataclasses import dataclass, field
from typing import Any

IDLE, MENU, CONSENT, ASK, REVIEW = "", "menu", "consent", "ask", "review"


@dataclass
class State:
    """One reporter's conversation. Only what differs from an empty one is kept.

    `step` is IDLE, or where the draft stands: CONSENT, ASK, REVIEW, or MENU while the reporter looks
    at the menu in between. The emergency under way, if any, comes before the draft.
    """

    step: str = IDLE
    kind: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asking: str = ""
    trail: list[str] = field(default_factory=list)
    """Keys answered or skipped so far, for 返回."""
    skipped: list[str] = field(default_factory=list)
    together: list[list[str]] = field(default_factory=list)
    """Keys that one answer filled: when one of them is said anew, the others go."""
    failed: int = 0
    """How often in a row something was not understood, so that no sentence is said twice in a row."""
    emergency: str = ""
    """Receipt of the emergency under way."""
    waiting: list[str] = field(default_factory=list)
    """Keys that the emergency still asks."""
    consent: str = ""
    receipt: str = ""
    """Of the newest report."""
    rest: str = ""
    """What did not fit into the last reply."""

    def drop_draft(self) -> None:
        """Forget the report under way; emergency, consent and receipt stay."""
        kept = {"emergency", "waiting", "consent", "receipt", "rest"}
        for key, value in vars(State()).items():
            if key not in kept:
                setattr(self, key, value)

    def dump(self) -> str:
        """Write as JSON."""
        kept = {key: value for key, value in vars(self).items() if value}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> "State":
        """Read what `dump` wrote; what a later version no longer knows is left out."""
        state = cls()
        for key, value in json.loads(text).items():
            if key in vars(state):
                setattr(state, key, value)
        return state
