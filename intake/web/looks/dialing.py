"""Telephone numbers in a sentence as links that dial: those of help, and that of the bureau."""

from flask import Flask
from markupsafe import Markup, escape

from intake.language.patterns import regex

_NUMBER = regex(
    r"(?<![0-9-])(?:110|120|119|12355|12345|0[0-9]{2,3}[- ]?[0-9]{7,8}|400[- ]?[0-9]{3}[- ]?[0-9]{4})(?![0-9-])"
)
"""What a house tells people to call; telephones of persons are masked, and no links."""


def init_app(app: Flask) -> None:
    """Give templates the filters `dial` and `tel`."""
    app.jinja_env.filters |= {"dial": dial, "tel": tel}


def tel(number: str) -> str:
    """Give the address that dials a person's number; behind a comma the telephone waits, and dials the extension."""
    return f"tel:{number.replace('-', ',')}"


def dial(words: object) -> Markup:
    """Give words as HTML in which each number to call can be tapped."""
    told, parts, end = str(words), [], 0
    for found in _NUMBER.finditer(told):
        digits = "".join(one for one in found[0] if one.isdigit())
        parts += [escape(told[end : found.start()])]
        parts += [Markup('<a class="dial" href="tel:{}">{}</a>').format(digits, found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(told[end:])])
