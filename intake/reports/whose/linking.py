"""A report is linked to its child, with its case and what it tells, and the link is taken back."""

from intake.children.children import Child
from intake.kinds.envelope import Envelope
from intake.store.db import Database

CERTAIN, CONFIRMED, ENTERED = "certain", "confirmed", "entered"
"""How a report came to its child: by itself, by somebody's word, or a file was made of it."""


def link_report(db: Database, report: Envelope, child: Child, how: str, actor: str) -> str:
    """Link a report to its child, in one transaction: its case, the facts it tells, the family's link; give its id."""
    raise NotImplementedError


def unlink_report(db: Database, report: Envelope, actor: str) -> None:
    """Take the link of a report back: case, facts and links are as before. Raises Missing where there is none."""
    raise NotImplementedError
