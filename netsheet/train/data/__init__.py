"""Pictures with labels: read from what people have, checked before anything is learned.

Requirements met here: one shape for every source (`pictures.py`); nothing in a file is executed;
sizes are checked against what a file holds before memory is given; labels out of range, empty
classes and damaged pictures are named; splits are stratified, seeded and the same everywhere.

- `find.py`: what `--data` names: a built-in name, a folder, a file
- `known.py`, `known/`: built-in names, with sources, checksums and licences
- `idx.py`, `cifar.py`, `npz.py`, `folder.py`, `arrays.py`: one file a format
- `box.py`: a folder or an archive as named bytes; `pickles.py`: pickled data without running it
- `labels.py`: labels into classes; `split.py`: parts; `pictures.py`: what all of it becomes
"""
