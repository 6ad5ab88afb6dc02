"""Whose report it is: which child a report is about, and what it tells of this child."""
