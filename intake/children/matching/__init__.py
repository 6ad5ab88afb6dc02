"""Which child is meant: what somebody said of one, who it certainly is, who it may be and why."""
