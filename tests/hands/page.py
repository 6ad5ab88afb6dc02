"""A page as a browser without JavaScript reads it, fills it in and sends it."""

from collections.abc import Mapping
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake.kinds import KINDS
from intake.store.db import Database
from tests.hands.samples import sample

NASTY = "\"><script>alert('1')</script>&lt;b&gt;"


class Page(HTMLParser):
    """An answer read as a browser reads it: what a submit would send, and what leads where."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.status, self.html = response.status_code, response.get_data(as_text=True)
        self.fields: MultiDict[str, str] = MultiDict()
        self.names: set[str] = set()
        self.controls: set[str] = set()
        self.ids: set[str] = set()
        self.labels: set[str] = set()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.sources: list[str] = []
        self.attributes: set[str] = set()
        self.described: set[str] = set()
        self.invalid: set[str] = set()
        self.open_details = 0
        self.words = ""
        self._inside = ""
        self._select: list[str] = []
        self._option: tuple[bool, str | None] | None = None
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a browser would act on."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        self.tags.add(tag)
        self.attributes |= set(given)
        if tag == "script" or given.get("rel") == "stylesheet":
            self.sources.append(str(given.get("src") or given["href"]))  # nothing stands in the page itself
        if given.get("id"):
            assert given["id"] not in self.ids, "an id occurs twice"
            self.ids.add(str(given["id"]))
        self.links += [str(given[one]) for one in ("href", "src", "action") if given.get(one)]
        self.labels.add(str(given.get("for"))) if tag == "label" and "for" in given else None
        self.described |= set((given.get("aria-describedby") or "").split())
        if "aria-invalid" in given:
            self.invalid |= set((given.get("aria-describedby") or "").split())
        self.open_details += tag == "details" and "open" in given
        if tag in ("input", "select", "textarea") and name:
            self.names.add(name)
            if given.get("type") not in ("hidden", "radio", "checkbox"):
                self.controls.add(str(given.get("id")))
        if tag == "input" and name:
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.fields.add(name, value)
        elif tag == "textarea":
            self._inside, self._select = name, [""]
        elif tag == "select":
            self._inside = name
        elif tag == "option" and self._inside:
            self._option = "selected" in given, given.get("value")

    def handle_endtag(self, tag: str) -> None:
        """Finish a text area or a list."""
        if tag == "textarea":
            self.fields.add(self._inside, "".join(self._select).removeprefix("\n"))
            self._inside, self._select = "", []
        elif tag == "select":
            self.fields.setdefault(self._inside, "")
            self._inside = ""
        elif tag == "option":
            self._option = None

    def handle_data(self, data: str) -> None:
        """Collect words, the text of a text area, and the chosen option."""
        self.words += data
        if self._option and self._option[0]:
            self.fields.add(self._inside, data if self._option[1] is None else self._option[1])
        elif self._select:
            self._select.append(data)


def opened(client: FlaskClient, path: str) -> Page:
    """Open a page that is there."""
    page = Page(client.get(path))
    assert page.status == 200
    return page


def public(kind: str, n: int) -> dict[str, str | list[str]]:
    """Give the n-th sample of a kind as a browser sends it, without what only teachers are asked."""
    asked_of = {key for key, one in KINDS[kind].answers().items() if not one.asked.teachers}
    return {
        key: list(value) if isinstance(value, list) else str(value)
        for key, value in sample(kind, n).items()
        if key in asked_of
    }


def filled(page: Page, answers: Mapping[str, str | list[str]], consent: str = "agree") -> MultiDict[str, str]:
    """Fill a page in, as somebody would by hand."""
    sent = page.fields.copy()
    for key, value in answers.items():
        assert key in page.names, f"{key} is not asked"
        sent.setlist(key, value if isinstance(value, list) else [value])
    if "consent" in page.names and consent:
        sent["consent"] = consent
    return sent


def send(client: FlaskClient, kind: str, answers: Mapping[str, str | list[str]]) -> TestResponse:
    """Open the form of a kind, fill it in, agree and submit."""
    return client.post(f"/forms/{kind}", data=filled(opened(client, f"/forms/{kind}"), answers))


def count(db: Database, table: str = "reports") -> int:
    """Count the rows of a table."""
    row = db.one(f"SELECT count(*) AS n FROM {table}")
    return int(row["n"]) if row else 0


def press(client: FlaskClient, path: str, page: Page, **fields: str) -> Page:
    """Fill fields of a page in, and submit it; follow where it leads."""
    sent = page.fields.copy()
    for key, value in fields.items():
        sent.setlist(key, [value])
    return Page(client.post(path, data=sent, follow_redirects=True))


def look(client: FlaskClient, receipt: str, last_four: str, child_name: str) -> Page:
    """Ask for the progress of a report."""
    token = opened(client, "/forms/status").fields["csrf_token"]
    proof = {"receipt": receipt, "last_four": last_four, "child_name": child_name}
    return Page(client.post("/forms/status", data=proof | {"csrf_token": token}))
