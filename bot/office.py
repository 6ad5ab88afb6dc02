"""What the dialogue may ask of the house, bound to one reporter and one message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake import kinds, notice, progress, receipts, reports
from intake.db import Database
from intake.kinds import Answers, Report
from intake.progress import Progress
from intake.settings import Settings

CHANNEL = "wechat"


class NeedsWriting(Exception):
    """The answer changes more than the conversation: decide again inside the transaction."""


@dataclass(frozen=True, slots=True)
class Office:
    """The house as one message sees it; what changes anything raises NeedsWriting unless `writing`."""

    db: Database
    reporter: str
    key: str
    writing: bool

    @property
    def settings(self) -> Settings:
        """Give the settings."""
        return self.db.settings

    @property
    def today(self) -> date:
        """Give the local date."""
        return self.db.today()

    @property
    def kinds(self) -> Mapping[str, type[Report]]:
        """Give the kinds of report, in the order of the menu."""
        return kinds.KINDS

    @property
    def contact(self) -> str:
        """Give the sentence that says whom to ask."""
        return notice.contact(self.settings)

    def form(self, kind: str) -> Report:
        """Give the declaration of a kind, bound to today's places."""
        return reports.schema(self.db, kind)

    def consent(self) -> str:
        """Give the mark of the reporter's consent to today's notice, or nothing."""
        return notice.standing(self.db, self.reporter)

    def agree(self, agreed: bool) -> str:
        """Keep the answer to the notice; give its mark."""
        self._change()
        return notice.record(self.db, self.reporter, agreed)

    def receive(self, kind: str, answers: Answers, consent: str, at_once: bool = False) -> str:
        """Take a report; give its receipt. Raises kinds.Invalid."""
        self._change()
        done = reports.receive(
            self.db,
            kind,
            answers,
            channel=CHANNEL,
            reporter=self.reporter,
            key=f"{CHANNEL}:{self.key}",
            consent=consent,
            at_once=at_once,
        )
        return done.receipt

    def add(self, receipt: str, facts: Mapping[str, Any], said: str) -> None:
        """Add to the reporter's own report what was said afterwards. Raises kinds.Invalid."""
        self._change()
        report = reports.find(self.db, receipt)
        if report is None or report["reporter"] != self.reporter:
            return
        changes = dict(facts)
        if said:
            told = str(reports.answers(self.db, report).get("description", ""))
            changes["description"] = f"{told}\n{said}".strip()[:500]
        reports.amend(self.db, report, changes, actor=self.reporter, reason="家长补充")

    def progress(self) -> list[Progress]:
        """Give the progress of the reporter's newest reports."""
        return progress.of_reporter(self.db, self.reporter)

    def progress_of(self, said: str) -> Progress | None:
        """Give the progress of a receipt if it is the reporter's own."""
        number = receipts.read(said)
        report = reports.find(self.db, number) if number else None
        return progress.of(report) if report and report["reporter"] == self.reporter else None

    def _change(self) -> None:
        if not self.writing:
            raise NeedsWriting
