"""Read YAML files, one way for every kind of file, and say plainly what is wrong and where.

The dialect is YAML 1.2: ``on``, ``off``, ``yes`` and ``no`` are words, dates stay text. Anchors, aliases and tags
are refused: no file of this project needs them, and a reader should not have to know them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import __version__ as yaml_version
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sim.core.errors import InputError, Problem
from sim.core.keeping import content_key, keep_data, recall_data
from sim.core.yaml_wording import plain_reason

LARGEST_FILE_BYTES = 5_000_000
DEEPEST_NESTING = 50
KEPT = "parsed"
_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TABBED = re.compile(r"^( *)\t", re.MULTILINE)
_SWITCH = {"on": True, "off": False, "yes": True, "no": False, "true": True, "false": False}

Key = str | int


@dataclass(frozen=True)
class Document:
    """Hold the contents of one YAML file together with the position of everything in it.

    Attributes
    ----------
    file : name of the file as the reader should see it.
    data : plain dictionary of strings, numbers, booleans, None, lists and dictionaries.
    """

    file: str
    data: dict[Any, Any]
    root: MappingNode = field(repr=False, compare=False)

    def where(self, *keys: Key) -> tuple[int, int]:
        """Return the (line, column), counted from 1, of a key or list item.

        ``where("who", "age", 0)`` is the first item of the list ``age`` in ``who``. Where the path leads nowhere, for
        instance because a required key is missing, the position is that of the nearest thing that holds it.
        """
        position, _ = self._follow(keys)
        return position

    def value_at(self, *keys: Key) -> tuple[int, int]:
        """Return the (line, column), counted from 1, where the value of a key begins."""
        _, node = self._follow(keys)
        return _position(node)

    def problem(self, keys: tuple[Key, ...], message: str, fix: str = "") -> Problem:
        """Build a `Problem` that points at the key path ``keys`` of this file."""
        line, column = self.where(*keys)
        return Problem(self.file, line, column, path_text(keys), message, fix)

    def _follow(self, keys: tuple[Key, ...]) -> tuple[tuple[int, int], Node]:
        node: Node = self.root
        position = _position(node)
        for key in keys:
            step = _child(node, key)
            if step is None:
                break
            place, node = step
            position = _position(place)
        return position, node


def path_text(keys: tuple[Key, ...]) -> str:
    """Write a key path as readers see it: ``who.age[0]`` is the first item."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else (f".{key}" if text else key)
    return text


def as_switch(value: object) -> bool | None:
    """Read on/off, yes/no or true/false, in any letter case; None when it is none of them."""
    if isinstance(value, bool):
        return value
    return _SWITCH.get(value.lower()) if isinstance(value, str) else None


def read_yaml(path: str | Path) -> Document:
    """Read one YAML file whose top level is a mapping.

    Raises
    ------
    InputError : with every problem found, each with line, column and a plain reason.
    """
    document, problems = read_with_problems(path)
    if problems:
        raise InputError(problems)
    return document


