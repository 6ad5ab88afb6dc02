"""Whether the house can take reports, and how many it has."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from intake.errors import Busy, Replaced, SettingsError, Unwritable
from intake.store.db import HURRIED, Database

ROOM = 100 * 1024 * 1024
"""Bytes that must be free on the disk."""


def faults(db: Database) -> list[str]:
    """Give what keeps reports from being taken, in Chinese; nothing when all is well.

    A transaction is begun and ended, which only who may write can do; nothing is written.
    """
    found = []
    try:
        with db.write(HURRIED):
            pass
        if not _is_open(db.path):
            found.append("数据库不能写入")
    except Replaced:
        found.append("数据库文件被换掉了，请重启")
    except (Unwritable, db.engine.Error, OSError):
        found.append("数据库不能写入")
    except Busy:
        found.append("数据库被别的程序占着，现在写不进去")
    try:
        db.keys  # noqa: B018
    except SettingsError as error:
        found.append(str(error))
    if shutil.disk_usage(db.settings.data).free < ROOM:
        found.append("磁盘空间不足")
    return found


def _is_open(path: Path) -> bool:
    """Tell whether the files of the database may be written: a change of nothing passes on a disk that may only be read."""
    log = path.with_name(f"{path.name}-wal")
    return all(os.access(one, os.W_OK) for one in (path.parent, path, log) if one.exists())


def metrics(db: Database, ages: Mapping[str, float] | None = None) -> bytes:
    """Give the Prometheus text: reports by kind and status, messages kept, since when each part of the worker is silent."""
    # Only here: most commands never count anything.
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    reports = Gauge("baoxue_reports", "Reports received", ["kind", "status"], registry=registry)
    for row in db.all("SELECT kind, status, count(*) AS n FROM reports GROUP BY kind, status"):
        reports.labels(row["kind"], row["status"]).set(row["n"])
    kept = db.one("SELECT count(*) AS n FROM messages")
    Gauge("baoxue_messages", "Chat messages kept", registry=registry).set(kept["n"] if kept else 0)
    silent = Gauge("baoxue_worker_age_seconds", "Since the worker came round", ["part"], registry=registry)
    for part, age in (ages or {}).items():
        silent.labels(part).set(age)
    return bytes(generate_latest(registry))
