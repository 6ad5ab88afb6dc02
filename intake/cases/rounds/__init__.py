"""What the worker does on cases, round by round: the clocks, and the search for cases that may be of one child."""
