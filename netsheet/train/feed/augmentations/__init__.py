"""Ways of varying pictures, one file each, found by folder."""
