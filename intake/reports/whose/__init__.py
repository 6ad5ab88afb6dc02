"""Whose a report is: linked to its child, offered to a person, two files made one, and each of it undone."""
