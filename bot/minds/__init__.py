"""A change of mind in the chat: heard at every step by `wish.hear_wish`, which alone is called from outside."""
