"""Ways of computing trials, one file each, found by folder."""
