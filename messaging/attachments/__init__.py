"""Files that come with a claim's request or with a message (R-B1, R-P8; decision 0016)."""
