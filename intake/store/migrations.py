"""The tables of the house, step by step. A step that has run anywhere is never edited: add another."""

from sqlite_utils import Database, Migrations

migrations = Migrations("baoxue")

_APPEND_ONLY = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""


def append_only(db: Database, table: str) -> None:
    """Refuse changes and deletions of a table's rows, whoever asks."""
    for verb in ("UPDATE", "DELETE"):
        db.execute(_APPEND_ONLY.format(table=table, verb=verb))


@migrations()
def m001_reports(db: Database) -> None:
    """Reports, their versions, and the audit chain."""
    db.create_table(
        "reports",
        {
            "id": str,  # UUIDv7
            "receipt": str,
            "kind": str,
            "channel": str,
            "reporter": str,  # wechat:<hash>, staff:<id>, or empty
            "child": str,
            "town": str,  # 9 digits
            "school": str,
            "status": str,
            "received_at": str,
            "version": int,
            "consent": str,  # version of the notice, and when it was agreed to
            "idempotency_key": str,
            "body_hash": str,
        },
        strict=True,
        pk="id",
        not_null=("receipt", "kind", "channel", "reporter", "town", "status", "received_at", "version"),
    )
    db.table("reports").create_index(["receipt"], unique=True)
    db.table("reports").create_index(["idempotency_key"], unique=True)
    db.table("reports").create_index(["received_at"])
    db.execute(
        "CREATE INDEX idx_reports_reporter_received_at ON reports (reporter, received_at) WHERE reporter <> ''"
    )
    db.create_table(
        "versions",
        {
            "report_id": str,
            "version": int,
            "answers": str,
            "changed_at": str,
            "changed_by": str,
            "reason": str,
        },
        strict=True,
        pk=("report_id", "version"),
        foreign_keys=[("report_id", "reports", "id")],
        not_null=("answers", "changed_at", "changed_by", "reason"),
    )
    db.create_table(
        "audit",
        {"id": int, "at": str, "actor": str, "verb": str, "subject": str, "detail": str, "mac": str},
        strict=True,
        pk="id",
        not_null=("at", "actor", "verb", "subject", "detail", "mac"),
    )
    append_only(db, "audit")


@migrations()
def m002_people(db: Database) -> None:
    """Schools, classes and children of the bureau's lists; staff; wrong tries."""
    db.create_table(
        "schools",
        {"code": str, "name": str, "aliases": str, "town": str, "stage": str, "demo": int, "changed_at": str},
        strict=True,
        pk="code",
        not_null=("name", "aliases", "town", "stage", "demo", "changed_at"),
    )
    db.create_table(
        "classes",
        {"id": str, "school": str, "grade": str, "class_name": str, "demo": int},
        strict=True,
        pk="id",
        foreign_keys=[("school", "schools", "code")],
        not_null=("school", "grade", "class_name", "demo"),
    )
    db.create_table(
        "children",
        {"id": str, "child_name": str, "sex": str, "birth_date": str, "id_number": str, "id_number_hash": str,
         "class": str, "town": str, "village": str, "demo": int},
        strict=True,
        pk="id",
        foreign_keys=[("class", "classes", "id")],
        not_null=("child_name", "town", "demo"),
    )  # fmt: skip
    db.table("children").create_index(["id_number_hash"])
    db.create_table(
        "staff",
        {"id": str, "name": str, "login": str, "password": str, "role": str, "area": str, "school": str,
         "active": int, "demo": int},
        strict=True,
        pk="id",
        not_null=("name", "login", "password", "role", "area", "active", "demo"),
    )  # fmt: skip
    db.table("staff").create_index(["login"], unique=True)
    db.create_table(
        "tries",
        {"what": str, "count": int, "until": str},
        strict=True,
        pk="what",
        not_null=("count", "until"),
    )


@migrations()
def m003_wechat(db: Database) -> None:
    """What was said in the chat, what was answered, and where each conversation stands."""
    db.create_table(
        "messages",
        {"key": str, "reporter": str, "received_at": str, "type": str, "said": str, "reply": str},
        strict=True,
        pk="key",
        not_null=("reporter", "received_at", "type", "said", "reply"),
    )
    db.table("messages").create_index(["reporter", "received_at"])
    db.create_table(
        "conversations",
        {"reporter": str, "openid": str, "state": str, "version": int, "updated_at": str},
        strict=True,
        pk="reporter",
        not_null=("openid", "state", "version", "updated_at"),
    )
    db.create_table(
        "consents",
        {"id": str, "reporter": str, "notice": str, "agreed": int, "at": str},
        strict=True,
        pk="id",
        not_null=("reporter", "notice", "agreed", "at"),
    )
    db.table("consents").create_index(["reporter", "at"])


@migrations()
def m004_dictionary(db: Database) -> None:
    """The table that explains the others."""
    db.create_table(
        "dictionary",
        {
            "table_name": str,
            "column_name": str,
            "label": str,
            "privacy": str,
            "encrypted": int,
            "choices": str,
        },
        strict=True,
        pk=("table_name", "column_name"),
    )


