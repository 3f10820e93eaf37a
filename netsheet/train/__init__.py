"""Training: `netsheet.train(net, data)` goes from a sheet and data to a judged model.

Where each part lives:

- `api.py`: the door for Python; `runs.py`: a run from its start, or from where it was stopped
- `data/`: pictures with labels, from names, folders, IDX, CIFAR, npz and arrays
- `feed/`: batches: order, augmentations (one file each), normalisation
- `recipe.py`: the choices; `plan.py`: what is settled and told before the first step
- `adapt.py`: sheet and data brought together; `head.py`: outputs as classifiers
- `memory.py`: what it takes, computed from the sheet; `machine.py`: what the machine has,
  `politeness.py`: how threads wait on a busy one
- `loop/`: steps, schedule, optimiser, precision, checkpoints, the run's folder, several processes
- `tell/`: the bar, plain lines, CSV, TensorBoard; `report/`: the page at the end
- `use/`: a trained model: evaluated, asked about pictures, exported
- `sweep/`: many trainings, their journal, executors (one file each)

How pictures enter a network (`netsheet.run.intake`) and why it says what it says
(`netsheet.run.why`) live beside what runs any network. Nothing here is imported before it is used,
and importing this package alone costs nothing.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netsheet.train.runs import Result


class Callable(ModuleType):
    """A package that can be called: `netsheet.train(net, data)` trains."""

    def __call__(self, net: Any, data: Any, **chosen: Any) -> "Result":
        """Train a network on data; see `netsheet.train.api.train`."""
        from netsheet.train.api import train

        return train(net, data, **chosen)


sys.modules[__name__].__class__ = Callable
