"""How a page looks for whoever reads it: large letters, numbers to tap."""
