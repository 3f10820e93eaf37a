"""timm's models by their tensors: printed as JSON, from a process of its own.

timm's data module imports torchvision, which torch's CPU build can't load; a stand-in that can do
nothing takes its place here, in this process only.
"""

import json
import sys
from pathlib import Path


def main(names: list[str]) -> None:
    """Print the names and shapes of each model's tensors, in their order."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from support.stand_in import stand_in

    stand_in("torchvision")
    import timm  # type: ignore[import-not-found, unused-ignore]  # may not be installed
    import torch

    found = {}
    for name in names:
        with torch.device("meta"):
            state = timm.create_model(name).state_dict()
        found[name] = [(key, list(value.shape), str(value.dtype)) for key, value in state.items()]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
