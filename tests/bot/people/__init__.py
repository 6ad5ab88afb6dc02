"""People as they write: who knows what, in whose words; played over the signed webhook, each message three times."""
