"""JSON for other systems, described from the declarations."""
