"""The calendar: the local time, school days, office hours."""
