"""Messages: what goes out to parents, through which window, and the media that come in."""
