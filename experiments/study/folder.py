"""The folder of a study: begin it, see what is left to do, keep what runs found, and say what it holds.

::

    study.json          what is asked, with which versions; written last of what begins a study
    inputs/             the files that ask it, as they were
    inputs.parquet      one row a point of the design
    runs.parquet        one row a run: its task, point, number, draw and seed
    parts/              one Parquet file a run
    detail/<name>/      the same for every month or community, where that was asked for
    failed/             one JSON file a run that failed twice: error, seed and the command that replays it
    finished.json       digest of all parts; only when nothing is left to do
    log.jsonl           when the study was worked on
"""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from experiments.engine import ClusterLost, Executor
from experiments.files import sha256, write_text
from experiments.study.detail import DETAIL_FOLDER
from experiments.study.lock import LOCK, only_writer
from experiments.study.parts import find_parts, is_whole, remove_partial, storing, write_parquet, write_part
from sim.core.errors import InputError, Problem

Array = npt.NDArray[Any]

SCHEMA = "placewise.study/1"
STUDY, FINISHED, LOG = "study.json", "finished.json", "log.jsonl"
INPUTS, PARTS, FAILED = "inputs", "parts", "failed"
NOTHING: Mapping[str, Any] = {}
INPUTS_TABLE, RUNS_TABLE = "inputs.parquet", "runs.parquet"


@dataclass(frozen=True)
class Asked:
    """Hold what a study asks.

    Attributes
    ----------
    question
        Names and digests of everything that decides the results, as plain values: a study is resumed only with the
        same.
    about
        What else a reader should know, as plain values.
    files
        Name to text of every file to keep with the study.
    inputs, runs
        Columns of the tables ``inputs`` (one row a point) and ``runs`` (one row a run, with its ``task``).
    """

    question: Mapping[str, Any]
    about: Mapping[str, Any]
    files: Mapping[str, str]
    inputs: Mapping[str, Array]
    runs: Mapping[str, Array]


