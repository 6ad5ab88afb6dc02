"""Who hears what of a case: lines in the inboxes of staff, what a family is told, what it says back."""
