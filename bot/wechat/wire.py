"""The platform's XML: read flat and without surprises, written so that no text can break it."""

from xml.parsers import expat

from intake.language.patterns import regex

# Raw control characters are no XML at all, but people's keyboards send them; nothing is lost with them.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_UNFIT = regex("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Malformed(Exception):
    """A body that is no message of the platform; `fields` holds what could be read of it."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("malformed body")  # never the body itself
        self.fields = fields


def read_xml(body: bytes) -> dict[str, str]:
    """Give the texts of the elements right under <xml>; nested elements are left out.

    Document types are refused, and with them entity bombs and files from outside. Raises Malformed.
    """
    found: dict[str, str] = {}
    repeated: set[str] = set()
    nested: set[str] = set()
    path: list[str] = []
    texts: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if len(path) > 1:
            nested.add(path[1])
        path.append(name)
        texts.clear()

    def end(name: str) -> None:
        if len(path) == 2:
            if name in found:
                repeated.add(name)
            found[name] = "".join(texts)
        path.pop()

    def refuse(*_: object) -> None:
        raise Malformed(found)

    def root(name: str, attributes: dict[str, str]) -> None:
        if name != "xml":
            refuse()
        parser.StartElementHandler = start
        start(name, attributes)

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = root
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body.translate(None, _CONTROLS), True)
    except expat.ExpatError:
        raise Malformed(found) from None
    finally:
        parser.StartElementHandler = None  # `root` and the parser know each other: break the circle
    if repeated:
        raise Malformed({key: text for key, text in found.items() if key not in repeated})
    return {key: text for key, text in found.items() if key not in nested} if nested else found


def text_reply(to: str, account: str, content: str, created: int) -> str:
    """Write a text reply."""
    return (
        f"<xml><ToUserName>{cdata(to)}</ToUserName><FromUserName>{cdata(account)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{cdata(content)}</Content></xml>"
    )


def sealed_reply(encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
    """Write the envelope of an encrypted reply."""
    return (
        f"<xml><Encrypt>{cdata(encrypted)}</Encrypt><MsgSignature>{cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
    )


def cdata(text: str) -> str:
    """Wrap a text, without what XML cannot carry: control characters, lone surrogates."""
    return "<![CDATA[" + _UNFIT.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
