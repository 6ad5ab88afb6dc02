"""One file for each child: what is known of it and where from, where it learned, on which lists it stands."""

from intake.store.schema import Index, Schema, Table

FACTS = Table(
    "child_facts",
    {
        "id": str,
        "child": str,
        "kind": str,  # key of a declaration in intake/children/facts/fact_kinds.py
        "value": str,  # answers by key as JSON, encrypted
        "mark": str,  # keyed hash of the value: whether something is said again needs no opening
        "item": str,  # the same of what it is about, where a child has several of a kind: which guardian, which aid
        "source": str,  # key of intake/children/facts/sources.py
        "actor": str,  # who said it: wechat:<hash>, staff:<id>, command
        "channel": str,
        "report": str,  # reports.id, or empty
        "said_on": str,  # the local day on which it was said
        "again_on": str,  # the last day on which the same was said again
        "confirmed_by": str,
        "confirmed_at": str,
        "closed_at": str,
        "closed_by": str,
        "why": str,  # why it was closed: later, wrong, denied, undone, merged
        "successor": str,  # child_facts.id of what came in its place: when that is undone, this one holds again
    },
    key=("id",),
    required=("child", "kind", "value", "mark", "item", "source", "actor", "said_on"),
    references={"child": "children.id"},
    indexes=(Index(("child", "kind")), Index(("report",), where="report <> ''"), Index(("kind", "child")),
             Index(("successor",), where="successor <> ''")),
)  # fmt: skip
KEYS = Table(
    "child_keys",
    {
        "key": str,  # blind hash
        "sort": str,  # phone, phone_end, family, home
        "child": str,
        "fact": str,  # child_facts.id it follows from; it goes when that is closed
    },
    key=("key", "sort", "child", "fact"),
    references={"child": "children.id"},
    indexes=(Index(("child",)), Index(("fact",))),
)
STAYS = Table(
    "stays",
    {
        "id": str,
        "child": str,
        "class": str,
        "school": str,
        "grade": str,
        "class_name": str,
        "from_day": str,  # empty where nobody knows
        "to_day": str,  # empty while the child is there
        "came": str,  # key of intake/children/stays.py: how it came
        "went": str,
        "source": str,
        "actor": str,
        "at": str,
    },
    key=("id",),
    required=("child", "class", "school", "grade", "class_name", "from_day", "to_day", "came", "went", "at"),
    references={"child": "children.id"},
    indexes=(Index(("child", "from_day")), Index(("class", "to_day")), Index(("school", "to_day"))),
)
ENTRIES = Table(
    "register_entries",
    {
        "id": str,
        "child": str,
        "sort": str,  # 转入 转出 休学 复学 送教上门 死亡 借读 待说明, see intake/children/register.py
        "reason": str,  # encrypted words
        "day": str,
        "from_school": str,  # a code, or words for one elsewhere
        "to_school": str,
        "town": str,
        "school": str,  # whose register it stands in
        "paper": str,  # encrypted words
        "review_on": str,
        "finished_on": str,
        "remark": str,  # encrypted words
        "did": str,  # what it changed, as JSON of ids: it can be taken back with all of it
        "actor": str,
        "at": str,
        "version": int,
        "undone_at": str,
        "undone_by": str,
    },
    key=("id",),
    required=("child", "sort", "day", "review_on", "finished_on", "undone_at", "actor", "at", "version"),
    references={"child": "children.id"},
    indexes=(
        Index(("child", "day")),
        Index(("school", "day")),
        Index(("day",)),
        Index(("review_on",), where="finished_on = '' AND undone_at = ''"),
        Index(("sort", "child"), where="finished_on = '' AND undone_at = ''"),
    ),
)
SCHOOL_MERGES = Table(
    "school_merges",
    {
        "id": str,
        "gone": str,  # schools.code
        "kept": str,
        "moved": str,  # what went over, as JSON: ids of rows by table, and what stood there before
        "actor": str,
        "at": str,
        "undone_by": str,
        "undone_at": str,
    },
    key=("id",),
    required=("gone", "kept", "moved", "actor", "at"),
    references={"gone": "schools.code", "kept": "schools.code"},
    indexes=(Index(("gone",)), Index(("kept",))),
)
LISTED = Table(
    "listed",
    {
        "id": str,
        "listing": str,  # xueji, huji, poor, juzhuzheng
        "mark": str,  # blind hash of what makes a row one: a number of identity or of school, else name, birth, place
        "child": str,  # children.id, or empty while nobody knows whose it is
        "cells": str,  # what the row says by key, as JSON, encrypted
        "town": str,
        "school": str,
        "village": str,
        "batch": str,
        "at": str,
        "gone_at": str,  # since when it stands on the list no more
    },
    key=("id",),
    required=("listing", "mark", "child", "cells", "town", "school", "village", "batch", "at"),
    indexes=(Index(("listing", "mark"), unique=True), Index(("child", "listing")), Index(("listing", "school")),
             Index(("listing", "village"))),
)  # fmt: skip
BATCHES = Table(
    "list_batches",
    {
        "id": str,
        "listing": str,
        "extent": str,  # code of a school, village, town or the district that it told of
        "rows": int,
        "actor": str,
        "at": str,
    },
    key=("id",),
    required=("listing", "extent", "rows", "actor", "at"),
    indexes=(Index(("listing", "extent", "at")),),
)
DIFFERENCES = Table(
    "differences",
    {
        "id": str,
        "sheet": str,  # key of the ledger in which it stands: compare-huji …, mismatch
        "mark": str,  # what makes it the same difference again
        "problem": str,
        "child": str,
        "town": str,
        "school": str,
        "school_town": str,
        "village": str,
        "here": str,  # what one side says by key, as JSON, encrypted
        "there": str,
        "advice": str,
        "owner": str,  # staff.id; who owes an answer
        "due": str,
        "evidence": str,  # encrypted words
        "conclusion": str,  # encrypted words
        "handled_by": str,
        "finished_on": str,
        "remark": str,  # encrypted words
        "opened_at": str,
        "closed_at": str,
        "how": str,  # how it ended: done, gone
        "version": int,
    },
    key=("id",),
    required=("sheet", "mark", "problem", "child", "town", "advice", "owner", "due", "opened_at", "version"),
    indexes=(
        Index(("mark",), unique=True),
        Index(("sheet", "town", "id")),
        Index(("owner", "due"), where="closed_at IS NULL"),
        Index(("child",)),
    ),
)
MATCHES = Table(
    "child_matches",
    {
        "id": str,
        "report": str,  # reports.id, or empty where two children may be one
        "child": str,  # the child it may be about
        "other": str,  # the second child, or empty
        "score": int,  # 0 to 100
        "reasons": str,  # keys of intake/children/matching, as JSON: what is alike, what is not
        "state": str,  # open, confirmed, refused, undone
        "at": str,
        "decided_by": str,
        "decided_at": str,
        "version": int,
    },
    key=("id",),
    required=("report", "child", "other", "score", "reasons", "state", "at", "version"),
    indexes=(
        Index(("report", "child", "other"), unique=True),
        Index(("state", "score", "id")),
        Index(("child",)),
        Index(("other",), where="other <> ''"),
    ),
)
MERGES = Table(
    "child_merges",
    {
        "id": str,
        "kept": str,
        "gone": str,
        "moved": str,  # what went over, as JSON: ids of rows by table, and the row that is gone as it was, encrypted
        "actor": str,
        "at": str,
        "undone_by": str,
        "undone_at": str,
    },
    key=("id",),
    required=("kept", "gone", "moved", "actor", "at"),
    indexes=(Index(("kept",)), Index(("gone",))),
)
QUEUE = Table("child_queue", {"report": str, "at": str}, key=("report",), required=("at",))


def apply(schema: Schema) -> None:
    """Give children their files. Every report there is waits to be looked at: whose it is, what it tells of a child."""
    for table in (
        FACTS,
        KEYS,
        STAYS,
        ENTRIES,
        SCHOOL_MERGES,
        LISTED,
        BATCHES,
        DIFFERENCES,
        MATCHES,
        MERGES,
        QUEUE,
    ):
        schema.create(table)
    for column in ("pupil_number", "pupil_number_hash", "initials", "merged"):
        schema.add_column("children", column, str)
    schema.add_column("schools", "merged", str)  # the school that it has become a part of
    schema.add_column("children", "source", str)
    schema.add_column("children", "sourced_on", str)
    schema.index("children", Index(("pupil_number_hash",), where="pupil_number_hash IS NOT NULL"))
    schema.index("children", Index(("initials",)))
    schema.index("children", Index(("village",), where="village IS NOT NULL"))
    schema.index("children", Index(("town",)))
    schema.index("children", Index(("id",), where="initials IS NULL"))
    schema.run("INSERT INTO child_queue (report, at) SELECT id, received_at FROM reports")
