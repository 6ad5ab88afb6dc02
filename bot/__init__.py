"""The WeChat side: the webhook, what parents mean, the dialogue, what is answered."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register this side. Raises SettingsError on an AES key that is none.

    What it needs is imported here, so that `bot.understanding` is at hand in a fraction of a second.
    """
    from bot import oauth, simulator, webhook
    from bot.wechat import sending
    from bot.wechat.protocol import Account
    from intake.web import csrf

    app.extensions["baoxue.wechat"] = Account.of(app.extensions["baoxue.db"].settings)
    app.extensions["baoxue.chores"] = (*app.extensions.get("baoxue.chores", ()), *sending.CHORES)
    csrf.exempt(webhook.bp)  # the platform signs what it sends
    app.register_blueprint(webhook.bp)
    app.register_blueprint(oauth.bp)
    if app.extensions["baoxue.db"].settings.demo:
        simulator.init_app(app)
