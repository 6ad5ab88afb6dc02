"""Moments as staff say them: 今天 09:30, 昨天 16:05, 11月20日 08:00; and how long somebody has waited."""

from datetime import datetime, timedelta

from intake.calendar import clock


def when(stamp: str, now: datetime) -> str:
    """Say when something was, seen from now."""
    then = clock.local(stamp)
    days = (now.astimezone(clock.CHINA).date() - then.date()).days
    day = ("今天", "昨天")[days] if days in (0, 1) else f"{then.month}月{then.day}日"
    return f"{day} {then:%H:%M}"


def waited(stamp: str, now: datetime) -> str:
    """Say how long somebody has waited since then."""
    past = max(now - clock.local(stamp), timedelta())
    minutes = int(past.total_seconds()) // 60
    if minutes < 60:
        return f"{max(minutes, 1)} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 60 // 24} 天"
