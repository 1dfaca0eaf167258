"""Choose the engine that a command asks for."""

from __future__ import annotations

import os

from experiments.engine.protocol import Executor


def default_workers() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def executor_of(workers: int | None = None, cluster: str | None = None) -> Executor:
    """Return the engine for a number of processes of this machine, or for a Dask cluster.

    Parameters
    ----------
    workers
        Processes; the number of cores if None. One runs in this process.
    cluster
        Address of a Dask cluster, or ``local:2``; see `experiments.engine.cluster`. Wins over ``workers``.
    """
    from experiments.engine.cluster import Cluster
    from experiments.engine.local import Local
    from experiments.engine.serial import Serial

    if cluster is not None:
        return Cluster(cluster)
    processes = workers or default_workers()
    return Serial() if processes <= 1 else Local(processes)
