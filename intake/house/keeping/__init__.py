"""What lies in the data directory: who holds it, whose backup it is, what was left behind, what others may read."""
