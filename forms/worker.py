"""What a phone needs without a network."""

from flask import Blueprint

bp = Blueprint("worker", __name__, template_folder="templates")
