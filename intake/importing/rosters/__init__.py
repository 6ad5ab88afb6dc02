"""What a list of children changes beside their class: what it tells of them, where they came from, who has not been explained."""
