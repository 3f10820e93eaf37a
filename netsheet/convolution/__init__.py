"""Convolution as an operation of its own: right by definition, traceable, and fast.

Where things live:

- `reference`: the definitions, written as plainly as the formulas; slow, dull, trusted
- `border`: what lies beyond a map's edge, by one rule for every mode
- `task`: one convolution, checked: what is convolved with what, and how
- `operation`: `convolve` and `correlate`, on arrays
- `algorithms`: one file a way to compute it, found by folder; `choice` picks one by what it costs
  (`cost`, with the figures measured in `rates`), `blocks` cuts the work up, lays borders and
  shares it among threads, `finish` rounds and clips what goes back into pictures
- `filters`: one file a named filter; `kernel` finds one by name, or reads one from text or a file
- `picture`: filters on pictures, array or file
- `reading`: which input position meets which tap for which output, along one axis; `arithmetic`
  goes through a convolution step by step with it, and `trace` follows one value to its products

`border`, `reading`, `arithmetic`, `trace` and the filters need the standard library only.
"""
