"""A Ray cluster: one on this machine, or the one at an address."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from netsheet.train.machine import cores
from netsheet.train.sweep.executor import Executor, Submits

if TYPE_CHECKING:
    from concurrent.futures import Future


class Remote:
    """Hands work to Ray, one core each."""

    def __init__(self, ray: Any) -> None:
        self.ray = ray

    def submit(self, work: Callable[..., Any], /, *given: Any) -> "Future[Any]":
        """Ray's task as a future."""
        task: Any = self.ray.remote(num_cpus=1)(work)
        future: Future[Any] = task.remote(*given).future()
        return future


@contextmanager
def open_ray(workers: int | None, address: str) -> Iterator[Submits]:
    """Ray's tasks; the folders of the sweep must be reachable from its workers."""
    import ray

    begin: Any = ray.init
    if address:
        begin(address=address, log_to_driver=False)
    else:
        begin(num_cpus=workers or cores(), include_dashboard=False, log_to_driver=False)
    try:
        yield Remote(ray)
    finally:
        ray.shutdown()


EXECUTOR = Executor("ray", "a Ray cluster, here or at ray:ADDRESS", open_ray)
