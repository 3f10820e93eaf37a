"""The sheet: every cell of a network's table computed, and able to say how it came about."""
