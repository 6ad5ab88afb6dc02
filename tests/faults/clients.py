"""Those who use a house while it breaks: each sends a thing until it is acknowledged, and then the next."""

import json
import random
import re
import threading
import time
import uuid
from abc import abstractmethod
from collections.abc import Callable
from datetime import date
from typing import Any

import requests

from intake.kinds import KINDS as DECLARED
from tests.e2e.server import WECHAT
from tests.faults.house import MORNING, House
from tests.faults.ledger import Ledger, name_of
from tests.hands.chat import RECEIPT, asking
from tests.hands.page import Page, filled
from tests.hands.samples import KINDS, sample
from tests.hands.wechat_client import parse_xml

REST = 0.15
"""Seconds at most between two things of one client."""
HANGS = 300.0
"""Seconds after which something that is sent again and again counts as never taken."""
PLATFORM = 5.0
"""Seconds that the platform waits for an answer."""
DIGITS = re.compile(r"\D")
TODAY = MORNING.date()
KEEP = 40
"""Things that a client may send a second time, long after they were acknowledged."""


class Answer:
    """An answer as the reader of pages wants it."""

    def __init__(self, response: requests.Response) -> None:
        self.status_code, self.headers, self._text = response.status_code, response.headers, response.text
        self.content = response.content

    def get_data(self, as_text: bool = True) -> str:
        """Give the text."""
        return self._text


class Client(threading.Thread):
    """One who sends; what `again` holds can be sent a second time."""

    channel = ""

    def __init__(self, house: House, ledger: Ledger, seed: str) -> None:
        super().__init__(name=f"{self.channel} {seed}", daemon=True)
        self.house, self.ledger, self.lot = house, ledger, random.Random(seed)
        self.over, self.may, self.idle = threading.Event(), threading.Event(), threading.Event()
        self.done: list[Callable[[], object]] = []
        self.http = self.browser()
        self.may.set()

    def browser(self) -> requests.Session:
        """Give what it sends with."""
        return self.house.browser()

    @abstractmethod
    def item(self) -> None:
        """Send one thing until it is acknowledged."""

    def run(self) -> None:
        """Send until it is over; rest while nobody may."""
        while not self.over.is_set():
            if not self.may.is_set():
                self.idle.set()
                self.may.wait(0.1)
                continue
            self.idle.clear()
            try:
                self.item()
            except Exception as fault:
                self.ledger.complain(f"{self.name}: {type(fault).__name__} {fault}"[:600])
                time.sleep(0.5)
            time.sleep(self.lot.random() * REST)
        self.idle.set()

    def repeat(self) -> None:
        """Send again some of what was acknowledged long ago: the answer must be the same."""
        for one in self.lot.sample(self.done, min(len(self.done), 5)):
            one()
            self.ledger.repeated += 1
        del self.done[:-KEEP]

    def deliver(self, send: Callable[[], requests.Response]) -> Answer:
        """Send the same until somebody answers it with something else than: later."""
        deadline = time.monotonic() + HANGS
        while time.monotonic() < deadline:
            began = time.monotonic()
            try:
                answer = send()
            except requests.RequestException:
                self.ledger.again()
                time.sleep(0.1 + self.lot.random() * 0.2)
                continue
            self.ledger.took(self.channel, time.monotonic() - began)
            if answer.status_code != 503:
                return Answer(answer)
            self.ledger.again()
            time.sleep(0.2)
        raise AssertionError("nobody took it")

    def get(self, path: str) -> Page:
        """Open a page."""
        answer = self.deliver(
            lambda: self.http.get(self.house.home + path, timeout=20, allow_redirects=False)
        )
        if answer.status_code != 200:
            raise AssertionError(f"{answer.status_code} at {path}: {words(answer)}")
        return Page(answer)  # type: ignore[arg-type]

    def post(self, path: str, data: Any, **more: Any) -> Answer:
        """Send a form."""
        return self.deliver(
            lambda: self.http.post(
                self.house.home + path, data=data, timeout=20, allow_redirects=False, **more
            )
        )


