"""The desk while somebody holds the database: each page answers in time, and what was typed comes again."""

import pytest
from flask.testing import FlaskClient

from intake.settings import Settings
from intake.talks import triage
from tests.hands.chat import opened
from tests.hands.danger import TOLD, WORDS, browser, enrol, look, receipt_of, sent
from tests.hands.gate import LIMIT, stand_at_the_gate, stopped, within
from tests.hands.page import Page

pytestmark = pytest.mark.processes


def test_the_desk_answers_while_the_gate_is_held_and_keeps_what_was_typed(settings: Settings) -> None:
    with opened(settings) as chat:
        enrol(chat.db)
        chat.say(TOLD)
        li = browser(chat, "bureau")
        path = f"/desk/reports/{receipt_of(chat.db)}"
        thread = f"/desk/talks/{triage.threads_waiting(chat.db)[0].id}"
        typed = {
            f"{path}/outcome": sent(look(li, path)) | {"words": WORDS},
            f"{thread}/answer": sent(look(li, thread), "answer") | {"text": "马上打电话"},
        }
        with stopped(stand_at_the_gate, chat.db.settings.data):
            for one in ("/desk/", "/desk/talks", "/desk/calls", "/desk/pictures", path, thread):
                answered(li, one)
            for one, fields in typed.items():
                with within(LIMIT):
                    page = Page(li.post(one, data=fields))
                assert page.status == 503
                assert {key: page.fields[key] for key in fields} == fields
        assert li.post(f"{path}/outcome", data=typed[f"{path}/outcome"]).status_code == 303


def answered(client: FlaskClient, path: str) -> None:
    """Expect a page, or the sentence that it takes a moment."""
    with within(LIMIT):
        answer = client.get(path)
    assert answer.status_code == 200 or (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), (
        path
    )
