"""The class roll on a phone."""

from flask import Blueprint

bp = Blueprint("roll", __name__, template_folder="templates")
