"""The protocol: who is let in, what is read, and every fault by its rule."""

import logging
import time
from collections.abc import Iterator
from typing import cast
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wsgi
from bot import hearing
from bot.wechat import pieces, wire
from bot.wechat.protocol import Account, Forged, Undecipherable, sign
from intake.errors import SettingsError
from intake.messages import windows
from intake.settings import Settings, load
from intake.talks import triage
from tests.hands.chat import PLATFORM, Chat, opened
from tests.hands.wechat_client import Post, ProtocolError, WeChatClient, parse_xml, render

VECTORS = WeChatClient("AAAAA", "wxba5fad812f8e6fb9", "A" * 43)
ENCRYPTED = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
OTHER_KEY = WeChatClient(PLATFORM.token, PLATFORM.appid, "Z" + PLATFORM.aes_key[1:])
OTHER_APPID = WeChatClient(PLATFORM.token, "wx0123456789abcdee", PLATFORM.aes_key)
OTHER_TOKEN = WeChatClient("another-token", PLATFORM.appid, PLATFORM.aes_key)
TEXT = PLATFORM.text("oParent-1", "菜单", msg_id=7)


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


def account(mode: str = "safe", client: WeChatClient = PLATFORM) -> Account:
    chosen = {"MODE": "demo", "WECHAT_TOKEN": client.token, "WECHAT_APPID": client.appid,
              "WECHAT_AES_KEY": client.aes_key, "WECHAT_MODE": mode}  # fmt: skip
    return Account.of(load(chosen, {}))


# -- Tencent's published vectors


def test_published_address_check(settings: Settings) -> None:
    more = {"WECHAT_TOKEN": VECTORS.token, "WECHAT_APPID": VECTORS.appid, "WECHAT_AES_KEY": VECTORS.aes_key}
    with opened(settings, **more) as chat:
        query = {
            "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
            "timestamp": "1714036504",
            "nonce": "1514711492",
            "echostr": "4375120948345356249",
        }
        answer = chat.app.test_client().get(f"/wechat?{urlencode(query)}")
        assert (answer.status_code, answer.text) == (200, "4375120948345356249")
        for name in ("signature", "timestamp", "nonce"):
            wrong = urlencode({**query, name: query[name][:-1] + "0"})
            assert chat.app.test_client().get(f"/wechat?{wrong}").status_code == 403, name
        assert chat.app.test_client().get("/wechat").status_code == 403


def test_published_cipher() -> None:
    ours = account(client=VECTORS)
    assert ours._decrypt(ENCRYPTED) == b'{"demo_resp":"good luck"}'
    assert sign("AAAAA", "1713424427", "415670741", ENCRYPTED) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


@pytest.mark.parametrize("length", range(70))
def test_every_length_opens_on_the_other_side(length: int) -> None:
    text = "<xml>" + "字" * length + "x</xml>"
    sealed = parse_xml(account().seal(text))
    assert PLATFORM.decrypt(sealed["Encrypt"]) == text
    assert account()._decrypt(PLATFORM.encrypt(text)).decode() == text


# -- who is let in


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_each_mode_answers_in_kind(settings: Settings, mode: str) -> None:
    with opened(settings, mode) as chat:
        assert "您想说哪件事" in chat.say("菜单")
        status, body = chat.post(PLATFORM.plain(TEXT))
        assert status == (403 if mode == "safe" else 200)
        if mode != "safe":
            assert parse_xml(body.decode())["FromUserName"] == PLATFORM.account


def _with(post: Post, **changes: str | None) -> Post:
    merged = {**post.query, **changes}
    return Post({key: value for key, value in merged.items() if value is not None}, post.body)


