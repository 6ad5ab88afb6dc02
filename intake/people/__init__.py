"""People: accounts of the staff, what they may do, and how they come in."""
