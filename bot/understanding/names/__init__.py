"""Which child a message is about, by name, and who to the child is speaking."""
