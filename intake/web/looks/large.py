"""长辈版: pages in large letters for a browser that asked once, without a script (工信部 2021: 18 pt and more)."""

from urllib.parse import urlencode

from flask import Flask, Response, current_app, request

COOKIE = "baoxue_large"
"""Read by scripts too: a page that a phone has kept was made for nobody in particular."""
ASKED = "large"
"""What an address says to switch it on (1) or off (0): a link of the chat may say so as well."""
YEAR = 365 * 24 * 3600
_ELSEWHERE = ("/desk", "/simulator", "/api", "/wechat", "/metrics")


def init_app(app: Flask) -> None:
    """Give templates `large_letters()` and `other_size()`, and keep what an address asked for."""
    app.jinja_env.globals.update(large_letters=is_large, offers_large=is_offered, other_size=other_size)
    app.after_request(_keep)


def is_offered() -> bool:
    """Tell whether a page is one of those for parents and telephones."""
    return not request.path.startswith(_ELSEWHERE)


def is_large() -> bool:
    """Tell whether this page is shown in large letters."""
    asked = request.args.get(ASKED, "")
    return is_offered() and (asked if asked in ("0", "1") else request.cookies.get(COOKIE)) == "1"


def other_size() -> str:
    """Give the address of this page in the other size."""
    rest = [pair for pair in request.args.items(multi=True) if pair[0] != ASKED]
    return f"{request.path}?{urlencode([*rest, (ASKED, '0' if is_large() else '1')])}"


def _keep(response: Response) -> Response:
    asked = request.args.get(ASKED, "")
    if asked in ("0", "1") and is_offered() and request.method == "GET" and response.mimetype == "text/html":
        response.set_cookie(
            COOKIE,
            asked,
            max_age=YEAR,
            samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    return response
