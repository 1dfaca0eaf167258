from pathlib import Path

import pytest

import sim
from sim.core import keeping
from sim.interventions import model_hash as module


@pytest.fixture
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("PLACEWISE_CACHE", str(tmp_path))
    keeping.cache_folder.cache_clear()
    module.model_hash.cache_clear()
    yield
    keeping.cache_folder.cache_clear()
    module.model_hash.cache_clear()


def again() -> str:
    module.model_hash.cache_clear()
    return module.model_hash()


def with_a_line_more(monkeypatch, changed: Path, line: bytes) -> None:
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (line if path == changed else b""))


def test_the_digest_is_kept_and_never_when_a_file_has_changed(empty, monkeypatch):
    worked_out = again()
    with monkeypatch.context() as patch:
        patch.setattr(module, "_work_out", lambda texts: ("anew", "too"))
        assert again() == worked_out
        with_a_line_more(patch, Path(sim.__file__).parent / "parameters" / "violence.yaml", b"\n")
        assert again() == "anew"
    place = Path(sim.__file__).parent / "place.py"
    with monkeypatch.context() as patch:
        with_a_line_more(patch, place, b"\n# Words change nothing.\n")
        assert again() == worked_out
    with monkeypatch.context() as patch:
        with_a_line_more(patch, place, b"\nANOTHER = 1\n")
        assert again() != worked_out
    assert again() == worked_out
