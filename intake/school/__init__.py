"""School: rolls, absences and streaks, and the parents of a class."""
