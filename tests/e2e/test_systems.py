"""Systems with keys against real servers: a key ends in every process at once, and a page of strangers reports nothing."""

import http.client
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.server import HOST, Server, app_server, baoxue
from tests.hands.samples import sample

BODY = json.dumps(sample("absence", 3) | {"last_seen": "三天前"}, ensure_ascii=False)
SENDS = """async ([house, body]) => {
  const told = [], types = ['text/plain', 'text/plain;application/json', 'application/x-www-form-urlencoded', 'application/json'];
  for (const mode of ['no-cors', 'cors'])
    for (const type of types)
      for (const more of [{}, {Authorization: 'Bearer a.b'}])
        try {
          const answer = await fetch(house, {method: 'POST', mode, body, headers: {'Content-Type': type, ...more}});
          told.push(answer.type);
        } catch (error) { told.push(error.name); }
  for (const type of types)
    navigator.sendBeacon(house, new Blob([body], {type}));
  await new Promise((done) => setTimeout(done, 500));
  return told;
}"""


def kept(data: Path) -> int:
    with closing(sqlite3.connect(f"file:{data / 'baoxue.db'}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM reports").fetchone()[0])


def send(server: Server, key: str = "", body: str = BODY) -> int:
    """Send a report on a connection of its own, which any of the processes may get."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    with closing(http.client.HTTPConnection(HOST, server.port, timeout=60)) as line:
        line.request("POST", "/api/v1/reports/absence", body.encode(), headers)
        return line.getresponse().status


@pytest.fixture
def closed(bare: Path, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """Give a server that takes reports from systems alone, and its data."""
    data = tmp_path / "data"
    shutil.copytree(bare, data)
    with app_server(data, BAOXUE_API="clients") as server:
        yield server, data


def test_a_key_opens_and_ends_in_every_process_at_once(closed: tuple[Server, Path]) -> None:
    server, data = closed
    assert {send(server) for _ in range(6)} == {401}
    said = baoxue(data, "client", "add", "区教育云", "--rate", "1200")
    first = re.findall(r"密钥（[^）]*）：(\S+)", said)[0]
    second = re.findall(r"密钥（[^）]*）：(\S+)", baoxue(data, "client", "add", "区教育云"))[0]
    assert {send(server, first) for _ in range(12)} == {201}
    listed = [json.loads(line) for line in baoxue(data, "client", "list", "--json").splitlines()]
    assert [(one["name"], bool(one["used_at"]), one["revoked_at"]) for one in listed] == [
        ("区教育云", True, ""), ("区教育云", False, ""),
    ]  # fmt: skip
    assert "已停用" in baoxue(data, "client", "revoke", first.partition(".")[0])
    assert {send(server, first) for _ in range(20)} == {401}
    assert {send(server, second) for _ in range(4)} == {201}
    assert kept(data) == 16
    baoxue(data, "verify")
    secrets = [one.partition(".")[2].encode() for one in (first, second)]
    for path in [*data.rglob("*"), server.log]:
        content = path.read_bytes() if path.is_file() else b""
        assert not [one for one in secrets if one in content], path.name


def test_a_command_says_what_is_wrong(bare: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(bare, data)
    for words in (
        ("add", "甲", "--area", "110101"), ("add", "甲", "--area", "220605105200"), ("add", "甲", "--school", "没有的"),
        ("add", "甲", "--kind", "nothing"), ("add", "甲", "--rate", "0"), ("add", "甲", "--rate", "1201"), ("add", " "),
        ("add", "字" * 41), ("revoke", "nobody"),
    ):  # fmt: skip
        with pytest.raises(Exception, match="ended with 2"):
            baoxue(data, "client", *words)
    assert baoxue(data, "client", "list") == ""


def test_no_web_page_reports_anything(chromium: Browser, house: Server) -> None:
    data = Path(house.env["BAOXUE_DATA"])
    before = kept(data)
    page = chromium.new_context().new_page()
    stranger = f"http://localhost:{house.port}/stranger"  # another origin, whose page has a policy of its own
    page.route(stranger, lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.goto(stranger)
    told = page.evaluate(SENDS, [f"http://{HOST}:{house.port}/api/v1/reports/absence", BODY])
    assert set(told) <= {"opaque", "TypeError"}
    page.set_content(
        f"<form method=post enctype=text/plain action=http://{HOST}:{house.port}/api/v1/reports/absence>"
        "<input name='{\"a\":\"' value='\"}'><button>领红包</button></form>"
    )
    with page.expect_navigation() as sent:
        page.click("button")
    assert sent.value.status in (403, 415), "it did go out"
    page.context.close()
    assert kept(data) == before
    assert send(house) == 201, "who is no page does report"
