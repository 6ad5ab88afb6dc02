"""A child's life beside what is known of it: its way through schools, and the other children of its family."""
