"""What a training tells while it runs, and what it leaves to look at."""
