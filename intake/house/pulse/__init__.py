"""Whether the processes of a house live: the worker's heartbeat, and children that end with their parent."""
