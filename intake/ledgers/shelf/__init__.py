"""Workbooks that lie ready: orders to make them, what was made, and who fetched it. What makes them stands in exports."""