FORGED = {
    "safe: msg_signature": _with(PLATFORM.safe(TEXT), msg_signature="0" * 40),
    "safe: no msg_signature": _with(PLATFORM.safe(TEXT), msg_signature=None),
    "safe: msg_signature not ascii": _with(PLATFORM.safe(TEXT), msg_signature="签名"),
    "safe: signature of the address": _with(PLATFORM.safe(TEXT), signature="0" * 40),
    "safe: timestamp": _with(PLATFORM.safe(TEXT), timestamp="1"),
    "safe: nonce": _with(PLATFORM.safe(TEXT), nonce="1"),
    "safe: other body": Post(PLATFORM.safe(TEXT).query, PLATFORM.safe(TEXT).body),
    "safe: token": OTHER_TOKEN.safe(TEXT),
    "safe: appid": OTHER_APPID.safe(TEXT),
    "safe: plain body": PLATFORM.plain(TEXT),
    "safe: says it is encrypted": _with(PLATFORM.plain(TEXT), encrypt_type="aes"),
    "safe: says it is raw": _with(PLATFORM.safe(TEXT), encrypt_type="raw"),
    "nothing signed": Post({}, TEXT.encode()),
}


@pytest.mark.parametrize("post", FORGED.values(), ids=FORGED)
def test_forged_messages_are_refused(chat: Chat, post: Post) -> None:
    assert chat.post(post)[0] == 403
    assert chat.db.all("SELECT * FROM messages") == []


@pytest.mark.parametrize("mode", ["plain", "compatible"])
def test_plain_messages_need_the_signature_of_the_address(settings: Settings, mode: str) -> None:
    with opened(settings, mode) as chat:
        assert chat.post(OTHER_TOKEN.plain(TEXT))[0] == 403
        assert chat.post(_with(PLATFORM.plain(TEXT), signature=None))[0] == 403
        assert chat.post(_with(PLATFORM.plain(TEXT), nonce="x"))[0] == 403


def test_an_empty_token_lets_nobody_in(settings: Settings) -> None:
    nobody = WeChatClient("", PLATFORM.appid, PLATFORM.aes_key)
    for mode in ("plain", "compatible", "safe"):
        app = wsgi.create_app({"DATA": settings.data, "MODE": "demo", "WECHAT_MODE": mode})
        chat = Chat(app)
        assert chat.post(nobody.plain(TEXT))[0] == 403
        assert chat.post(nobody.safe(TEXT))[0] == 403
        assert app.test_client().get("/wechat?" + urlencode(nobody.check("1"))).status_code == 403
        chat.db.close()


def test_a_malformed_aes_key_is_said_at_the_start() -> None:
    for wrong in ("short", "A" * 44, "!" * 43):
        with pytest.raises(SettingsError):
            Account.of(load({"MODE": "demo", "WECHAT_AES_KEY": wrong}, {}))


def test_the_signature_is_looked_at_before_the_cipher() -> None:
    post = OTHER_KEY.safe(TEXT)
    with pytest.raises(Forged):
        account().open({**post.query, "msg_signature": "0" * 40}, post.body)
    with pytest.raises(Undecipherable):
        account().open(post.query, post.body)


# -- faults: answered `success`, kept, logged without the message


