"""A Dask cluster of processes of its own, whose scheduler can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MOST_SECONDS = 60.0


class DaskCluster:
    """A scheduler and one worker on a port of this machine."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the scheduler, wait until it listens, and start its worker."""
        host = ("--host", "127.0.0.1")
        self._begin("dask_scheduler", "--port", str(self.port), "--no-dashboard", "--no-jupyter", *host)
        until = time.monotonic() + MOST_SECONDS
        while time.monotonic() < until:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.1)
        self._begin("dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def end(self, how: int = signal.SIGKILL) -> None:
        """End the scheduler first, then its worker."""
        for process in self.processes:
            process.send_signal(how)
            process.wait(MOST_SECONDS)
        self.processes.clear()

    def _begin(self, module: str, *words: str) -> None:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", f"distributed.cli.{module}", *words]
        self.processes.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