@migrations()
def m005_sending(db: Database) -> None:
    """What the house sends by itself: messages to parents, the platform's token, pictures and recordings."""
    db.create_table(
        "outbox",
        {
            "id": str,
            "reporter": str,
            "subject": str,  # receipt, or empty
            "body": str,
            "created_at": str,
            "due_at": str,
            "lease": str,  # until when a worker has it in hand, or empty
            "attempts": int,
            "doubts": int,  # calls whose outcome nobody knows, the one under way included
            "state": str,  # waiting, sent, shown (in the chat), refused
            "error": str,
            "settled_at": str,
            "called_by": str,
            "called_at": str,
        },
        strict=True,
        pk="id",
        not_null=("reporter", "subject", "body", "created_at", "due_at", "lease", "attempts", "doubts",
                  "state", "error"),
    )  # fmt: skip
    db.table("outbox").create_index(["state", "due_at"])
    db.table("outbox").create_index(["reporter", "state"])
    db.create_table(
        "tokens",
        {"name": str, "token": str, "expires_at": str, "lease": str, "fault": str, "fault_until": str},
        strict=True,
        pk="name",
        not_null=("token", "expires_at", "lease", "fault", "fault_until"),
    )
    db.create_table(
        "windows",
        {"reporter": str, "said_at": str, "said_used": int, "acted_at": str, "acted_used": int},
        strict=True,
        pk="reporter",
        not_null=("said_at", "said_used", "acted_at", "acted_used"),
    )
    db.create_table(
        "media",
        {"id": str, "message": str, "reporter": str, "type": str, "media_id": str, "report": str,
         "state": str, "attempts": int, "due_at": str, "at": str, "file": str, "mime": str, "bytes": int},
        strict=True,
        pk="id",
        not_null=("message", "reporter", "type", "media_id", "report", "state", "attempts", "due_at", "at",
                  "file", "mime", "bytes"),
    )  # fmt: skip
    db.table("media").create_index(["state", "due_at"])
    db.table("media").create_index(["reporter"])
    db.table("media").create_index(["report"])


@migrations()
def m006_triage(db: Database) -> None:
    """What people must answer; and a mark by which a message that is played back is known."""
    db.create_table(
        "triage",
        {
            "message": str,  # messages.key
            "reporter": str,
            "thread": str,  # stands for the reporter in addresses
            "at": str,
            "why": str,
            "state": str,  # open, done
            "done_at": str,
            "done_by": str,
            "outcome": str,  # report, answer, closed, or empty
            "receipt": str,
            "reason": str,  # why it was closed
        },
        strict=True,
        pk="message",
        not_null=("reporter", "thread", "at", "why", "state", "outcome", "receipt", "reason"),
    )
    db.table("triage").create_index(["state", "at"])
    db.table("triage").create_index(["reporter", "at"])
    db.table("triage").create_index(["thread"])
    db.table("messages").add_column("nonce", str)
    db.table("messages").create_index(["nonce"], unique=True)


@migrations()
def m007_teachers(db: Database) -> None:
    """Teachers in the chat: who they are, what they teach, their class rolls, whose parents write to us."""
    db.create_table(
        "bindings",
        {"code_hash": str, "staff": str, "expires_at": str, "used_at": str},
        strict=True,
        pk="code_hash",
        foreign_keys=[("staff", "staff", "id")],
        not_null=("staff", "expires_at"),
    )
    db.table("bindings").create_index(["staff"])
    db.create_table(
        "bound",
        {"reporter": str, "staff": str, "at": str},
        strict=True,
        pk="reporter",
        foreign_keys=[("staff", "staff", "id")],
        not_null=("staff", "at"),
    )
    db.table("bound").create_index(["staff"])
    db.create_table(
        "teaches",
        {"staff": str, "class": str},
        strict=True,
        pk=("staff", "class"),
        foreign_keys=[("staff", "staff", "id"), ("class", "classes", "id")],
    )
    db.create_table(
        "roll",
        {"class": str, "day": str, "marked_at": str, "marked_by": str, "present": int, "absent": int},
        strict=True,
        pk=("class", "day"),
        foreign_keys=[("class", "classes", "id")],
        not_null=("marked_at", "marked_by", "present", "absent"),
    )
    db.create_table(
        "roll_marks",
        {
            "class": str,
            "day": str,
            "child": str,
            "reason": str,  # 病假, 事假, 不明
            "report": str,  # receipt, or empty
        },
        strict=True,
        pk=("class", "day", "child"),
        foreign_keys=[("class", "classes", "id"), ("child", "children", "id")],
        not_null=("reason", "report"),
    )
    db.create_table(
        "links",
        {
            "reporter": str,
            "child": str,
            "state": str,  # asked, confirmed, refused
            "asked_at": str,
            "decided_by": str,
            "decided_at": str,
        },
        strict=True,
        pk=("reporter", "child"),
        foreign_keys=[("child", "children", "id")],
        not_null=("state", "asked_at", "decided_by", "decided_at"),
    )
    db.table("links").create_index(["child", "state"])
    db.table("children").create_index(["class"])


