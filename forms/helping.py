"""Help pages."""

from flask import Blueprint

bp = Blueprint("helping", __name__, template_folder="templates")
