"""The API described."""

from flask import Blueprint

bp = Blueprint("docs", __name__, template_folder="templates")
