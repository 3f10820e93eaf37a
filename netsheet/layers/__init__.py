"""Layer kinds, one file each; `registry` finds them by folder."""
