"""Talks: what people must answer, telephone calls to make, answers to common questions."""
