"""What several tests share. A helper asserts and says what it saw; none returns a bool."""
