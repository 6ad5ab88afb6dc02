"""Cases: what may be done on them, what is owed, and who sees them."""
