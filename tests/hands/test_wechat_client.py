"""The test client itself, against the vectors Tencent published."""

import pytest

from tests.hands.wechat_client import ProtocolError, WeChatClient, parse_xml, render, sign

VECTORS = WeChatClient("AAAAA", "wxba5fad812f8e6fb9", "A" * 43)
ENCRYPTED = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
PLAIN = '{"demo_resp":"good luck"}'

CLIENT = WeChatClient("a-token", "wx0123456789abcdef", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ")
OTHER = WeChatClient("a-token", "wx0123456789abcdee", CLIENT.aes_key)


def test_address_check_vector() -> None:
    query = VECTORS.check("4375120948345356249", timestamp=1714036504, nonce="1514711492")
    assert query["signature"] == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert query["echostr"] == "4375120948345356249"


def test_encryption_vector() -> None:
    assert VECTORS.encrypt(PLAIN, b"707722b803182950") == ENCRYPTED
    assert VECTORS.decrypt(ENCRYPTED) == PLAIN
    assert sign("AAAAA", "1713424427", "415670741", ENCRYPTED) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


@pytest.mark.parametrize("length", range(70))
def test_every_padding_comes_back(length: int) -> None:
    assert CLIENT.decrypt(CLIENT.encrypt("字" * length + "x")) == "字" * length + "x"


@pytest.mark.parametrize("spoiled", ["", "AAAA", "!!!!", ENCRYPTED[:-4], "A" * 64])
def test_spoiled_cipher_is_refused(spoiled: str) -> None:
    with pytest.raises(ProtocolError):
        VECTORS.decrypt(spoiled)


def test_safe_mode_body_shows_only_the_account() -> None:
    post = CLIENT.safe(CLIENT.text("openid-1", "孩子三天没来", msg_id=7, created=1_790_000_000))
    body = parse_xml(post.body.decode())
    assert set(body) == {"ToUserName", "Encrypt"}
    assert post.query["encrypt_type"] == "aes"
    covered = (CLIENT.token, post.query["timestamp"], post.query["nonce"])
    assert post.query["signature"] == sign(*covered)
    assert post.query["msg_signature"] == sign(*covered, body["Encrypt"])
    assert parse_xml(CLIENT.decrypt(body["Encrypt"])) == {
        "ToUserName": "gh_baoxue000001",
        "FromUserName": "openid-1",
        "CreateTime": "1790000000",
        "MsgType": "text",
        "Content": "孩子三天没来",
        "MsgId": "7",
    }


def test_compatible_mode_body_has_both() -> None:
    post = CLIENT.compatible(CLIENT.event("openid-1", "CLICK", "ABSENCE"))
    body = parse_xml(post.body.decode())
    inner = parse_xml(CLIENT.decrypt(body.pop("Encrypt")))
    assert inner == body
    assert inner["EventKey"] == "ABSENCE"
    assert "MsgId" not in inner


def test_plain_mode_signs_the_query_alone() -> None:
    post = CLIENT.plain(CLIENT.voice("openid-1", "media"), timestamp=1, nonce="2")
    assert post.query == {"signature": sign("a-token", "1", "2"), "timestamp": "1", "nonce": "2"} | {
        "openid": "openid-1"
    }
    assert "Recognition" not in parse_xml(post.body.decode())


def test_types() -> None:
    assert parse_xml(CLIENT.image("o", "m"))["MsgType"] == "image"
    assert parse_xml(CLIENT.voice("o", "m", recognition="没来"))["Recognition"] == "没来"
    assert parse_xml(CLIENT.location("o", 42.05, 126.6, "石人镇"))["Location_X"] == "42.050000"
    assert parse_xml(CLIENT.text("o", "1", menu_id="3"))["bizmsgmenuid"] == "3"
    ids = [parse_xml(CLIENT.text("o", "x"))["MsgId"] for _ in range(3)]
    assert len(set(ids)) == 3


def test_text_cannot_break_out_of_its_element() -> None:
    hostile = "]]></Content><MsgType>event</MsgType><!-- & < >"
    assert parse_xml(CLIENT.text("o", hostile))["Content"] == hostile


def _reply(client: WeChatClient, token: str, extra: str = "") -> bytes:
    encrypted = client.encrypt(render({"MsgType": "text", "Content": "收到" + extra}))
    signature = sign(token, "1", "2", encrypted)
    return render({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": 1, "Nonce": "2"}).encode()


def test_reply_is_opened() -> None:
    assert CLIENT.open_reply(_reply(CLIENT, CLIENT.token)) == {"MsgType": "text", "Content": "收到"}


@pytest.mark.parametrize(
    "body",
    [
        b"success",
        b"",
        b"<html/>",
        b"<xml><Encrypt>x</Encrypt></xml>",
        render({"MsgType": "text", "Content": "plain"}).encode(),
        _reply(CLIENT, "another-token"),
        _reply(OTHER, CLIENT.token),
    ],
    ids=["success", "empty", "html", "unsigned", "plain", "other token", "other account"],
)
def test_wrong_reply_is_refused(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        CLIENT.open_reply(body)


def test_nested_reply_is_parsed() -> None:
    items = "<item><Title>甲</Title></item><item><Title>乙</Title></item>"
    news = parse_xml(f"<xml><ArticleCount>2</ArticleCount><Articles>{items}</Articles></xml>")
    assert news["Articles"]["item"] == [{"Title": "甲"}, {"Title": "乙"}]
