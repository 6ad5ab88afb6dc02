"""Lists of what schools give: aid that was paid out, child by child, and beds."""
