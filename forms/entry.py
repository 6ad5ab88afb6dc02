"""Teachers come in: phone and one-time code, then a PIN; the device is remembered."""

from flask import Blueprint

from intake.people import Person

bp = Blueprint("entry", __name__, url_prefix="/forms", template_folder="templates")


def teacher() -> Person | None:
    """Give the teacher or principal whose device this is, or None."""
    return None
