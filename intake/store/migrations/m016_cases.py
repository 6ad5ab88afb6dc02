"""Cases: the staff's work on one child and one matter, what was done on them, and what somebody owes by a day."""

from intake.store.schema import Index, Schema, Table

CASES = Table(
    "cases",
    {
        "id": str,
        "number": str,  # 220605-2026-000123, never given twice
        "kind": str,
        "state": str,  # derived from case_events, as are all columns from here to version
        "open": int,
        "owner": str,  # staff.id; empty while nobody has it
        "due": str,  # day or moment of the earliest duty; 9 where nothing is due
        "duty": str,
        "last_seen": str,
        "last_event": str,
        "last_at": str,
        "version": int,  # how many events there are
        "child": str,  # children.id, where certain
        "child_name": str,
        "initials": str,
        "class_title": str,
        "class": str,
        "school": str,
        "school_town": str,
        "town": str,
        "village": str,
        "restricted": int,
        "confidential": int,
        "first": int,  # whether it comes first among equals: 脱贫户, 低保, 特困, 孤儿, 残疾
        "opened_at": str,
        "ended_at": str,
        "clock_from": str,  # the day from which its clocks count
        "wake": str,  # day or local moment on which the clock has something to do next; 9 where it has nothing
        "matched": int,  # 1 once likely matches were looked for
        "demo": int,
    },
    key=("id",),
    required=("number", "kind", "state", "open", "owner", "due", "version", "town", "opened_at"),
    indexes=(
        Index(("number",), unique=True),
        Index(("open", "due", "id")),
        Index(("open", "owner", "due")),
        Index(("open", "class", "due")),
        Index(("child", "kind")),
        Index(("child_name",)),
        Index(("initials",)),
        Index(("opened_at",)),
        Index(("wake", "id")),
        Index(("id",), where="matched IS NULL"),
    ),
)
EVENTS = Table(
    "case_events",
    {
        "id": str,
        "case_id": str,
        "at": str,
        "actor": str,
        "channel": str,
        "event": str,  # key of the transition
        "before": str,  # state
        "after": str,
        "facts": str,  # JSON: days, codes, ids; nothing about a person
        "words": str,  # encrypted JSON: what people wrote
        "key": str,  # of idempotency
    },
    key=("id",),
    required=("case_id", "at", "actor", "channel", "event", "before", "after", "facts"),
    references={"case_id": "cases.id"},
    indexes=(Index(("case_id", "id")), Index(("key",), unique=True, where="key IS NOT NULL")),
)
DUTIES = Table(
    "duties",
    {
        "case_id": str,
        "duty": str,
        "role": str,  # who owes it, where no person is named
        "person": str,  # staff.id, or empty
        "since": str,
        "due": str,
        "done_at": str,
        "done_by": str,  # case_events.id
    },
    key=("case_id", "duty"),
    required=("role", "person", "since", "due"),
    references={"case_id": "cases.id"},
    indexes=(Index(("due", "case_id"), where="done_at IS NULL"),),
)
CASE_REPORTS = Table(
    "case_reports",
    {
        "case_id": str,
        "report": str,
        "how": str,  # certain, confirmed, first, imported
        "family": int,  # whether the reporter is of the child's family
        "at": str,
    },
    key=("report",),  # a report is in one case
    required=("case_id", "how", "at"),
    references={"case_id": "cases.id", "report": "reports.id"},
    indexes=(Index(("case_id",)),),
)
CASE_KEYS = Table(
    "case_keys",
    {"key": str, "case_id": str},  # keyed digests of what a case is found by
    key=("key", "case_id"),
    references={"case_id": "cases.id"},
    indexes=(Index(("case_id",)),),
)
OFFERS = Table(
    "case_offers",
    {
        "case_id": str,
        "other": str,  # the older case it may belong to
        "reason": str,
        "score": int,
        "at": str,
        "state": str,  # open, confirmed, refused, undone
        "decided_by": str,
        "decided_at": str,
    },
    key=("case_id", "other"),
    required=("reason", "score", "at", "state"),
    references={"case_id": "cases.id", "other": "cases.id"},
    indexes=(Index(("other",)), Index(("state", "at"))),
)
STEPS = Table(
    "case_steps",
    {"case_id": str, "step": str, "role": str, "at": str, "told": int},  # 0: skipped for a higher one
    key=("case_id", "step", "role"),
    required=("at", "told"),
    references={"case_id": "cases.id"},
)
READERS = Table(
    "case_readers",
    {"case_id": str, "staff": str, "until": str, "why": str},  # shared, former owner
    key=("case_id", "staff"),
    required=("until", "why"),
    references={"case_id": "cases.id"},
    indexes=(Index(("staff", "until")),),
)
NUMBERS = Table(
    "numbers", {"series": str, "year": int, "last": int}, key=("series", "year"), required=("last",)
)  # cases, documents: never given twice
NOTICES = Table(
    "notices",
    {
        "id": str,
        "staff": str,
        "case_id": str,
        "what": str,  # key of what is told
        "at": str,
        "read_at": str,
    },
    key=("id",),
    required=("staff", "case_id", "what", "at"),
    indexes=(Index(("staff", "read_at", "at")), Index(("staff", "at")), Index(("case_id",))),
)


def apply(schema: Schema) -> None:
    """Begin with no case: the reports that are there get theirs when the house is next prepared."""
    for table in (CASES, EVENTS, DUTIES, CASE_REPORTS, CASE_KEYS, OFFERS, STEPS, READERS, NUMBERS, NOTICES):
        schema.create(table)
    schema.append_only("case_events", sealed=("words",))
