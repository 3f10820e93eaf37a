"""Pictures as files and as pixels: read with suspicion, written whole. On Pillow and numpy."""