def read_with_problems(path: str | Path) -> tuple[Document, list[Problem]]:
    """Read a YAML file and return what could be read of it together with the problems.

    Raises
    ------
    InputError : when nothing can be read, because the file is not a text, not YAML or not a mapping.
    """
    file = str(path)
    try:
        raw = _bytes_of(Path(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError([Problem(file, 0, 0, "", f"The file cannot be read: {reason}.", "")]) from None
    if len(raw) > LARGEST_FILE_BYTES:
        size = f"{len(raw) / 1e6:.1f} MB"
        message = f"The file is too large ({size}); at most {LARGEST_FILE_BYTES // 1_000_000} MB is read."
        raise InputError([Problem(file, 0, 0, "", message, "Check that this is the file you meant.")])
    return _parse(_text_of(raw, file), file)


def parse_yaml(text: str, file: str) -> Document:
    """Read YAML from a text, as `read_yaml` does from a file; ``file`` is the name to use in messages."""
    document, problems = _parse(text, file)
    if problems:
        raise InputError(problems)
    return document


def _parse(text: str, file: str) -> tuple[Document, list[Problem]]:
    problems = list(_unreadable_characters(text, file))
    if problems:
        raise InputError(problems)
    root = _compose(text, file)
    builder = _Builder(file)
    data = builder.value(root, ())
    return Document(file, data, root), builder.problems


def read_shipped_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file that ships with the software, fast and without positions.

    Uses the compiled parser when it is installed, and keeps what it says under a hash of the text. Any fault leads to
    `read_yaml`, which explains it.
    """
    try:
        raw = path.read_bytes()
        key = content_key((yaml_version.encode(), raw))
        data = recall_data(KEPT, key)
        if data is None:
            data = YAML(typ="safe", pure=False).load(raw)
            keep_data(KEPT, key, data)
    except (YAMLError, OSError, ValueError):
        return read_yaml(path).data
    return data if isinstance(data, dict) else read_yaml(path).data


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST_FILE_BYTES + 1)


def _text_of(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"The file is not UTF-8 text (byte 0x{raw[error.start]:02x} cannot be read)."
        fix = "Save it again as UTF-8 (in an editor: Save as, encoding UTF-8)."
        raise InputError([Problem(file, line, column, "", message, fix)]) from None


def _unreadable_characters(text: str, file: str) -> Iterator[Problem]:
    control = _CONTROL.search(text)
    if control:
        line, column = _line_and_column(text, control.start())
        message = f"The file holds a control character (code {ord(control.group())}): this is not a text file."
        yield Problem(file, line, column, "", message, "Remove the character, or check that this is the right file.")
        return
    for tab in _TABBED.finditer(text):
        line, column = _line_and_column(text, tab.end() - 1)
        yield Problem(
            file, line, column, "", "The line is indented with a tab.", "Indent with spaces, two for each level."
        )


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def _compose(text: str, file: str) -> MappingNode:
    parser = YAML(typ="safe", pure=True)
    try:
        root = parser.compose(text)
    except MarkedYAMLError as error:
        mark, message, fix = plain_reason(error, text)
        raise InputError([Problem(file, *mark, "", message, fix)]) from None
    except RecursionError:
        raise InputError([Problem(file, 1, 1, "", "Lists and mappings are nested too deeply.", "")]) from None
    except (YAMLError, ValueError) as error:
        raise InputError([Problem(file, 1, 1, "", f"This is not valid YAML: {error}", "")]) from None
    if root is None:
        reason = "The file is empty." if not text.strip() else "The file holds only comments: there is nothing to read."
        raise InputError([Problem(file, 1, 1, "", reason, "Write `key: value` lines in it.")])
    if not isinstance(root, MappingNode):
        kind = "a list" if isinstance(root, SequenceNode) else "plain text"
        message = f"The file holds {kind}; it must hold `key: value` lines."
        fix = "Write `key: value` with a space after each colon, as in `schema: placewise.scenario/1`."
        raise InputError([Problem(file, *_position(root), "", message, fix)])
    return root


def _position(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _child(node: Node, key: Key) -> tuple[Node, Node] | None:
    """Return (node that marks the place, node of the value) of one key or item."""
    if isinstance(node, MappingNode):
        return next((pair for pair in node.value if pair[0].value == str(key)), None)
    if isinstance(node, SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        return node.value[key], node.value[key]
    return None


class _Builder:
    """Turn nodes into plain Python values and note every fault on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.scalars = YAML(typ="safe", pure=True).constructor
        self.seen: set[int] = set()

    def value(self, node: Node, keys: tuple[Key, ...]) -> Any:
        """Return the value of a node: dict, list, str, int, float, bool or None."""
        if node.anchor is not None or id(node) in self.seen:
            self._fault(
                node, keys, "Anchors (&name) and aliases (*name) are not used here.", "Write the value out in full."
            )
            return None
        self.seen.add(id(node))
        if len(keys) > DEEPEST_NESTING:
            self._fault(node, keys, "Lists and mappings are nested too deeply.", "")
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, keys)
        if str(node.tag) not in (_TAG + "map", _TAG + "seq"):
            self._fault(node, keys, f"The tag {node.tag} is not used here.", "Remove the word that begins with `!`.")
            return None
        if isinstance(node, SequenceNode):
            return [self.value(item, (*keys, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, keys) if isinstance(node, MappingNode) else None

    def _mapping(self, node: MappingNode, keys: tuple[Key, ...]) -> dict[Any, Any]:
        plain: dict[Any, Any] = {}
        first_line: dict[Any, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode) or key_node.tag == _TAG + "null" or not key_node.value.strip():
                self._fault(key_node, keys, "A key must be a word.", "Write `key: value`.")
                continue
            if str(key_node.tag) == _TAG + "merge":
                self._fault(key_node, keys, "Merge keys (<<) are not used here.", "Write the values out in full.")
                continue
            key = self._scalar(key_node, keys)
            path = (*keys, str(key))
            if key in plain:
                message = f'The key "{key}" is written twice (first on line {first_line[key]}).'
                self._fault(key_node, path, message, "Keep one of the two.")
                continue
            first_line[key] = key_node.start_mark.line + 1
            plain[key] = self.value(value_node, path)
        return plain

    def _scalar(self, node: ScalarNode, keys: tuple[Key, ...]) -> Any:
        tag = str(node.tag)
        if tag not in _SCALAR_TAGS:
            self._fault(node, keys, f"The tag {tag} is not used here.", "Remove the word that begins with `!`.")
            return None
        if tag.endswith((":str", ":timestamp")):
            return node.value
        try:
            value = self.scalars.construct_object(node, deep=True)
        except (YAMLError, ValueError):
            self._fault(node, keys, f'"{node.value[:40]}" cannot be read as a number.', "")
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self._fault(node, keys, f'"{node.value[:40]}" is not a finite number.', "Write an ordinary number.")
            return None
        return value

    def _fault(self, node: Node, keys: tuple[Key, ...], message: str, fix: str) -> None:
        self.problems.append(Problem(self.file, *_position(node), path_text(keys), message, fix))
