"""Places: towns, villages and schools, and finding which one is meant."""