def words(answer: Answer) -> str:
    """Give what an answer says to a person."""
    text = re.sub(r"<(script|style|head).*?</\1>|<[^>]+>", " ", answer.get_data(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)[:300]


def public_of(kind: str, number: int, today: date = TODAY) -> dict[str, str | list[str]]:
    """Give the answers of a sample as a browser sends them, without what only teachers are asked."""
    asked = {key for key, one in DECLARED[kind].answers().items() if not one.asked.teachers}
    return {
        key: list(value) if isinstance(value, list) else str(value)
        for key, value in sample(kind, number, today).items()
        if key in asked
    }


class Program(Client):
    """Another system, by JSON."""

    channel = "api"

    def item(self) -> None:
        """Send a report of any kind."""
        number = self.ledger.number()
        kind, key, name = KINDS[number % 5], str(uuid.uuid4()), name_of(number)
        body = json.dumps(sample(kind, number, TODAY) | {"child_name": name}, ensure_ascii=False).encode()
        head = {"Content-Type": "application/json", "Idempotency-Key": key}

        def send() -> None:
            answer = self.post(f"/api/v1/reports/{kind}", body, headers=head)
            assert answer.status_code in (200, 201), f"{answer.status_code} {words(answer)}"
            self.ledger.note(self.channel, name, json.loads(answer.get_data())["receipt"])

        send()
        self.done.append(send)


class Parent(Client):
    """A browser with a form: without scripts, or with those that send with a key."""

    channel = "page"

    def item(self) -> None:
        """Fill a form in and send it."""
        self.http = self.browser()
        number = self.ledger.number()
        kind, name = ("absence", "boarding", "subsidy")[number % 3], name_of(number)
        page = self.get(f"/forms/{kind}")
        sent = filled(page, public_of(kind, number) | {"child_name": name})
        data = [(key, value) for key, values in sent.lists() for value in values]
        head = {"Idempotency-Key": sent["idempotency_key"]} if number % 2 else {}
        browser = self.http

        def send() -> None:
            self.http = browser
            answer = self.post(f"/forms/{kind}", data, headers=head)
            if answer.status_code == 303:
                told = self.get(answer.headers["Location"]).words
            else:
                assert answer.status_code == 201, f"{answer.status_code} {words(answer)}"
                told = json.loads(answer.get_data())["told"]
            found = RECEIPT.search(told)
            assert found, told[:200]
            self.ledger.note(self.channel, name, found[0].replace(" ", ""))

        send()
        self.done.append(send)


class Chatter(Client):
    """A parent in WeChat; the platform sends each message up to its answer, signed and encrypted or signed alone."""

    channel = "chat"
    LINES = 40

    def item(self) -> None:
        """Tell of an absent child, from the first word to the receipt."""
        number = self.ledger.number()
        openid, name = f"oFault{uuid.uuid4().hex[:22]}", name_of(number)
        body = {
            key: value
            for key, value in sample("absence", number, TODAY).items()
            if key not in ("id_number", "sex", "birth_date")
        }
        body |= {"child_name": name, "phone": sample("absence", number, TODAY)["phone"]}
        mode = ("safe", "plain")[number % 2]
        reply = self.say(openid, mode, "4")
        for _ in range(self.LINES):
            if found := RECEIPT.search(reply):
                self.ledger.note(self.channel, name, found[0].replace(" ", ""))
                return
            reply = self.say(openid, mode, self.next_line(reply, body))
        raise AssertionError(f"no receipt after: {reply[:200]}")

    def next_line(self, reply: str, body: dict[str, object]) -> str:
        """Give what a parent answers."""
        if "请您核对" in reply:
            return "确认"
        key = asking("absence", reply)
        if not key:
            return "同意"
        value = body.get(key, "跳过")
        return "、".join(value) if isinstance(value, list) else str(value)

    def say(self, openid: str, mode: str, line: str) -> str:
        """Deliver a line until it is answered."""
        xml = WECHAT.text(openid, line)

        def send() -> str:
            answer = self.deliver(lambda: self._once(xml, mode))
            assert answer.status_code == 200, f"{answer.status_code} {words(answer)}"
            text = answer.content.decode()
            said = parse_xml(text) if mode == "plain" else WECHAT.open_reply(answer.content)
            self.ledger.note("message", xml, str(said["Content"]))
            return str(said["Content"])

        reply = send()
        self.ledger.messages[openid] += 1
        self.done.append(send)
        return reply

    def _once(self, xml: str, mode: str) -> requests.Response:
        post = getattr(WECHAT, mode)(xml)
        return self.http.post(
            f"{self.house.home}/wechat?{post.query_string}",
            data=post.body,
            headers={"Content-Type": "text/xml"},
            timeout=PLATFORM,
        )
