"""Which child is meant in a chat, what the house remembers of it, and what its family may ask."""
