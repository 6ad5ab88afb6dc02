"""What comes between the questions of a report: talking to people, rights, pictures, a page taken over."""
