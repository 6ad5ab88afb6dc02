"""From Chinese to values: text, spoken words, dates, patterns."""