def _body(**changes: str) -> bytes:
    fields = {"ToUserName": "gh_1", "FromUserName": "oParent-1", "CreateTime": "1790000000", "MsgType": "text",
              "Content": "机密", "MsgId": "7"}  # fmt: skip
    return (
        "<xml>" + "".join(f"<{k}>{v}</{k}>" for k, v in {**fields, **changes}.items()) + "</xml>"
    ).encode()


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
XXE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>&a;</MsgType></xml>'
FAULTS = {
    "garbage": b"\x00\xff\xfe<<<",
    "empty": b"",
    "text": "机密".encode(),
    "truncated": _body()[:-20],
    "no fields": b"<xml/>",
    "wrong root": b"<html>" + _body() + b"</html>",
    "json": b'{"MsgType": "text"}',
    "no MsgType": _body().replace(b"MsgType", b"Other"),
    "nested MsgType": _body(MsgType="<a>text</a>"),
    "repeated MsgType": _body().replace(b"<Content>", b"<MsgType>text</MsgType><Content>"),
    "no sender": _body().replace(b"FromUserName", b"Other"),
    "odd sender": _body(FromUserName="机密 机密"),
    "long sender": _body(FromUserName="o" * 65),
    "no account": _body().replace(b"ToUserName", b"Other"),
    "bad MsgId": _body(MsgId="seven"),
    "no MsgId": _body().replace(b"MsgId", b"Other"),
    "full-width MsgId": _body(MsgId="７"),
    "endless MsgId": _body(MsgId="7" * 5000),
    "bad CreateTime": _body(CreateTime="yesterday"),
    "negative CreateTime": _body(CreateTime="-1"),
    "endless CreateTime": _body(CreateTime="9" * 5000),
    "no Content": _body().replace(b"Content", b"Other"),
    "nested Content": _body(Content="<b>机密</b>"),
    "repeated Content": _body().replace(b"<MsgId>", b"<Content>2</Content><MsgId>"),
    "event without a name": _body(MsgType="event"),
    "event with an endless key": _body(MsgType="event", Event="CLICK", EventKey="k" * 301),
    "bad UTF-8": _body().replace("机密".encode(), b"\xff\xfe"),
    "surrogates": _body(Content="&#xD800;"),
    "forbidden character": _body(Content="&#x0;"),
    "entity bomb": BOMB,
    "file from outside": XXE,
    "doctype": b"<!DOCTYPE xml>" + _body(),
    "unknown entity": _body(Content="&nbsp;"),
    "UTF-16": _body().decode().encode("utf-16"),
    "deep": b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>",
    "many": b"<xml>" + b"<a/>" * 12_000 + b"</xml>",
    "namespaces": b'<x:xml xmlns:x="y"><MsgType>text</MsgType></x:xml>',
}


def _sealed(body: bytes) -> Post:
    """Encrypt what need not be text."""
    query = PLATFORM.signed()
    cipher = PLATFORM.encrypt(cast(str, _Bytes(body)))
    signature = sign(PLATFORM.token, query["timestamp"], query["nonce"], cipher)
    sealed = render({"ToUserName": "gh_1", "Encrypt": cipher}).encode()
    return Post({**query, "encrypt_type": "aes", "msg_signature": signature}, sealed)


