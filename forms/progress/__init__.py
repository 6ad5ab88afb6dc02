"""How things stand with a report: proof, progress, corrections, pictures."""
