"""Databases of earlier versions."""

from pathlib import Path

FIRST = Path(__file__).parents[1] / "data" / "first.db"
"""A file as the first migration made it, with one report whose answers table had three columns."""


RECEIPT = "548216903772"
