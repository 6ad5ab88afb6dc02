"""What a teacher's words hold, read from them alone: names and numbers of a roll."""
