"""Where a conversation stands, as it is kept (encrypted) between two messages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from intake.reports.told_children import OWN

IDLE, MENU, CONSENT, ASK, REVIEW = "", "menu", "consent", "ask", "review"
CHOOSE, PICK, WHICH = "choose", "pick", "which"
OTHERS = frozenset({"邻居/其他", "村(居)干部", "班主任", "其他亲属"})
"""Relations of people who tell of other people's children."""


@dataclass
class State:
    """One reporter's conversation. Only what differs from an empty one is kept.

    `step` is IDLE, CHOOSE (which matter is meant?), WHICH (which report is meant?), or where the draft
    stands: PICK (which child?), CONSENT, ASK, REVIEW, or MENU while the reporter looks at the menu in
    between. The emergency under way, if any, comes before the draft.
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
    facts: dict[str, Any] = field(default_factory=dict)
    """What was said in free words for the draft and has not become an answer yet."""
    taken: list[str] = field(default_factory=list)
    """Keys filled with what was said of the child in earlier reports."""
    known: list[str] = field(default_factory=list)
    """Keys filled with what the house remembers of a child whose family this is: the read-back asks whether it is right."""
    about: str = ""
    """Name of the child of which was looked up what is remembered."""
    namesake: str = ""
    """Name, and what was told of its class, of which was looked up whether several children bear it."""
    kept: dict[str, str] = field(default_factory=dict)
    """What stays as it was in the report that is corrected, and is shown masked: its mask by key."""
    typed: dict[str, list[str]] = field(default_factory=dict)
    """What pages wrote, by key: the mark of its value, and in which browser. It outlives the draft: facts go on."""
    unknown: list[str] = field(default_factory=list)
    """Keys that were answered with 不知道, or not so that it could be read: left empty, 待核实."""
    asked: dict[str, int] = field(default_factory=dict)
    """How often something was asked: a key of the report, of the emergency, what was read back, the notice."""
    inferred: list[str] = field(default_factory=list)
    """Keys that follow from another answer: the town from the school."""
    doubts: list[str] = field(default_factory=list)
    """Optional keys that are asked all the same: what was said of them could not be read, or they tell namesakes apart."""
    problem: str = ""
    """What was wrong with something that was said by the way, told with the next question."""
    unheard: list[str] = field(default_factory=list)
    """What was said beside the report and not taken up; the read-back quotes it."""
    options: list[str] = field(default_factory=list)
    """What CHOOSE or PICK offers."""
    said: str = ""
    """The words that CHOOSE is about, or what WHICH is asked for, with the receipts it offers."""
    offered: str = ""
    """Key of the message that CHOOSE is about: it waits for a person until one of the options is chosen."""
    begun: str = ""
    """Key of the message that began the report under way, or chose danger: it tells one from the next."""
    amending: str = ""
    """Receipt of the report that the draft corrects."""
    replaces: str = ""
    """Receipt of the report that is taken back when the draft is sent: it was about another child."""
    queue: list[list[Any]] = field(default_factory=list)
    """Other matters that were said meanwhile: kind, words, facts."""
    failed: int = 0
    """How often in a row something was not understood, so that no sentence is said twice in a row."""
    emergency: str = ""
    """Receipt of the emergency under way."""
    waiting: list[str] = field(default_factory=list)
    """Keys that the emergency still asks."""
    talking: str = ""
    """Since when the reporter writes to a person instead of to us."""
    school: str = ""
    """Name of the school whose code was scanned."""
    place: dict[str, str] = field(default_factory=dict)
    """Town and village of a place that was sent, for the next report."""
    towns: bool = False
    """Whether the towns have been listed."""
    roll: dict[str, Any] = field(default_factory=dict)
    """What a teacher said of her class that waits for a word more, and the list of parents she was shown."""
    common: dict[str, Any] = field(default_factory=dict)
    """What was told of the child in a report that was dropped for another matter: it is not asked again."""
    confidential: bool = False
    """Whether the reporter wants to stay unnamed, for the report under way or the next one."""
    nameless: bool = False
    """Whether she does not even want to be called back: of another's child, no telephone is asked."""
    consent: str = ""
    receipt: str = ""
    """Of the newest report."""
    rest: str = ""
    """What did not fit into the last reply."""

    @property
    def is_own(self) -> bool:
        """Tell whether the report is known to be about a child of the reporter's own family."""
        relation = self.answers.get("relation") or self.facts.get("relation")
        return bool(relation) and relation not in OTHERS

    @property
    def told_answers(self) -> dict[str, Any]:
        """Give the answers without what the house remembers; which child was meant goes with them."""
        ours = {*self.remembered} - {"child_name"}
        return {key: value for key, value in self.answers.items() if key not in ours}

    @property
    def remembered(self) -> list[str]:
        """Give the keys that stand as the house remembers them."""
        return [key for key in self.known if key in self.answers and (key in self.taken or key in OWN)]

    def drop_draft(self) -> None:
        """Forget the report under way; emergency, consent, receipt, and a teacher's roll that waits stay."""
        kept = {"emergency", "waiting", "consent", "receipt", "rest", "queue", "talking", "school",
                "confidential", "nameless", "typed", "place", "towns", "common", "roll"}  # fmt: skip
        for key, value in vars(State()).items():
            if key not in kept:
                setattr(self, key, value)

    def note_typed(self, key: str, value: Any, browser: str) -> None:
        """Note that a page wrote a value; said in the chat, another one is the chat's."""
        self.typed[key] = [_mark(value), browser]

    def typed_in(self, said: Mapping[str, Any]) -> dict[str, str]:
        """Give which of what was said a page wrote, by key, each with its browser."""
        return {
            key: kept[1] for key, kept in self.typed.items() if key in said and _mark(said[key]) == kept[0]
        }

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


def _mark(value: Any) -> str:
    return blake2b(json.dumps(value, ensure_ascii=False).encode(), digest_size=8).hexdigest()
