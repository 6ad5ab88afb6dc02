"""The bureau's office: when it is night there, what the terms are, and who is on duty."""

from datetime import datetime

from intake.calendar import clock
from intake.people import accounts
from tests.hands.chat import Chat

TERMS = "2026-03-01/2026-07-10；2026-09-01/2027-01-15"
NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=clock.CHINA)


def add_officer(chat: Chat) -> None:
    """Add somebody of the bureau who may be on duty: `bureau-1`."""
    accounts.add_person(
        chat.db, name="值班", login="bureau-1", password="long enough", role="bureau", area="220605"
    )