class StudyFolder:
    """A study on disk. Make one with `begun` to write, with `opened` to read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def about(self) -> dict[str, Any]:
        """Everything that ``study.json`` says."""
        found: dict[str, Any] = json.loads((self.folder / STUDY).read_text(encoding="utf-8"))
        return found

    @property
    def details(self) -> tuple[str, ...]:
        """The kinds of detail that the study keeps."""
        return tuple(self.about.get("detail", ()))

    @property
    def digest(self) -> str | None:
        """The digest over all parts; None while something is left to do."""
        path = self.folder / FINISHED
        return str(json.loads(path.read_text(encoding="utf-8"))["digest"]) if path.exists() else None

    def parts(self) -> dict[str, Path]:
        """Return the file of every run that is done, by task."""
        return find_parts(self.folder / PARTS)

    def detail_parts(self, detail: str) -> dict[str, Path]:
        """Return the file of a kind of detail of every run that is done, by task."""
        return find_parts(self.folder / DETAIL_FOLDER / detail)

    def failures(self) -> dict[str, dict[str, Any]]:
        """Return what is known of every run that failed, by task."""
        files = sorted((self.folder / FAILED).glob("*.json"))
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}

    def left(self, tasks: Sequence[str]) -> list[str]:
        """Return the tasks that lack a whole part, or one of a kind of detail that the study keeps, in order.

        Damaged parts, and parts of other tasks, are removed.
        """
        wanted = whole = set(tasks)
        for parts in (self.parts(), *(self.detail_parts(name) for name in self.details)):
            damaged = {task for task, path in parts.items() if task not in wanted or not is_whole(path)}
            for task in damaged:
                parts[task].unlink()
            whole = whole & (parts.keys() - damaged)
        return [task for task in tasks if task not in whole]

    def keep(
        self, task: str, columns: Mapping[str, Array], detail: Mapping[str, Mapping[str, Array]] = NOTHING
    ) -> None:
        """Keep what a run found; its detail first, so that a run with a part has all of it."""
        for name, table in detail.items():
            write_part(self.folder / DETAIL_FOLDER / name, task, table)
        write_part(self.folder / PARTS, task, columns)
        (self.folder / FAILED / f"{task}.json").unlink(missing_ok=True)

    def keep_failure(self, task: str, error: BaseException, facts: Mapping[str, Any]) -> None:
        """Keep why a run failed, with the facts needed to replay it."""
        known = {"task": task, "error": type(error).__name__, "message": str(error), **facts}
        known["traceback"] = "".join(traceback.format_exception(error))
        with storing(self.folder):
            write_text(self.folder / FAILED / f"{task}.json", json.dumps(known, indent=1, ensure_ascii=False) + "\n")

    def told_so_far(self, asked: int, what: str) -> str:
        """Say in a sentence how far a study that was broken off has come, and how it is taken up again."""
        done, failed = len(self.parts()), len(self.failures())
        lost = f"{failed} failed, each described in {self.folder / FAILED} with its seed and how to replay it; "
        left = f"{done} of {asked} {what} are kept; {lost if failed else ''}{asked - done - failed} are waiting."
        return f"{left} Go on with the same command, --out {self.folder} and --resume."

    def note(self, **event: Any) -> None:
        """Add a line to the log."""
        with storing(self.folder), (self.folder / LOG).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(event) + "\n")

    @contextmanager
    def noting_loss(self, executor: Executor) -> Iterator[None]:
        """Note in the log when the cluster that works in the body is lost for good."""
        try:
            yield
        except ClusterLost as error:
            self.note(event="broken off", why=str(error), **asdict(executor.used))
            raise

    def finish(self, tasks: Sequence[str]) -> str:
        """Write down the digest of the study and return it.

        It depends on every byte of every part and on which runs failed, and on nothing else. Detail has digests of
        its own.
        """
        failed = self.failures()
        digest = _digest(self.parts(), tasks)
        found: dict[str, Any] = {"digest": digest, "runs": len(tasks), "failed": sum(task in failed for task in tasks)}
        if self.details:
            found["detail"] = {name: _digest(self.detail_parts(name), tasks) for name in self.details}
        with storing(self.folder):
            write_text(self.folder / FINISHED, json.dumps(found, indent=1) + "\n")
        return digest


@contextmanager
def begun(folder: Path, asked: Asked, resume: bool) -> Iterator[StudyFolder]:
    """Begin a study, or take up one that was begun with the same question, as its only writer.

    Raises
    ------
    InputError
        When the folder holds something else, another process writes into it, or the question is not the same.
    """
    path = folder / STUDY
    if folder.exists() and not path.exists() and {each.name for each in folder.iterdir()} - _own_names():
        message = "This folder holds something else than a study."
        raise InputError(Problem(str(folder), 0, 0, "--out", message, "Choose another folder."))
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with only_writer(folder):
            study = StudyFolder(folder)
            details = [f"{DETAIL_FOLDER}/{name}" for name in asked.about.get("detail", ())]
            for name in (PARTS, FAILED, *details):
                (folder / name).mkdir(parents=True, exist_ok=True)
                remove_partial(folder / name)
            if path.exists():
                _check_same(study, asked, resume)
            else:
                _write_question(folder, asked)
            (folder / FINISHED).unlink(missing_ok=True)
            yield study


def opened(folder: str | Path) -> StudyFolder:
    """Open a study to read it.

    Raises
    ------
    InputError
        When this is not the folder of a study.
    """
    if not (Path(folder) / STUDY).is_file():
        message = "This is not the folder of a study: it has no study.json."
        raise InputError(Problem(str(folder), 0, 0, "", message, "Name a folder that placewise sweep wrote."))
    return StudyFolder(Path(folder))


def _digest(parts: Mapping[str, Path], tasks: Sequence[str]) -> str:
    names = [parts[task].name if task in parts else f"{task} failed" for task in sorted(tasks)]
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _own_names() -> set[str]:
    return {LOCK, INPUTS, DETAIL_FOLDER, PARTS, FAILED, INPUTS_TABLE, RUNS_TABLE}


def _write_question(folder: Path, asked: Asked) -> None:
    for name, text in asked.files.items():
        write_text(folder / INPUTS / name, text)
    write_parquet(folder / INPUTS_TABLE, asked.inputs)
    write_parquet(folder / RUNS_TABLE, asked.runs)
    kept = {name: sha256(folder / INPUTS / name) for name in asked.files}
    told = {"schema": SCHEMA, **asked.about, "kept": kept, "question": dict(asked.question)}
    write_text(folder / STUDY, json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def _check_same(study: StudyFolder, asked: Asked, resume: bool) -> None:
    place = str(study.folder)
    if not resume:
        message = "A study was begun in this folder."
        raise InputError(Problem(place, 0, 0, "--out", message, "Add --resume to go on, or choose another folder."))
    before, now = study.about["question"], dict(asked.question)
    changed = sorted(key for key in {*before, *now} if before.get(key) != now.get(key))
    if changed:
        message = f"The study in this folder asks something else: it differs in {', '.join(changed)}."
        raise InputError(Problem(place, 0, 0, "--resume", message, "Choose another folder, or undo the change."))
