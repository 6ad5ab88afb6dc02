"""Folders: cases as staff look them up: the work list, what is owed, who knows a child already, what one was told."""
