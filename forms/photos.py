"""Pictures that go with a report."""

from flask import Blueprint

bp = Blueprint("photos", __name__, template_folder="templates")
