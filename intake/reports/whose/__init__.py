"""Whose a report is: linked to its child, told to its file, offered to a person; two files made one, each of it undone."""
