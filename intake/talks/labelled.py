"""What people of the desk decided about messages: which matter each was, for the understanding to be measured and taught.

Nothing is kept: it is read from what is there, so that what was deleted with the chat is gone here too. Left out are
messages of whoever has told of something that few may see, asked to stay unnamed, or refused the notice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from intake.cases.rulebook import states
from intake.children import children
from intake.kinds import KINDS
from intake.kinds.tables import name
from intake.store.db import Database, Row
from intake.talks import triage

SAFETY, OTHER = "safety", "other"
OF_SORT: Mapping[str, str] = {"招生入学": "enrollment"}
"""Which intent a sort of 诉求 is; every other is none of ours."""
OF_REASON: Mapping[str, str] = {"foreign": OTHER, "thanks": OTHER}
"""What somebody was who needed no answer, where the reason tells it."""
_WHY = ("danger", "human", "unclear", "question")
_DECIDED = (triage.REPORT, triage.CLOSED, triage.MATTER, triage.OUTCOME)


@dataclass(frozen=True, slots=True)
class DecidedMessage:
    """A message, who sent it (a digest), and the intent that somebody of the desk gave it."""

    reporter: str
    said: str
    intent: str


def decided_messages(db: Database) -> Iterator[DecidedMessage]:
    """Give the messages of which the desk decided what they were; of several that ended together the longest."""
    marks = ", ".join("?" * len(_WHY)), ", ".join("?" * len(_DECIDED))
    rows = db.all(
        "SELECT i.message, i.reporter, i.outcome, i.reason, i.done_at, m.said, r.kind FROM triage i"  # noqa: S608
        " JOIN messages m ON m.key = i.message LEFT JOIN reports r ON r.receipt = i.receipt AND i.receipt <> ''"
        f" WHERE i.state = 'done' AND i.reporter <> '' AND i.why IN ({marks[0]}) AND i.outcome IN ({marks[1]})"
        f" AND i.reason <> '{triage.FORGOTTEN}' AND {triage.open_to_all('i')}"
        " AND NOT EXISTS (SELECT 1 FROM reports x WHERE x.reporter = i.reporter AND x.confidential = 1)"
        " AND NOT EXISTS (SELECT 1 FROM consents n WHERE n.reporter = i.reporter AND n.agreed = 0"
        " AND n.at = (SELECT max(o.at) FROM consents o WHERE o.reporter = i.reporter))"
        " ORDER BY i.done_at, i.reporter, i.outcome, i.message",
        (*_WHY, *_DECIDED),
    )
    for _, together in groupby(rows, key=lambda row: (row["done_at"], row["reporter"], row["outcome"])):
        found = [(row, db.keys.unlock(row["said"], "messages.said", row["message"])) for row in together]
        row, said = max(found, key=lambda one: len(one[1]))
        if intent := _intent(db, row):
            yield DecidedMessage(row["reporter"], said, intent)


def _intent(db: Database, row: Row) -> str:
    """Give what a decision says a message was about, or nothing."""
    if row["outcome"] == triage.OUTCOME:
        return SAFETY if row["kind"] == SAFETY else ""
    if row["outcome"] == triage.CLOSED:
        return OF_REASON.get(row["reason"], "")
    if row["outcome"] == triage.REPORT:
        return str(row["kind"] or "")
    case = db.one(
        "SELECT c.kind, c.sort FROM case_talks t JOIN cases c ON c.id = t.case_id"
        " WHERE t.reporter = ? AND t.at >= ? ORDER BY t.at, t.case_id LIMIT 1",
        (row["reporter"], row["done_at"]),
    )
    if case is None:
        return ""
    return str(case["kind"]) if case["kind"] != states.MATTER else OF_SORT.get(case["sort"], OTHER)


def names_known(db: Database) -> frozenset[str]:
    """Give every name that the house knows: children, their families, its own people, whoever was reported."""
    asked = [children.ALL_NAMES, "SELECT name FROM staff"]
    asked += [
        f"SELECT {key} AS name FROM {name(kind)}"  # noqa: S608 - keys of the declarations
        for kind, form in KINDS.items()
        for key, field in form.answers().items()
        if key.endswith("_name") and key != "class_name" and not field.encrypted
    ]
    return frozenset(str(row["name"]) for sql in asked for row in db.all(sql) if row["name"])
