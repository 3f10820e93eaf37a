"""From pictures to batches: shuffled by epoch, varied by chance, brought to what a network reads.

Requirements met here: everything drawn at random is drawn from the seed, the epoch and the step
alone, so that a run that was stopped goes on as if it never had been, and so that one process and
several see the same pictures varied alike.
"""
