"""The menu under the chat, derived from the registry: at most three buttons with five entries each."""

from typing import Any

from intake.kinds import KINDS

WIDTH, HEIGHT = 3, 5
BUTTON, ENTRY = 4, 8
"""Chinese characters that fit."""
REPORT, MORE = "我要登记", "更多"


def buttons() -> list[dict[str, Any]]:
    """Give the menu as the platform takes it; a click says the kind's key, or the word itself."""
    kinds = [_click(kind.title, key) for key, kind in KINDS.items()]
    more = [_click("人工", "人工"), _click("菜单", "菜单")]
    # More kinds than fit go to the last button, and what does not fit there is behind 菜单.
    more = [*kinds[HEIGHT : HEIGHT * 2 - len(more)], *more]
    return [
        {"name": REPORT[:BUTTON], "sub_button": kinds[:HEIGHT]},
        _click("进度", "进度"),
        {"name": MORE[:BUTTON], "sub_button": more},
    ]


def _click(title: str, key: str) -> dict[str, Any]:
    return {"type": "click", "name": title[:ENTRY], "key": key}
