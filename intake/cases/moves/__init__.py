"""A case and the register: its child changes class, and it follows; it ends, and that is an entry."""
