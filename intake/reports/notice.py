"""The consent notice (个人信息保护法 §17 §31, 儿童个人信息网络保护规定 §9 §10), and who agreed to it when."""

from intake.calendar import clock
from intake.settings import Settings
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

VERSION = "2026-12"
"""Changes with every change of the text."""
STANDING = frozenset({"2026-11", VERSION})
"""Versions that say the same of what is collected and who sees it: who agreed to one of them is not asked again."""


def summary() -> list[str]:
    """Give the notice in three sentences that fit one screen: what, who sees it, that a refusal is fine."""
    return [
        "要问孩子的姓名、学校、住哪个镇，和您的电话。只用来帮孩子上学。",
        "只有管这件事的老师、镇街和教育局的人看得到。",
        "不同意也没关系，不影响孩子上学，可以打电话或到学校当面说。",
    ]


def paragraphs(settings: Settings) -> list[tuple[str, str]]:
    """Give the notice as (heading, sentence): purpose, scope, keeping, rights, contact, refusal."""
    bureau = f"{settings.district_name}{settings.bureau}"
    return [
        (
            "用来做什么",
            "只用来帮孩子上学：登记入学、安排住校和接送、核实补助、找回没来上学的孩子、保护孩子安全。",
        ),
        ("要填什么", "孩子的姓名、住在哪个镇街、您的电话，和这件事有关的情况。标着“可不填”的都可以不填。"),
        ("谁能看到", "只有负责这件事的学校、镇街和教育局工作人员。身份证号和电话加密保存。"),
        ("存在哪里、存多久", f"存在{bureau}的服务器上。聊天原文 180 天后删除，登记的内容按档案规定保存。"),
        ("您的权利", "您可以随时查看、更正、撤回或要求删除。"),
        ("找谁问", contact(settings)),
        ("不同意也可以", "不同意不影响孩子上学，您可以打电话或到学校当面说。"),
    ]


def contact(settings: Settings) -> str:
    """Give the sentence that says whom to ask, or to tell in person."""
    bureau = f"{settings.district_name}{settings.bureau}"
    phone = f"，电话 {settings.contact_phone}" if settings.contact_phone else ""
    return f"{bureau}{phone}，或孩子学校的班主任。"


def record(db: Database, reporter: str, agreed: bool, how: str = "", once: str = "") -> str:
    """Keep an answer to the notice; give the mark that goes with a report: version, time, and how, if not in person.

    `how` is spoken where a teacher read the notice aloud. `once` is the key of the report, so that a
    repeated sending keeps one answer.
    """
    at, mark = clock.stamp(db.now()), f" {how}" if how else ""
    made = db.keys.digest("consent", once) if once else new_id()
    with db.write():
        done = db.run(
            "INSERT INTO consents (id, reporter, notice, agreed, at, how) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING",
            (made, reporter, VERSION, int(agreed), at, how),
        )
        if done.rowcount:
            audit.note(
                db, reporter, "consent.given" if agreed else "consent.refused", reporter, VERSION + mark
            )
    return f"{VERSION} {at}{mark}"


def standing(db: Database, reporter: str) -> str:
    """Give the mark of somebody's consent to today's notice, or nothing."""
    row = db.one(
        "SELECT notice, agreed, at FROM consents WHERE reporter = ? ORDER BY at DESC LIMIT 1", (reporter,)
    )
    return f"{row['notice']} {row['at']}" if row and row["agreed"] and row["notice"] in STANDING else ""
