"""The help pages: plain, complete, their pictures there and small; and a way to them from every page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forms import helping
from intake.kinds import KINDS
from intake.reports import notice
from intake.school import roll
from intake.store.db import Database

PAGES = ["/help", "/help/teachers", "/help/clerks", *(f"/help/{one}" for one in sorted(helping.COLLEAGUES))]
PICTURES = Path(helping.__file__).parent / "phone" / "static" / "help"
every_page = pytest.mark.parametrize("path", PAGES)


class Read(HTMLParser):
    """A page as somebody reads it: its pictures, where its links lead, its words in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pictures: list[dict[str, str]] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note pictures, links and places."""
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.pictures.append(given)
        self.links += [given["href"]] if tag == "a" else []
        self.ids |= {given["id"]} if "id" in given else set()

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words += data


def _read(client: FlaskClient, path: str) -> Read:
    answer = client.get(path)
    assert answer.status_code == 200
    return Read(answer.get_data(as_text=True))


@every_page
def test_danger_comes_first_and_its_numbers_can_be_tapped(client: FlaskClient, path: str) -> None:
    page = _read(client, path)
    numbers = [link.removeprefix("tel:") for link in page.links if link.startswith("tel:")]
    assert numbers[:3] == ["110", "120", "12355"]
    assert page.links.index("tel:110") < min(n for n, link in enumerate(page.links) if link.startswith("#"))


@every_page
def test_every_picture_is_there_small_and_told(client: FlaskClient, path: str) -> None:
    page = _read(client, path)
    assert page.pictures
    for picture in page.pictures:
        with client.get(picture["src"]) as answer:
            assert answer.status_code == 200
            assert answer.mimetype == "image/webp"
            assert len(answer.data) <= 25 * 1024
            assert "immutable" in answer.headers["Cache-Control"]
        assert picture["loading"] == "lazy"
        assert len(picture["alt"]) > 8
        assert 0 < int(picture["width"]) <= 328
        assert int(picture["height"]) > 0


def test_no_picture_lies_about_unused(client: FlaskClient) -> None:
    named = {picture["src"] for path in PAGES for picture in _read(client, path).pictures}
    used = {found[1] for one in named if (found := re.search(r"/([a-z]+)\.webp", one))}
    assert used == {file.stem for file in PICTURES.glob("*.webp")}


@every_page
def test_every_link_leads_somewhere(client: FlaskClient, path: str) -> None:
    page = _read(client, path)
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        elif link.startswith("/"):
            with client.get(link) as answer:
                assert answer.status_code in (200, 302, 303)


def test_parents_are_told_what_is_true_of_the_house(client: FlaskClient, db: Database) -> None:
    words = _read(client, "/help").words
    for kind in KINDS.values():
        assert kind.title in words
        assert kind.promised() in words
    assert dict(notice.paragraphs(db.settings))["谁能看到"] in words
    for told in ("尚未送达", "已送达", "撤回", "更正", "替您填", "银行卡", "不花钱"):
        assert told in words


def test_teachers_are_told_the_rules_of_the_roll(client: FlaskClient) -> None:
    words = _read(client, "/help/teachers").words
    for reason in roll.REASONS:
        assert reason in words
    assert f"{roll.CLOSES:%H:%M} 以前" in words
    assert "未上报" in words


def test_help_is_one_tap_away(client: FlaskClient) -> None:
    for path in ("/", "/forms/absence", "/forms/status", "/forms/sign-in", "/no-such-page"):
        assert "/help" in Read(client.get(path).get_data(as_text=True)).links
    assert (
        "/help/clerks"
        in Read(client.get("/desk/sign-in", follow_redirects=True).get_data(as_text=True)).links
    )


def test_clerks_need_no_server_for_what_the_desk_does(client: FlaskClient) -> None:
    rows = re.findall(r"<dd>(.*?)</dd>", client.get("/help/clerks").get_data(as_text=True), re.DOTALL)
    with_a_command = [one for one in rows if "baoxue staff" in one]
    assert with_a_command
    assert all("“人员”" in one for one in with_a_command), with_a_command


def test_pictures_are_taken_to_where_the_pages_look_for_them() -> None:
    from tests.e2e import pictures  # Playwright, that only this test pays

    assert pictures.HELP == PICTURES
