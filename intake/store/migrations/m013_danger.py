"""Who has taken a child's danger in hand, and what was done; words of danger know the report they belong to."""

from intake.store.schema import Schema, Table

ALARMS = Table(
    "alarms",
    {
        "subject": str,  # reports.id, or messages.key of the first words of danger that lie in no report
        "taken_by": str,  # or system: from before there were alarms
        "taken_at": str,
        "outcome": str,  # encrypted, or empty
        "done_by": str,
        "done_at": str,  # none while nothing was done
    },
    key=("subject",),
    required=("taken_by", "taken_at", "outcome", "done_by"),
)


def apply(schema: Schema) -> None:
    """Begin with nobody alarmed for reports that were there before, unless their words still wait at the desk."""
    schema.create(ALARMS)
    schema.run(
        "UPDATE triage SET receipt = COALESCE((SELECT r.receipt FROM reports r WHERE r.reporter = triage.reporter"
        " AND r.reporter <> '' AND r.kind = 'safety' AND r.received_at <= triage.at"
        " ORDER BY r.received_at DESC LIMIT 1), '') WHERE state = 'open' AND why = 'danger'"
    )
    schema.run(
        "INSERT INTO alarms (subject, taken_by, taken_at, outcome, done_by) SELECT id, 'system', received_at, '', ''"
        " FROM reports WHERE kind = 'safety' AND receipt NOT IN"
        " (SELECT receipt FROM triage WHERE state = 'open' AND why = 'danger')"
    )
