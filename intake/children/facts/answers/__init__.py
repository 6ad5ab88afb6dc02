"""Facts and the answers of reports: what answers tell of a child, and what is known is offered as an answer."""
