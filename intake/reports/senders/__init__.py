"""Who sends reports from outside: systems with a key, what was sent before, and one address that tells of too much danger."""
