"""Convolution arithmetic drawn: the stamp moving over its input, step by step.

What is drawn was computed in `netsheet.convolution.arithmetic` and `.trace`. Where things live:

- `scene`: a picture as geometry, with what is seen at which step; `palette`: how it looks
- `grid`: grids of numbers, with padding hatched, what is never read struck out, taps ringed;
  `sheets`: the same seen from the side; `heading`: what stands above and below
- `slide`, `slices`, `pools`, `laid`, `follow`: a scene for each sort of thing; `draw` picks one
- `svg`, `raster`: a scene as animated or still SVG, as GIF and PNG; `panels`: all steps on one page
"""
