"""How things stand with a report: one answer for the page, the address and the chat."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake import clock, receipts, reports, tries
from intake.db import Database, Row
from intake.kinds import KINDS

PLAIN: Mapping[str, str] = {
    "待处理": "已经收到，等待处理",
    "处理中": "正在处理",
    "已解决": "已经解决",
    "无法解决": "没有办成，工作人员会向您说明原因",
    "关闭": "已经办结",
    "线索": "已经收到，等待班主任核实",
    "已请假": "已经记下请假",
    "待核实": "已经收到，等待核实",
    "核实中": "正在核实",
    "已撤回": "已经按您的要求撤回",
}
"""Statuses in a parent's words; what is not here is staff's business and shown as 正在跟进."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a reporter may know of a report without anything about the child."""

    receipt: str
    kind: str
    title: str
    received: str
    status: str
    promise: str

    @property
    def plain(self) -> str:
        """Give the status in a parent's words."""
        return PLAIN.get(self.status, "正在跟进")

    @property
    def sentence(self) -> str:
        """Say it in one line, the same on every channel."""
        return f"{self.title}，{self.received} 收到，{self.plain}。"


def of(report: Row) -> Progress:
    """Give the progress of an envelope."""
    kind = KINDS[report["kind"]]
    received = clock.local(report["received_at"])
    return Progress(
        receipt=report["receipt"],
        kind=kind.kind,
        title=kind.title,
        received=f"{received.month}月{received.day}日 {received:%H:%M}",
        status=report["status"],
        promise=kind.promise,
    )


def prove(db: Database, receipt: str, last_four: str, child_name: str) -> Progress | None:
    """Look a receipt up for somebody who knows the phone's last four digits and the child's name.

    None for a wrong receipt and for a wrong proof alike. Raises tries.TooMany after several.
    """
    number = receipts.read(receipt)
    if number is None:
        return None
    what = f"status:{number}"
    tries.refuse(db, what)
    report = reports.find(db, number)
    if report is not None:
        said = reports.schema(db, report["kind"]).said({"child_name": child_name, "phone": last_four})
        known = reports.answers(db, report)
        if said.get("child_name") == known.get("child_name", "") and str(known.get("phone", "")).endswith(
            str(said.get("phone", "-"))[-4:].rjust(4, "-")
        ):
            tries.forget(db, what)
            return of(report)
    tries.count(db, what)
    return None


def of_reporter(db: Database, reporter: str) -> list[Progress]:
    """Give the progress of somebody's newest reports, for the chat."""
    return [of(report) for report in reports.of_reporter(db, reporter)]
