"""The envelope of a report: what is known of it without opening an answer."""

from dataclasses import dataclass

from intake.kinds import KINDS
from intake.kinds.statuses import ON_LEAVE, RECEIVED, WITHDRAWN, Status, status_of
from intake.store.db import Row


@dataclass(frozen=True, slots=True)
class Envelope:
    """The head of a report as it was read; an empty text is what nobody knows.

    `reporter` is wechat:<hash>, web:<random>, staff:<id>, client:<id> or empty, `child` the id of a child of the roll,
    `received_at` a stamp, `version` what a correction must have seen.
    """

    id: str
    receipt: str
    kind: str
    channel: str
    reporter: str
    child: str
    town: str
    school_town: str
    school: str
    status: Status
    received_at: str
    version: int
    consent: str
    confidential: bool = False
    restricted: bool = False

    @classmethod
    def of(cls, row: Row) -> "Envelope":
        """Take the envelope out of a row of `reports`."""
        kind = KINDS.get(row["kind"])
        return cls(
            id=row["id"],
            receipt=row["receipt"],
            kind=row["kind"],
            channel=row["channel"],
            reporter=row["reporter"],
            child=row["child"] or "",
            town=row["town"],
            school_town=row["school_town"],
            school=row["school"] or "",
            status=status_of(row["status"], kind.opening if kind else RECEIVED),
            received_at=row["received_at"],
            version=row["version"],
            consent=row["consent"] or "",
            confidential=bool(row["confidential"]),
            restricted=bool(row["restricted"]),
        )

    @property
    def open(self) -> bool:
        """Tell whether something may be added to the report."""
        return not self.status.ended

    @property
    def retractable(self) -> bool:
        """Tell whether nobody has taken the report up yet, so that its reporter may correct it or take it back."""
        return self.status.retractable

    @property
    def withdrawn(self) -> bool:
        """Tell whether its reporter took the report back."""
        return self.status is WITHDRAWN

    @property
    def on_leave(self) -> bool:
        """Tell whether the report says no more than that a child is on leave."""
        return self.status is ON_LEAVE
