"""Ledgers of children's schooling: aid, beds, first grades, children left behind or come along, class sizes."""
