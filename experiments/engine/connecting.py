"""Connect to a Dask cluster that is running somewhere, make one here for the purpose, and find one again."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from experiments.engine.protocol import ONE_THREAD
from sim.core.errors import InputError, Problem

LOCAL = "local:"
CONNECT_SECONDS = 20.0
RECONNECT_SECONDS = 60.0
SECONDS_VARIABLE = "PLACEWISE_RECONNECT_SECONDS"
PAUSE_SECONDS, ANSWER_SECONDS = 1.0, 10.0
STAFFING_SECONDS = 60.0
"""How long a scheduler may be without any process to work, at first."""
ONE_AT_A_TIME = 1.0
"""Tasks handed to each process ahead of time, so that a process that dies takes no other task with it."""
DEATHS_ALLOWED = 1
"""How often the process of a task may die before the cluster gives the task up."""


@contextmanager
def connected(
    address: str, seconds: float = CONNECT_SECONDS, staffing_seconds: float = STAFFING_SECONDS
) -> Iterator[Any]:
    """Connect to a cluster, or make one of processes of this machine for as long as the body runs.

    Raises
    ------
    InputError
        When no cluster answers in time, or it has no process that could work.
    """
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": DEATHS_ALLOWED,
        "distributed.scheduler.worker-saturation": ONE_AT_A_TIME,
        "distributed.nanny.pre-spawn-environ": ONE_THREAD,
        "distributed.worker.daemon": False,
    }
    # What Dask says of a lost connection is said by `found_again`, and by what follows from it.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    if not address.startswith(LOCAL):
        try:
            client = Client(address, timeout=seconds)
        except (OSError, ValueError):
            raise _unreachable(address) from None
        with client:
            if not staffed(client, staffing_seconds):
                raise _idle(address)
            yield client
        return
    workers = int(address.removeprefix(LOCAL))
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def found_again(address: str) -> Iterator[Any]:
    """Connect to a cluster that was lost, as soon as it is there and has a process to work; None if it stays away."""
    seconds = reconnect_seconds()
    print(f'The cluster at "{address}" was lost. Looking for it for up to {seconds:g} s.', file=sys.stderr)
    until = time.monotonic() + seconds
    with ExitStack() as stack:
        client = None
        while client is None and (left := until - time.monotonic()) > 0:
            client = _working(stack, address, left)
        if client is not None:
            print("It is back.", file=sys.stderr)
        yield client


def _working(stack: ExitStack, address: str, seconds: float) -> Any:
    """Return a connection to a cluster that has a process; None, after a pause, where there is none."""
    try:
        return stack.enter_context(connected(address, seconds, seconds))
    except (InputError, OSError):
        time.sleep(PAUSE_SECONDS)
        return None


def staffed(client: Any, seconds: float) -> bool:
    """Say whether a cluster has a process to work, at once or within some seconds."""
    try:
        client.wait_for_workers(1, timeout=max(seconds, PAUSE_SECONDS))
    except OSError:
        return False
    return True


def reconnect_seconds() -> float:
    """Return for how long a lost cluster is looked for: a minute, or ``PLACEWISE_RECONNECT_SECONDS``."""
    given = os.environ.get(SECONDS_VARIABLE, "")
    return float(given) if given.isdigit() else RECONNECT_SECONDS


def answers(client: Any) -> bool:
    """Say whether the scheduler at the other end of a connection is there."""
    if client.status != "running":
        return False
    try:
        client.sync(client.scheduler.identity, callback_timeout=ANSWER_SECONDS)
    except Exception:
        # Whatever goes wrong in asking, nothing more can be done over this connection.
        return False
    return True


def _unreachable(address: str) -> InputError:
    message = f'No cluster answers at "{address}".'
    fix = "Start one with `dask scheduler` and `dask worker`, or write local:2."
    return InputError(Problem("", 0, 0, "--cluster", message, fix))


def _idle(address: str) -> InputError:
    message = f'The cluster at "{address}" has no workers.'
    return InputError(Problem("", 0, 0, "--cluster", message, f"Start one with `dask worker {address} --nthreads 1`."))