class _Bytes:
    """Bytes where the test client expects a text."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def encode(self) -> bytes:
        return self._body


@pytest.mark.parametrize("body", FAULTS.values(), ids=FAULTS)
def test_faults_are_answered_success_and_kept(
    settings: Settings, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(settings, "compatible") as chat, caplog.at_level(logging.DEBUG):
        for post in (Post(PLATFORM.signed(), body), _sealed(body)):
            assert chat.post(post) == (200, b"success")
        kept = chat.messages("unread")
        assert kept
        assert "机密" not in caplog.text
        assert "unread message" in caplog.text
        if "机密".encode() in body and body.startswith(b"<"):
            assert any("机密" in one for one in kept)
        assert "您想说哪件事" in chat.say("菜单")


@pytest.mark.parametrize("mode", ["compatible", "safe"])
def test_what_is_malformed_is_kept_only_from_the_platform(settings: Settings, mode: str) -> None:
    body, now = _body(FromUserName="oStranger")[:-20], str(int(time.time()))
    with opened(settings, mode) as chat:
        for query in (
            {"timestamp": now, "nonce": "1"},
            {"timestamp": now, "nonce": "1", "signature": "0" * 40},
        ):
            assert chat.post(Post({**query, "encrypt_type": "aes"}, body))[0] == 403
        assert chat.messages("unread") == []
        assert chat.post(Post({**PLATFORM.signed(), "encrypt_type": "aes"}, body)) == (200, b"success")
        assert len(chat.messages("unread")) == 1


def test_a_fault_of_ours_loses_nothing(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    chat.say("菜单")
    with chat.db.write():
        chat.db.run("UPDATE conversations SET state = 'broken'")
    post = PLATFORM.safe(PLATFORM.text("oParent-1", "机密"))
    assert chat.post(post) == (200, b"success")
    assert chat.post(post) == (200, b"success")
    (kept,) = chat.messages("unread")
    assert parse_xml(kept)["Content"] == "机密"
    assert "机密" not in caplog.text


def test_a_broken_conversation_does_not_stay_silent(chat: Chat) -> None:
    chat.say("菜单")
    with chat.db.write():
        chat.db.run("UPDATE conversations SET state = 'broken'")
        chat.db.run("DELETE FROM windows")
    assert chat.say("机密") == "success"
    assert windows.window_of(chat.db, triage.threads_waiting(chat.db)[0].reporter).name == "said"
    assert chat.say("还在吗") == "success"
    assert "您想说哪件事" in chat.say("菜单")
    assert len(chat.messages("unread")) == 2


def test_one_fault_costs_no_draft(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = chat.say("资助困难", "同意")
    with monkeypatch.context() as patch:
        patch.setattr(hearing, "hear", None)
        assert chat.say("王小明") == "success"
    assert asked.splitlines()[-1] in chat.say("继续")


def test_a_cipher_of_another_key_is_kept_as_it_came(chat: Chat) -> None:
    post = OTHER_KEY.safe(TEXT)
    assert chat.post(post) == (200, b"success")
    (kept,) = chat.messages("unread")
    assert OTHER_KEY.decrypt(parse_xml(kept)["Encrypt"]) == TEXT


@pytest.mark.parametrize("cipher", ["", "!!!!", "AAAA", ENCRYPTED[:-4], "A" * 64, "字"])
def test_spoiled_ciphers(chat: Chat, cipher: str) -> None:
    query = PLATFORM.signed()
    signature = sign(PLATFORM.token, query["timestamp"], query["nonce"], cipher)
    post = Post(
        {**query, "encrypt_type": "aes", "msg_signature": signature}, render({"Encrypt": cipher}).encode()
    )
    assert chat.post(post) == (200, b"success")


def test_large_bodies_are_refused_unread(chat: Chat) -> None:
    post = Post(PLATFORM.signed(), b"<xml>" + b" " * 64 * 1024 + b"</xml>")
    assert chat.post(post)[0] == 413
    assert chat.db.all("SELECT * FROM messages") == []


# -- what people type


ODD = {
    "end of CDATA": "]]></Content><MsgType>event</MsgType><!-- & < >",
    "emoji": "👩‍👧 孩子😭 🏫",
    "markup": '<a href="weixin://x">点我</a> &amp; &lt;',
    "long": "啊" * 3000,
    "direction marks": "\u202e孩子\u2066没来",
    "empty": "",
    "blank": "   \n ",
}


@pytest.mark.parametrize("mode", ["plain", "safe"])
@pytest.mark.parametrize("said", ODD.values(), ids=ODD)
def test_whatever_is_typed_gets_valid_xml_back(settings: Settings, mode: str, said: str) -> None:
    with opened(settings, mode) as chat:
        assert chat.say(said) != "success"
        chat.say("4", "同意", "王小明", "跳过", "跳过", "石人镇", "昨天", "否", "跳过", said, said, "菜单")


def test_control_characters_do_not_keep_a_message_from_being_read(chat: Chat) -> None:
    xml = PLATFORM.text("oParent-1", "菜\x01单\x00\x1f")
    assert "您想说哪件事" in chat.send(xml)


@given(st.text())
def test_any_text_comes_out_of_a_reply_as_it_went_in(content: str) -> None:
    back = parse_xml(wire.text_reply("o", "gh", content, 1))["Content"]
    fit = "".join(sign for sign in content if sign in "\t\n\r" or (sign >= " " and not _unfit(sign)))
    assert back == fit.replace("\r\n", "\n").replace("\r", "\n")


def _unfit(sign: str) -> bool:
    return "\ud800" <= sign <= "\udfff" or sign in "\ufffe\uffff"


def test_lone_surrogates_vanish() -> None:
    assert parse_xml(wire.text_reply("o", "gh", "a\ud800b\udfff", 1))["Content"] == "ab"


@given(st.text(min_size=600, max_size=3000))
def test_pieces_fit_and_lose_nothing(text: str) -> None:
    rest, heard = text, ""
    while rest:
        shown, rest = pieces.cut(rest)
        assert len(shown.encode()) <= pieces.LIMIT
        heard += shown.removesuffix(pieces.MORE)
    assert "".join(heard.split()) == "".join(text.split())


@given(st.binary(max_size=300))
def test_the_reader_never_fails_otherwise(body: bytes) -> None:
    for one in (body, b"<xml>" + body + b"</xml>", b"<xml><a>" + body + b"</a></xml>"):
        try:
            wire.read_xml(one)
        except wire.Malformed:
            continue


def test_the_reader_leaves_nested_elements_out() -> None:
    body = (
        b"<xml><A>1</A><ScanCodeInfo><A>2</A><B><C>3</C></B></ScanCodeInfo><D><![CDATA[<4>]]>&#53;</D></xml>"
    )
    assert wire.read_xml(body) == {"A": "1", "D": "<4>5"}


def test_the_test_client_refuses_what_we_do_not_sign() -> None:
    sealed = account().seal("<xml><Content>1</Content></xml>").encode()
    assert PLATFORM.open_reply(sealed) == {"Content": "1"}
    with pytest.raises(ProtocolError):
        OTHER_TOKEN.open_reply(sealed)


# -- freshness and replay


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
@pytest.mark.parametrize("off", [-3600, -301, 301, 86400])
def test_old_and_early_timestamps_are_refused(settings: Settings, mode: str, off: int) -> None:
    with opened(settings, mode) as chat:
        seal = getattr(PLATFORM, mode)
        assert chat.post(seal(TEXT, timestamp=int(time.time()) + off)) == (403, b"")
        assert chat.db.all("SELECT key FROM messages") == []
        assert chat.post(seal(TEXT, timestamp=int(time.time()) + (240 if off > 0 else -240)))[0] == 200


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_signed_address_counts_for_one_message(settings: Settings, mode: str) -> None:
    with opened(settings, mode) as chat:
        seal, now = getattr(PLATFORM, mode), int(time.time())
        status, first = chat.post(seal(TEXT, timestamp=now, nonce="n-1"))
        assert status == 200
        other = PLATFORM.text("oParent-2", "人工", msg_id=8)
        assert chat.post(seal(other, timestamp=now, nonce="n-1")) == (403, b"")
        assert [row["type"] for row in chat.db.all("SELECT type FROM messages")] == ["text"]
        assert chat.db.all("SELECT message FROM triage") == []
        # The platform itself tries the same message again, by the same address or a new one.
        for nonce in ("n-1", "n-2"):
            status, again = chat.post(seal(TEXT, timestamp=now, nonce=nonce))
            assert status == 200
            assert content(again, mode) == content(first, mode)
        assert chat.post(seal(other, timestamp=now, nonce="n-3"))[0] == 200


@pytest.mark.parametrize("timestamp", ["", "now", "１７６３８８", "9" * 30, "-1"])
def test_what_is_no_timestamp_is_refused(chat: Chat, timestamp: str) -> None:
    post = PLATFORM.safe(TEXT)
    query = {
        **post.query,
        "timestamp": timestamp,
        "signature": sign(PLATFORM.token, timestamp, "n"),
        "nonce": "n",
    }
    assert chat.post(Post(query, post.body)) == (403, b"")


def content(body: bytes, mode: str) -> str:
    """Give the words of a reply."""
    return str((parse_xml(body.decode()) if mode == "plain" else PLATFORM.open_reply(body))["Content"])
