"""What the chat tells somebody of the staff of devices that came by a link of theirs."""

from intake.messages import outbox, windows
from intake.people.devices import PROBATION
from intake.store.db import Database

HEADING = "【新设备】"
"""Begins what the house itself tells, which no colleague has written."""


def tell_of_device(db: Database, reporter: str, name: str) -> bool:
    """Tell somebody in the chat that a device came in, and how to confirm it or send it away, in the caller's transaction.

    Tell whether the platform would take it now; where it would not, the next answer of the chat says so (bot.teachers).
    """
    if not windows.window_of(db, reporter).name:
        return False
    now = db.here()
    hours = int(PROBATION.total_seconds() // 3600)
    outbox.post(
        db,
        reporter,
        f"{HEADING}{now.month}月{now.day}日 {now:%H:%M}，一台{name}用您的链接进来了。\n"
        f"是您自己，请回复“是我”。不是您，请回复“不是我”，它马上退出。\n不回复的话，它 {hours} 小时后退出。",
    )
    return True
