"""QR codes as pictures that stand in a page itself, so that no second request is needed."""

import segno

QUIET = 4
"""Light modules around a code, as the standard asks: scanners of old phones miss it otherwise."""


def svg(text: str, title: str = "二维码", desc: str = "用微信扫一扫打开。") -> str:
    """Give an inline SVG, black on white in dark mode, too; `title` and `desc` are what a screen reader says.

    It has no size of its own: the box around it decides. Raises ValueError where the text is too long.
    """
    try:
        code = segno.make(text, error="m", micro=False)
    except segno.DataOverflowError:
        raise ValueError("too long for a QR code") from None
    drawn = code.svg_inline(
        border=QUIET, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None, title=title,
        desc=desc,
    )  # fmt: skip
    return drawn.replace("<svg ", '<svg role="img" ', 1)
