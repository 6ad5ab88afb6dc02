"""What scenarios share: one thing of every kind sent while the house is in trouble, its answer held to what was promised."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import requests

from tests.e2e.server import WECHAT
from tests.faults.clients import PLATFORM, TODAY, Answer, public_of
from tests.faults.house import House
from tests.faults.ledger import Ledger, name_of
from tests.hands.page import Page, filled
from tests.hands.samples import sample

LATER = "503"
TAKEN = "taken"
EARLIER = TODAY - timedelta(days=10)
"""A day from which a report can tell, though the clock be set back."""


@dataclass
class Message:
    """A message of a parent, which the platform sends up to its answer."""

    house: House
    openid: str = field(default_factory=lambda: f"oTrouble{uuid.uuid4().hex[:18]}")
    line: str = "孩子三天没来上学了"

    def __post_init__(self) -> None:
        """Give it its MsgId."""
        self.xml = WECHAT.text(self.openid, self.line)

    def send(self) -> str:
        """Deliver it within the platform's time, which tries three times; give LATER, or the reply.

        A machine that is crowded answers one of them in time, a house that hangs none.
        """
        for last in (False, False, True):
            try:
                return self._once()
            except requests.Timeout:
                if last:
                    raise
        raise AssertionError

    def _once(self) -> str:
        post = WECHAT.safe(self.xml)
        answer = requests.post(
            f"{self.house.home}/wechat?{post.query_string}", data=post.body, timeout=PLATFORM
        )
        if answer.status_code == 503:
            assert answer.headers["Retry-After"]
            assert answer.content == b"", "the platform would show it to the parent"
            return LATER
        assert answer.status_code == 200
        return str(WECHAT.open_reply(answer.content)["Content"])


@dataclass
class Sent:
    """A report of another system, and one of a page, each with its key."""

    house: House
    ledger: Ledger

    def program(self) -> "Program":
        """Give a report that was not sent yet."""
        return Program(self.house, self.ledger, self.ledger.number())

    def form(self) -> "Form":
        """Open a form and fill it in."""
        return Form(self.house, self.ledger, self.ledger.number())


class Program:
    """A report by JSON, however often it is sent."""

    def __init__(self, house: House, ledger: Ledger, number: int) -> None:
        self.house, self.ledger, self.name = house, ledger, name_of(number)
        self.key, self.body = uuid.uuid4().hex, sample("absence", number, EARLIER) | {"child_name": self.name}

    def send(self) -> str:
        """Send it; give LATER or TAKEN."""
        answer = requests.post(
            f"{self.house.home}/api/v1/reports/absence",
            json=self.body,
            headers={"Idempotency-Key": self.key},
            timeout=20,
        )
        if answer.status_code == 503:
            assert answer.headers["Retry-After"]
            assert "请" in json.loads(answer.text)["errors"][""][0]
            return LATER
        assert answer.status_code in (200, 201), answer.text
        self.ledger.note("api", self.name, answer.json()["receipt"])
        return TAKEN


class Form:
    """A form of a page, opened before the trouble."""

    def __init__(self, house: House, ledger: Ledger, number: int) -> None:
        self.house, self.ledger, self.name, self.browser = house, ledger, name_of(number), house.browser()
        answer = Answer(self.browser.get(f"{house.home}/forms/absence", timeout=20))
        page = Page(answer)  # type: ignore[arg-type]
        self.data = filled(page, public_of("absence", number, EARLIER) | {"child_name": self.name})

    def send(self) -> str:
        """Send it; give LATER or TAKEN. What was typed is on the page that says so."""
        pairs = [(key, value) for key, values in self.data.lists() for value in values]
        answer = self.browser.post(
            f"{self.house.home}/forms/absence",
            data=pairs,
            headers={"Idempotency-Key": self.data["idempotency_key"]},
            timeout=20,
        )
        if answer.status_code == 503:
            assert answer.headers["Retry-After"]
            assert f'value="{self.name}"' in answer.text
            return LATER
        assert answer.status_code == 201, answer.text
        receipt = answer.json()["told"].partition("回执号 ")[2].replace(" ", "")
        self.ledger.note("page", self.name, receipt)
        return TAKEN


def verified(house: House) -> bool:
    """Tell whether the house finds nothing wrong with its data."""
    return "没有问题" in house.run("verify")
