"""Days, months and spans of time as people say them: counted, and roughly."""
