"""What parents said: the talks, the answers that are given every day, and a report made of what was said."""
