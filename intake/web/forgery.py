"""Tokens against other sites in the forms of a page, and what is said to a browser that cannot bring them back.

A token belongs to the session, which is a cookie. Where a form comes without, the page is shown again with all that was
typed, and with a token that says so: it comes a second time only from a browser that keeps no cookies, for which
pressing again would never help.
"""

from typing import cast

from flask import Flask, current_app, g, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError, generate_csrf

from intake.reports import notice
from intake.store.db import Database

_AGAIN = "again."
"""Begins a token that was given out in place of one that did not fit."""
NO_COOKIES = (
    "这个浏览器不保存 Cookie（网页要存的一点数据），所以在这里交不上去，再按也没有用。"
    "请在设置里打开 Cookie，或者换一个浏览器。也可以打电话，或当面说：{}"
)


class _Protection(CSRFProtect):  # type: ignore[misc]
    def _get_csrf_token(self) -> str | None:
        said = super()._get_csrf_token()
        return said.removeprefix(_AGAIN) if said else None


csrf = _Protection()


def init_app(app: Flask) -> None:
    """Protect forms, and give templates the token."""
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = token
    app.context_processor(lambda: {"csrf_token": token})  # after that of the library


def token() -> str:
    """Give the token of a form; of one that is shown again for want of it a marked one."""
    return (_AGAIN if g.get("unsure") else "") + str(generate_csrf())


def fits() -> bool:
    """Check that this site's own page sent the request. A form that does not fit is noted as such."""
    try:
        csrf.protect()
    except CSRFError:
        g.unsure = True
        return False
    return True


def unsure(sentence: str) -> str:
    """Give what is said to a form that did not fit: a sentence the first time, what helps the second time."""
    again = request.form.get("csrf_token", "").startswith(_AGAIN)
    settings = cast(Database, current_app.extensions["baoxue.db"]).settings
    return NO_COOKIES.format(notice.contact(settings)) if again else sentence
