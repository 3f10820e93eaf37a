"""Processes of this machine."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager

from netsheet.core.errors import ChoiceError
from netsheet.train.machine import cores
from netsheet.train.sweep.executor import Executor, Submits


def open_processes(workers: int | None, address: str) -> AbstractContextManager[Submits]:
    """Fresh processes, so that none inherits the state of torch's threads."""
    if address:
        raise ChoiceError(f'processes have no address "{address}": they are of this machine')
    return ProcessPoolExecutor(workers or cores(), mp_context=multiprocessing.get_context("spawn"))


EXECUTOR = Executor("processes", "processes of this machine", open_processes)
