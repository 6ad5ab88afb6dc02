"""Teachers in the chat: the roll of a class, its parents."""
