"""Time: kept in UTC, spoken of in China's one zone (UTC+8, no summer time)."""

from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")


def here(pinned: date | None = None) -> datetime:
    """Give the local moment; with `pinned` the time of day is real and the date is that one."""
    real = datetime.now(CHINA)
    return datetime.combine(pinned, real.timetz()) if pinned else real


def now(pinned: date | None = None) -> datetime:
    """Give the moment in UTC; see `here`."""
    return here(pinned).astimezone(UTC)


def stamp(moment: datetime) -> str:
    """Give the text kept in the database: ISO 8601, UTC, milliseconds, so that texts sort as times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(stamped: str) -> datetime:
    """Read a kept stamp as local time."""
    return datetime.fromisoformat(stamped).astimezone(CHINA)


def bounds(day: date) -> tuple[str, str]:
    """Give the stamps between which a local day lies: [first, last)."""
    start = datetime.combine(day, time(), CHINA)
    return stamp(start), stamp(start + timedelta(days=1))


def weekday(day: date) -> str:
    """Give 周一 … 周日."""
    return f"周{'一二三四五六日'[day.weekday()]}"
