"""Children: the roll of the district, and what is known of each child."""
