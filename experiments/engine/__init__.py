"""Engines that run the tasks of a study: in this process, on the cores of this machine, or on a Dask cluster."""

from experiments.engine.choosing import executor_of
from experiments.engine.protocol import ClusterLost, Executor, Outcome, Progress, Task, Tick, Used, WorkerDied, attempt

__all__ = [
    "ClusterLost",
    "Executor",
    "Outcome",
    "Progress",
    "Task",
    "Tick",
    "Used",
    "WorkerDied",
    "attempt",
    "executor_of",
]
