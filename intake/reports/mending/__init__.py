"""What its reporter puts right in a report: how a correction is taken, and how it is told afterwards."""
