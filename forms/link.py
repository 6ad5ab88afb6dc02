"""From the chat to the page and back."""

from flask import Blueprint

bp = Blueprint("link", __name__, template_folder="templates")
