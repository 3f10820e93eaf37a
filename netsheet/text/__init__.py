"""The table as people write it: read with positions, written canonically."""
