"""End every command in an orderly way: exit codes, plain messages, no traceback."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Command = TypeVar("Command", bound=Callable[..., Any])

BUG, USAGE, INPUT_INVALID, PRECISION_NOT_REACHED, EXTRA_MISSING, INTERRUPTED = 1, 2, 3, 5, 8, 130
CHECK_FAILED, REPRODUCE_MISMATCH = 6, 7


def guarded(command: Command) -> Command:
    """Turn what a command raises into a message on stderr and an exit code."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except KeyboardInterrupt:
            print("Interrupted. Nothing was written.", file=sys.stderr)
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader of a pipe, such as head, has gone: there is nobody left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except Exception as error:
            raise SystemExit(explain_failure(error)) from None

    return run  # type: ignore[return-value]


def explain_failure(error: Exception) -> int:
    """Print what went wrong on stderr and return the exit code."""
    from sim.core.errors import InputError, PlacewiseError

    if type(error).__module__.startswith(("typer", "click")):
        raise error
    if isinstance(error, InputError):
        from experiments.checking import error_text

        print(error_text(error), file=sys.stderr)
        return error.exit_code
    if isinstance(error, PlacewiseError):
        print(str(error), file=sys.stderr)
        return error.exit_code
    log = Path(tempfile.gettempdir()) / f"placewise-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}.log"
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    print(f"Placewise failed: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"This is a bug. The details are in {log}", file=sys.stderr)
    return BUG