@migrations()
def m008_phones(db: Database) -> None:
    """Phones of teachers, drafts that a chat and a page share, notices read aloud, pictures sent by a page."""
    db.create_table(
        "pins",
        {"staff": str, "pin": str, "wrong": int, "set_at": str},
        strict=True,
        pk="staff",
        foreign_keys=[("staff", "staff", "id")],
        not_null=("pin", "wrong", "set_at"),
    )
    db.create_table(
        "devices",
        {
            "id": str,
            "token_hash": str,
            "staff": str,
            "name": str,  # as its owner would call it: 安卓手机，微信
            "made_at": str,
            "seen_at": str,
            "until": str,
            "revoked_at": str,  # or empty
        },
        strict=True,
        pk="id",
        foreign_keys=[("staff", "staff", "id")],
        not_null=("token_hash", "staff", "name", "made_at", "seen_at", "until", "revoked_at"),
    )
    db.table("devices").create_index(["token_hash"], unique=True)
    db.table("devices").create_index(["staff"])
    db.create_table(
        "drafts",
        {
            "reporter": str,
            "kind": str,
            "answers": str,  # encrypted JSON of what was said, by key
            "channel": str,  # who wrote last: wechat, form
            "updated_at": str,
            "receipt": str,  # of the report it became, or empty
        },
        strict=True,
        pk=("reporter", "kind"),
        not_null=("answers", "channel", "updated_at", "receipt"),
    )
    db.table("drafts").create_index(["updated_at"])
    db.table("consents").add_column("how", str)  # empty: by the reporter; spoken: read aloud by a teacher
    db.table("media").add_column("digest", str)  # of a picture sent by a page: the same twice is one
    db.table("media").create_index(["report", "digest"])


@migrations()
def m009_statuses(db: Database) -> None:
    """A report is received, on leave or withdrawn; words of older versions were shown, but nobody could set them."""
    db.execute(
        "UPDATE reports SET status = CASE status WHEN '已请假' THEN 'on_leave' WHEN '已撤回' THEN 'withdrawn'"
        " ELSE 'received' END WHERE status NOT IN ('received', 'on_leave', 'withdrawn')"
    )


@migrations()
def m010_marks(db: Database) -> None:
    """Reports that only some may see: told in confidence, or kept to few."""
    for mark in ("confidential", "restricted"):
        db.table("reports").add_column(mark, int, not_null_default=0)


@migrations()
def m011_children_by_name(db: Database) -> None:
    """Children are looked for by name while a report is written down, and everybody waits meanwhile."""
    db.table("children").create_index(["child_name"], if_not_exists=True)


@migrations()
def m012_school_town(db: Database) -> None:
    """A report counts for the town of its school, too; what came before is filled in from the list of schools."""
    db.table("reports").add_column("school_town", str, not_null_default="")  # 9 digits, or empty
    db.execute(
        "UPDATE reports SET school_town = coalesce((SELECT s.town FROM schools s WHERE s.code = reports.school), '')"
    )


@migrations()
def m013_doors(db: Database) -> None:
    """A device says by which door it came in: a phone's PIN opens no desk."""
    db.table("devices").add_column("door", str, not_null_default="phone")  # phone, desk


@migrations()
def m014_danger(db: Database) -> None:
    """Who has taken a child's danger in hand, and what was done; words of danger know the report they belong to.

    Nobody was asked to take the reports that were there before: they count as taken, unless their words
    still wait for somebody at the desk.
    """
    db.create_table(
        "alarms",
        {
            "subject": str,  # reports.id, or messages.key of the first words of danger that lie in no report
            "taken_by": str,  # or system: from before there were alarms
            "taken_at": str,
            "outcome": str,  # encrypted, or empty
            "done_by": str,
            "done_at": str,  # none while nothing was done
        },
        strict=True,
        pk="subject",
        not_null=("taken_by", "taken_at", "outcome", "done_by"),
    )
    # Of one kind alone: reports of the others pay nothing for it at the door.
    db.execute("CREATE INDEX idx_reports_safety ON reports (received_at) WHERE kind = 'safety'")
    db.execute(
        "UPDATE triage SET receipt = COALESCE((SELECT r.receipt FROM reports r WHERE r.reporter = triage.reporter"
        " AND r.reporter <> '' AND r.kind = 'safety' AND r.received_at <= triage.at"
        " ORDER BY r.received_at DESC LIMIT 1), '') WHERE state = 'open' AND why = 'danger'"
    )
    db.execute(
        "INSERT INTO alarms (subject, taken_by, taken_at, outcome, done_by) SELECT id, 'system', received_at, '', ''"
        " FROM reports WHERE kind = 'safety' AND receipt NOT IN"
        " (SELECT receipt FROM triage WHERE state = 'open' AND why = 'danger')"
    )
