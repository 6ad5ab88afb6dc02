"""Facts that stand out in a message: numbers, dates and durations, entries of code lists."""
