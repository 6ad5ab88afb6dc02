"""The WeChat side: the webhook, what parents mean, the dialogue, what is answered."""

from flask import Flask

from bot import webhook
from bot.protocol import Account
from intake.web import csrf


def init_app(app: Flask) -> None:
    """Register this side. Raises SettingsError on an AES key that is none."""
    app.extensions["baoxue.wechat"] = Account.of(app.extensions["baoxue.db"].settings)
    csrf.exempt(webhook.bp)  # the platform signs what it sends
    app.register_blueprint(webhook.bp)
