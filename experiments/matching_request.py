"""What ``placewise match`` is asked for: which entries, where their strengths are written, where work is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from experiments.matching import SEEDS, MatchResult, Setting, check, match, reference_setting
from experiments.matching_result import HOLDS
from experiments.matching_store import write_store
from experiments.progress import Mode
from experiments.trial_entries import find_file
from sim.core.errors import InputError, Problem
from sim.interventions.catalogue import CATALOGUE_FOLDER, Catalogue, is_shipped, read_entry
from sim.interventions.model_hash import model_hash
from sim.interventions.strength_store import STORE_FILE, entry_hash, read_strengths

SEEDS_OF_A_CHECK = 2


def run_request(
    interventions: Sequence[str | Path],
    out: Path | None = None,
    *,
    update_shipped: bool = False,
    verify: bool = False,
    seeds: int | None = None,
    workers: int | None = None,
    progress: Mode = "none",
    setting: Setting | None = None,
) -> MatchResult:
    """Match interventions, or verify the strengths stored for them.

    Parameters
    ----------
    interventions
        Ids or files; every shipped entry when empty.
    out
        The store to write; see `store_of` when None.
    update_shipped
        Write the shipped store; with ``verify``, mark in it which strengths hold in the model as it is now.
    setting
        Where trials are evaluated; the reference population when None.

    Raises
    ------
    InputError
        For an unknown entry, or a store that may not be written.
    """
    files = [find_file(each) for each in interventions] or list(Catalogue().files.values())
    entries = [read_entry(path) for path in files]
    store = store_of(files, out, update_shipped)
    where = setting or reference_setting(
        seeds=seeds or (SEEDS_OF_A_CHECK if verify else SEEDS), workers=workers, progress=progress
    )
    folder = Path(f".{store.stem}-{'check' if verify else 'match'}")
    if store.parent != CATALOGUE_FOLDER:
        folder = store.parent / folder
    if not verify:
        return match(entries, store, where, folder)
    found = check(entries, where, folder)
    if update_shipped:
        confirm(found, store)
    return found


def confirm(found: MatchResult, store: Path) -> list[str]:
    """Write down that strengths hold in the model as it is now, and return whose.

    A strength is marked stale when the model changes in any way. Where its trial, lived again in the changed model,
    still comes out as it did, it is as good as before.
    """
    kept, now = read_strengths(store.parent, store.name), model_hash()
    out = {row.intervention for row in found.rows if not row.verdict.startswith(HOLDS)}
    held = {row.intervention for row in found.rows if row.verdict.startswith(HOLDS)} - out
    renewed = {
        name: replace(strengths, model=now)
        for name, strengths in kept.items()
        if name in held and strengths.model != now and strengths.entry == entry_hash(Catalogue().entry(name))
    }
    if renewed:
        write_store(store, renewed)
    return sorted(renewed)


def store_of(files: Sequence[Path], out: Path | None, update_shipped: bool) -> Path:
    """Return the store that strengths are written to.

    Beside a file of one's own, so that scenarios find it; the shipped one only when asked for, and only in a checkout.
    """
    own = {path.resolve().parent for path in files if not is_shipped(path)}
    if update_shipped:
        checkout = (CATALOGUE_FOLDER.parents[1] / "pyproject.toml").is_file()
        if out is not None or own or not checkout:
            message = "The shipped store holds shipped interventions only, and is written in a checkout of the source."
            raise InputError(Problem("", 0, 0, "--update-shipped", message, "Use --out instead."))
        return CATALOGUE_FOLDER / STORE_FILE
    if out is not None:
        return out
    if len(own) > 1:
        message = "The files lie in several folders."
        raise InputError(Problem("", 0, 0, "--out", message, "Match them one folder at a time, or say --out."))
    return (own.pop() if own else Path()) / STORE_FILE
