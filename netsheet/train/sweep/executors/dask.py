"""A Dask cluster: one on this machine, or the scheduler at an address."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from netsheet.train.machine import cores
from netsheet.train.sweep.executor import Executor, Submits


@contextmanager
def open_dask(workers: int | None, address: str) -> Iterator[Submits]:
    """Dask's own executor; the folders of the sweep must be reachable from its workers."""
    from distributed import Client, LocalCluster

    if address:
        client: Any = Client(address)
        with client, client.get_executor() as executor:
            yield executor
        return
    made: Any = LocalCluster
    with (
        made(n_workers=workers or cores(), threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        client.get_executor() as executor,
    ):
        yield executor


EXECUTOR = Executor("dask", "a Dask cluster, here or at dask:ADDRESS", open_dask)
