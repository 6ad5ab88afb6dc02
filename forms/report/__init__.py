"""A report on a page: the form, its read-back, the draft it shares with the chat."""
