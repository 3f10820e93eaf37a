"""Two networks row by row: what matches, what changed, and what that does to each total."""
