"""The command `understand`: what each line of the input means, for trying it out and for measuring it."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime

import click

from bot.understanding import understand
from intake import settings
from intake.calendar import clock


def lines(said: Iterable[str], today: date) -> Iterator[str]:
    """Give one JSON object for each line, which is a message or {"text": message}."""
    for line in said:
        message = _message(line)
        heard = understand(message, today)
        yield json.dumps(
            {
                "text": message,
                "intent": heard.intent,
                "confidence": heard.confidence,
                "alternatives": [list(one) for one in heard.alternatives],
                "slots": dict(heard.slots),
                "acts": heard.acts,
                "offers": list(heard.offers),
            },
            ensure_ascii=False,
        )


def _message(line: str) -> str:
    """Read a line: a JSON object with a text, or else the text itself."""
    line = line.strip()
    if line.startswith("{"):
        try:
            held = json.loads(line)
        except ValueError:
            return line
        if isinstance(held, dict) and isinstance(held.get("text"), str):
            return str(held["text"])
    return line


@click.command("understand")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="What 昨天 counts from. Default: today.")
def command(today: datetime | None) -> None:
    """Read messages from standard input, write what each means as a line of JSON."""
    day = today.date() if today else clock.here(settings.load().today).date()
    said = (raw.decode("utf-8", "replace") for raw in sys.stdin.buffer)
    for found in lines(said, day):
        click.echo(found)
