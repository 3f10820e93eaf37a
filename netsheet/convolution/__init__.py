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
- `files`: filters on files and folders; `gallery`: all of them on one page; `words`: what is told
- `reading`: which input position meets which tap for which output, along one axis; `arithmetic`
  goes through a layer step by step with it, `trace` follows an output to its products,
  `backwards` an input or a weight to the outputs, and `account` puts that into words;
  `rows` finds the rows of a network for which this can be asked, `pixel` does it for a picture

`border`, `reading`, `arithmetic`, `trace`, `backwards`, `account` and the filters need the standard
library only.
"""
