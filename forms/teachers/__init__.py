"""Teachers on their phones: coming in, today's roll, the class."""
