"""What is known of a child: each fact with who said it, when, by which door, who confirmed it; closed, never overwritten."""
