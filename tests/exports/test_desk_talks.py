"""The desk's side of talking, in a browser without JavaScript: list, thread, answer, report, calls."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from intake.calendar import clock
from intake.errors import Missing
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.messages import media, outbox
from intake.people import accounts
from intake.people.scope import Scope
from intake.reports import lookup, notice, receipts
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import calls, triage
from tests.hands.cells import opened_cells
from tests.hands.chat import PLATFORM, Chat, opened
from tests.hands.desk import ACTORS, PASSWORD, address, called, look, press, report, scripts, shut, sign_in
from tests.hands.page import NASTY, Page, filled, public
from tests.hands.samples import sample
from tests.hands.wechat_client import Post

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 64
ALLOWED = ("bureau", "wang")


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        actors = {**ACTORS, "wang": ("bureau", "220605"), "branch": ("bureau", "220605105")}
        for login, (role, area) in actors.items():
            accounts.add_person(
                one.db, name=f"{login}老师", login=login, password=PASSWORD, role=role, area=area
            )
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


@pytest.fixture
def client(chat: Chat) -> FlaskClient:
    """Give the browser of somebody of the bureau."""
    return browser(chat)


def browser(chat: Chat, login: str = "bureau") -> FlaskClient:
    found = chat.app.test_client()
    sign_in(found, login)
    return found


def test_the_desk_tells_how_many_wait(chat: Chat, client: FlaskClient, db: Database) -> None:
    page = look(client, "/desk/")
    assert "家长留言：0 位在等" in page.words
    chat.say("人工")
    Chat(chat.app, "oParent-2").say("人工")
    shut(db)
    press(client, address(db), "answer", text="您好")
    page = look(client, "/desk/")
    assert "家长留言：1 位在等" in page.words
    assert "要打的电话：1 个" in page.words
    assert {"/desk/talks", "/desk/calls"} <= set(page.links)


def test_the_list_shows_who_waits_how_long_and_why_but_no_words(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    assert "现在没有家长在等回话" in look(client, "/desk/talks").words
    chat.say("人工", "张小明家的孩子嗷嗷嗷")
    page = look(client, "/desk/talks")
    assert "1 位家长在等回话" in page.words
    assert "要找人" in page.words
    assert "张小明" not in page.html
    assert f"{address(db)}#open" in page.links
    assert not db.all("SELECT id FROM audit WHERE verb = 'talk.read'")


PATHS = ("/desk/talks", "{}", "{}/report/absence", "/desk/calls", "/desk/calls/no-such-call", "{}/media/none")


@pytest.mark.parametrize("path", PATHS)
def test_only_the_bureau_of_the_whole_district_gets_in(chat: Chat, db: Database, path: str) -> None:
    chat.say("人工")
    path = path.format(address(db))
    assert chat.app.test_client().get(path).location.startswith("/desk/sign-in?next=")
    for login in ("shiren", "principal", "teacher", "branch"):
        other = browser(chat, login)
        answer = other.get(path)
        assert answer.status_code == 403, login
        assert "人工" not in answer.get_data(as_text=True)
    assert not db.all("SELECT id FROM audit WHERE verb IN ('talk.read', 'media.read', 'phone.read')")


def test_a_town_sees_no_door_to_talks(chat: Chat) -> None:
    page = look(browser(chat, "shiren"), "/desk/")
    assert "家长留言" not in page.words
    assert "/desk/talks" not in page.links


@pytest.mark.parametrize("action", ["answer", "close", "report/absence"])
def test_who_may_not_answer_changes_nothing(chat: Chat, db: Database, action: str) -> None:
    chat.say("人工")
    other = browser(chat, "shiren")
    token = look(other, "/desk/").fields["csrf_token"]
    seen = triage.mark(db, triage.threads_waiting(db)[0].reporter)
    answer = other.post(
        f"{address(db)}/{action}", data={"csrf_token": token, "seen": seen, "text": "x", "why": "other"}
    )
    assert answer.status_code == 403
    assert triage.count(db) == 1


@pytest.mark.parametrize("action", ["answer", "close", "report/absence"])
def test_a_forged_form_changes_nothing(chat: Chat, client: FlaskClient, db: Database, action: str) -> None:
    chat.say("人工")
    seen = triage.mark(db, triage.threads_waiting(db)[0].reporter)
    data = {"seen": seen, "text": "x", "why": "other"}
    assert client.post(f"{address(db)}/{action}", data=data).status_code == 400
    assert triage.count(db) == 1


@pytest.mark.parametrize("path", ["/desk/talks/x", "/desk/talks/x/report/absence", "/desk/talks/x/media/y"])
def test_a_thread_that_is_none_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_kind_that_is_none_is_not_found(chat: Chat, client: FlaskClient, db: Database) -> None:
    chat.say("人工")
    assert client.get(f"{address(db)}/report/nothing").status_code == 404


def test_a_thread_shows_the_conversation_and_marks_what_waits(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    page = look(client, address(db))
    assert 'id="open"' in page.html
    assert "有 1 条在等回话" in page.words
    assert "要找人" in page.words
    assert "自动回复" in page.words
    for kind in KINDS:
        assert f"{address(db)}/report/{kind}" in page.links


def test_nothing_that_a_parent_wrote_becomes_markup(chat: Chat, client: FlaskClient, db: Database) -> None:
    chat.say("人工", NASTY)
    page = look(client, address(db))
    assert scripts(page) == []
    assert NASTY in page.words
    assert NASTY in look(client, f"{address(db)}/report/absence").words


def test_an_unread_body_is_shown_as_text(settings: Settings, chat: Chat) -> None:
    with opened(settings, "plain") as plain:
        body = "<xml><Content>孩子不去了</Content><script>alert(1)</script><b></xml>"
        assert plain.post(Post(PLATFORM.signed(), body.encode())) == (200, b"success")
        page = look(browser(plain), address(plain.db))
        assert body in page.words
        assert scripts(page) == []
        assert "孩子不去了" in page.words
        assert "不知道是谁发的，回复不了" in page.words
        assert "text" not in page.names


def test_an_answer_reaches_the_outbox_and_leaves_the_list(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    path = address(db)
    answer = press(client, path, "answer", text="  请明天\r\n来一趟 ")
    assert (answer.status_code, answer.location) == (303, "/desk/talks")
    assert "已经回复" in look(client, "/desk/talks").words
    assert "已经回复" not in look(client, "/desk/talks").words  # told once
    assert opened_cells(db, "outbox.body") == ["【江源区教育局】请明天\n来一趟"]
    page = look(client, path)
    assert "没有在等回话的了" in page.words
    assert "等待发送" in page.words


def test_an_answer_that_wechat_refuses_is_said_to_be_a_call(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    shut(db)
    assert "现在发不到微信" in look(client, address(db)).words
    press(client, address(db), "answer", text="您好")
    assert "已转成要打的电话" in look(client, "/desk/talks").words
    assert len(calls.calls_waiting(db, Scope("220605"))) == 1


def test_a_usual_answer_goes_into_the_field_after_what_was_typed(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    page = Page(press(client, address(db), "answer", text="您好。", use="phone"))
    assert page.status == 200
    assert page.fields["text"].startswith("您好。\n请把您的电话号码发过来")
    assert not db.all("SELECT id FROM outbox")
    assert client.post(f"{address(db)}/answer", data=page.fields).status_code == 303


@pytest.mark.parametrize(
    ("text", "alert"),
    [("", "还没有写回复"), ("  ", "还没有写回复"), ("字" * 601, "太长"), ("😀" * 599, "太长")],
)
def test_an_answer_that_cannot_be_sent_is_kept_in_the_field(
    chat: Chat, client: FlaskClient, db: Database, text: str, alert: str
) -> None:
    chat.say("人工")
    page = Page(press(client, address(db), "answer", text=text))
    assert page.status == 422
    assert alert in page.words
    assert page.fields["text"] == text.strip()
    assert triage.count(db) == 1


def test_the_second_colleague_is_told_who_was_first(chat: Chat, client: FlaskClient, db: Database) -> None:
    chat.say("人工")
    other, path = browser(chat, "wang"), address(db)
    page = look(other, path)
    press(client, path, "answer", text="第一")
    again = Page(other.post(f"{path}/answer", data={**page.fields, "text": "第二"}))
    assert again.status == 409
    assert "bureau老师" in again.words
    assert "已经回复了" in again.words
    assert again.fields["text"] == "第二"
    assert len(db.all("SELECT id FROM outbox")) == 1
    # Whoever has read that may still send it.
    assert other.post(f"{path}/answer", data=again.fields).status_code == 303
    assert len(db.all("SELECT id FROM outbox")) == 2


def test_closing_needs_a_reason(chat: Chat, client: FlaskClient, db: Database) -> None:
    chat.say("人工")
    path = address(db)
    assert press(client, path, "close").status_code == 422
    assert press(client, path, "close", why="nonsense").status_code == 422
    assert triage.count(db) == 1
    assert press(client, path, "close", why="thanks").status_code == 303
    assert triage.count(db) == 0
    assert not db.all("SELECT id FROM outbox")


@pytest.mark.parametrize("kind", KINDS)
def test_a_talk_becomes_the_parents_own_report_of_every_kind(
    chat: Chat, client: FlaskClient, db: Database, kind: str
) -> None:
    chat.say("人工")
    path, who = address(db), triage.threads_waiting(db)[0].reporter
    answers = public(kind, 1)
    done = report(client, path, kind, answers)
    assert (done.status_code, done.location) == (303, "/desk/talks")
    (row,) = chat.reports()
    assert (row["kind"], row["channel"], row["reporter"]) == (kind, "wechat", who)
    assert len(row["idempotency_key"]) == 32  # a keyed hash
    assert lookup.answers_of(db, Envelope.of(row)) == lookup.schema(db, kind).accept(answers, "wechat")
    assert receipts.show_receipt(row["receipt"]) in look(client, "/desk/talks").words
    assert receipts.show_receipt(row["receipt"]) in chat.say("进度")
    item = db.one("SELECT state, outcome, receipt FROM triage")
    assert item is not None
    assert tuple(item) == ("done", "report", row["receipt"])
    sent = db.one("SELECT subject FROM outbox")
    assert sent is not None
    (told,) = opened_cells(db, "outbox.body")
    assert (sent["subject"], receipts.show_receipt(row["receipt"]) in told) == (row["receipt"], True)
    values = [one for value in answers.values() for one in ([value] if isinstance(value, str) else value)]
    assert not [
        one for one in (*values, KINDS[kind].title) if len(one) > 1 and not one.isascii() and one in told
    ]


def test_the_form_starts_empty_and_shows_what_was_said(chat: Chat, client: FlaskClient, db: Database) -> None:
    chat.say("人工", "我家张小明三天没上学了嗷")
    path = f"{address(db)}/report/absence"
    page = look(client, path)
    assert not [key for key in KINDS["absence"].answers() if any(page.fields.getlist(key))]
    assert "人工" in page.words
    assert page.controls <= page.labels
    assert page.described <= page.ids
    assert "张小明" not in unquote(" ".join(page.links))


def test_a_faulty_report_keeps_what_was_typed_and_changes_nothing(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    path = address(db)
    answers = public("absence", 1) | {"phone": "12345"}
    page = Page(report(client, path, "absence", answers))
    assert page.status == 422
    assert "#phone" in page.links
    for key, value in answers.items():
        assert [one for one in page.fields.getlist(key) if one] == (
            value if isinstance(value, list) else [value]
        ), key
    assert (chat.reports(), triage.count(db), db.all("SELECT id FROM outbox")) == ([], 1, [])
    sent = page.fields.copy()
    sent["phone"] = "13800001234"
    assert client.post(f"{path}/report/absence", data=sent).status_code == 303


def test_an_emergency_needs_only_what_the_chat_insists_on(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    page = look(client, f"{address(db)}/report/safety")
    assert page.words.count("必填") == len(KINDS["safety"].essential)
    few = {key: public("safety", 1)[key] for key in KINDS["safety"].essential}
    assert report(client, address(db), "safety", few).status_code == 303


def test_a_report_pressed_twice_is_one(chat: Chat, client: FlaskClient, db: Database) -> None:
    chat.say("人工")
    path = f"{address(db)}/report/boarding"
    sent = filled(look(client, path), public("boarding", 1))
    assert client.post(path, data=sent).status_code == 303
    again = Page(client.post(path, data=sent))
    assert again.status == 409
    assert receipts.show_receipt(chat.reports()[0]["receipt"]) in again.words
    assert len(chat.reports()) == 1
    assert len(db.all("SELECT id FROM outbox")) == 1


def test_two_colleagues_make_one_report_unless_they_mean_two(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    other, path = browser(chat, "wang"), f"{address(db)}/report/boarding"
    mine = filled(look(client, path), public("boarding", 1))
    theirs = filled(look(other, path), public("boarding", 2))
    client.post(path, data=mine)
    page = Page(other.post(path, data=theirs))
    assert page.status == 409
    assert receipts.show_receipt(chat.reports()[0]["receipt"]) in page.words
    assert page.fields["child_name"] == public("boarding", 2)["child_name"]
    assert len(chat.reports()) == 1
    assert other.post(path, data=page.fields).status_code == 303
    assert len(chat.reports()) == 2


def test_a_report_after_a_colleagues_answer_is_asked_once_more(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    thread = address(db)
    path = f"{thread}/report/boarding"
    mine = filled(look(client, path), public("boarding", 1))
    press(browser(chat, "wang"), thread, "answer", text="您好")
    page = Page(client.post(path, data=mine))
    assert page.status == 409
    assert "wang老师" in page.words
    assert chat.reports() == []
    assert client.post(path, data=page.fields).status_code == 303
    assert len(chat.reports()) == 1


def test_the_consent_that_stands_goes_with_the_report(chat: Chat, client: FlaskClient, db: Database) -> None:
    chat.say("人工")
    who = triage.threads_waiting(db)[0].reporter
    mark = notice.record(db, who, agreed=True)
    report(client, address(db), "boarding", public("boarding", 1))
    assert chat.reports()[0]["consent"] == mark


def picture(chat: Chat, db: Database) -> str:
    """Send a picture that the worker has fetched; give its id."""
    chat.send(PLATFORM.image("oParent-1", "media-1"))
    wanted = media.claim(db)
    assert wanted
    assert media.store(db, wanted, JPEG)
    return wanted.id


def test_a_picture_is_opened_on_demand_and_the_look_is_noted(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    key = picture(chat, db)
    thread = address(db)
    assert f"{thread}/media/{key}" in look(client, thread).links
    assert not db.all("SELECT id FROM audit WHERE verb = 'media.read'")
    answer = client.get(f"{thread}/media/{key}")
    assert (answer.data, answer.mimetype) == (JPEG, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert [row["subject"] for row in db.all("SELECT subject FROM audit WHERE verb = 'media.read'")] == [key]


def test_a_picture_is_not_found_in_another_thread(chat: Chat, client: FlaskClient, db: Database) -> None:
    chat.say("人工")
    key = picture(chat, db)
    Chat(chat.app, "oParent-2").say("人工")
    assert client.get(f"{address(db, 1)}/media/{key}").status_code == 404


def test_a_picture_that_is_gone_or_that_no_key_opens_is_said_in_a_sentence(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    chat.say("人工")
    key = picture(chat, db)
    (path,) = [one for one in media.folder(db).iterdir() if one.is_file()]
    path.write_bytes(b"\0" * 100)
    closed = Page(client.get(f"{address(db)}/media/{key}"))
    assert closed.status == 404
    assert "这个文件打不开" in closed.words
    path.unlink()
    gone = Page(client.get(f"{address(db)}/media/{key}"))
    assert gone.status == 404
    assert Missing.sentence in gone.words
    assert key not in gone.words
    assert not db.all("SELECT id FROM audit WHERE verb = 'media.read'")


@pytest.mark.parametrize("days", [0, 3])
def test_the_pictures_go_with_the_report(chat: Chat, client: FlaskClient, db: Database, days: int) -> None:
    who = chat.say("人工") and triage.threads_waiting(db)[0].reporter
    key = picture(chat, db)
    (row,) = db.all("SELECT message FROM media WHERE id = ?", (key,))
    with db.write():
        triage.enter(db, row["message"], who, "photo")
        db.run("UPDATE media SET at = ?", (clock.stamp(db.now() - timedelta(days=days)),))
    report(client, address(db), "boarding", public("boarding", 1))
    assert [one["id"] for one in media.files_of_report(db, chat.reports()[0]["receipt"])] == [key]


def test_a_call_shows_number_and_words_on_demand_and_is_made_once(
    chat: Chat, client: FlaskClient, db: Database
) -> None:
    path, phone = called(chat, client, db), str(sample("absence", 2)["phone"])
    page = look(client, "/desk/calls")
    assert path in page.links
    assert "孩子未到校" in page.words
    assert phone not in page.html
    assert not db.all("SELECT id FROM audit WHERE verb = 'phone.read'")
    page = look(client, path)
    assert phone in page.words
    assert receipts.show_receipt(chat.reports()[0]["receipt"]) in page.words
    assert phone not in path
    row = db.one("SELECT subject FROM audit WHERE verb = 'phone.read'")
    assert row is not None
    assert row["subject"] == chat.reports()[0]["id"]
    sent = {"csrf_token": page.fields["csrf_token"]}
    assert client.post(f"{path}/done").status_code == 400
    assert client.post(f"{path}/done", data=sent).status_code == 303
    assert "已电话告知" in look(client, "/desk/calls").words
    client.post(f"{path}/done", data=sent)
    assert "已经有人打过电话" in look(client, "/desk/calls").words
    assert client.get(path).location == "/desk/calls"
    assert not calls.calls_waiting(db, Scope("220605"))


def test_a_call_shown_in_the_chat_meanwhile_is_gone(chat: Chat, client: FlaskClient, db: Database) -> None:
    path = called(chat, client, db)
    with db.write():
        outbox.shown(db, [path.rsplit("/", 1)[1]])
    assert client.get(path).location == "/desk/calls"
    assert "现在没有要打的电话" in look(client, "/desk/calls").words


@pytest.mark.parametrize("path", ["/desk/talks", "{}", "{}/report/absence", "/desk/calls"])
def test_pages_are_plain_labelled_and_tell_nothing_in_title_or_address(
    chat: Chat, client: FlaskClient, db: Database, path: str
) -> None:
    chat.say("人工", "孩子张小明嗷嗷嗷")
    page = look(client, path.format(address(db)))
    assert scripts(page) == []
    assert {"style", "iframe", "img"}.isdisjoint(page.tags)
    assert not [name for name in page.attributes if name == "style" or name.startswith("on")]
    assert page.controls <= page.labels
    assert page.described <= page.ids
    title = page.html[page.html.index("<title>") : page.html.index("</title>")]
    assert "张小明" not in title
    assert "oParent" not in page.html
    assert triage.threads_waiting(db)[0].reporter not in page.html
    assert all(link.startswith(("/", "#", "data:,")) for link in page.links)
