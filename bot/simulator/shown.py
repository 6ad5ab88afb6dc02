"""How a chat is shown: replies in parts, so that what can be tapped in WeChat can be tapped here."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from intake.language.patterns import regex
from intake.reports import receipts

_LINK = regex(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_RECEIPT = regex(r"(?<!\d)\d{4} ?\d{4} ?\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a reply: plain text, a word to tap (`sends` it), or a page to open at `href`."""

    text: str
    sends: str = ""
    href: str = ""


def parts(reply: str) -> Iterator[Part]:
    """Cut a reply at its links; an address that is neither a tap nor a web page stays text."""
    end = 0
    for found in _LINK.finditer(reply):
        if found.start() > end:
            yield Part(reply[end : found.start()])
        yield _link(html.unescape(found[1]), found[2])
        end = found.end()
    if end < len(reply):
        yield Part(reply[end:])


def plain(reply: str) -> str:
    """Give a reply as it reads, without its links."""
    return "".join(part.text for part in parts(reply))


def taps(reply: str) -> list[str]:
    """Give the words that can be tapped, each once."""
    return list(dict.fromkeys(part.sends for part in parts(reply) if part.sends))


def receipt(reply: str) -> str:
    """Give the first receipt number in a reply, in groups, or nothing."""
    numbers = (receipts.read_receipt(found) for found in _RECEIPT.findall(reply))
    return next((receipts.show_receipt(number) for number in numbers if number), "")


def _link(href: str, text: str) -> Part:
    where = urlsplit(href)
    if where.scheme == "weixin" and where.netloc == "bizmsgmenu":
        # The word stands as it is, not percent-encoded; a plus is a plus.
        said = parse_qs(where.query.replace("+", "%2B"), keep_blank_values=True).get("msgmenucontent", [""])[
            0
        ]
        return Part(text, sends=unquote(said))
    return Part(text, href=href) if where.scheme in ("http", "https") else Part(text)
