"""Study files as text: YAML with `extends`, merged key by key, each value's origin kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

_MOST_BYTES = 1_000_000
_MOST_EXTENDS = 5
_TEXT_TAG = "tag:yaml.org,2002:str"


class StudyError(Exception):
    """The study or its data are wrong: the message says what, where, how many and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Nested values, and for each dotted key where it was written."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]

    def merge(self, upper: Settings, origin: str | None = None) -> Settings:
        """These settings with `upper` laid over them; mappings merge, everything else replaces."""
        named = dict.fromkeys(leaves(upper.values), origin) if origin else dict(upper.origins)
        kept = {key: where for key, where in self.origins.items() if _list_of(key) not in named}
        return Settings(_laid_over(self.values, upper.values), {**kept, **named})

    def as_recorded(self) -> Settings:
        """The settings of a run's own study file, with the origins that it records.

        Raises:
            StudyError: if what it records is not a key and a text each.
        """
        values = dict(self.values)
        origins = values.pop("origins", {})
        if not isinstance(origins, dict) or not all(isinstance(w, str) for w in origins.values()):
            raise StudyError("study.yml: `origins` should hold a text for each key: run it again.")
        return Settings(values, origins or self.origins)

    def override(self, texts: Iterable[str]) -> Settings:
        """These settings with `key=value` texts over them.

        Raises:
            StudyError: if a text has no `=`, no key, or its value is not YAML.
        """
        merged = self
        for text in texts:
            merged = merged.merge(_assignment(text), "command line")
        return merged


class _Refused(yaml.MarkedYAMLError):
    """YAML that is right, but nothing for a study; `problem` says what to write."""


class _PlainYaml(yaml.SafeLoader):
    """Safe YAML whose keys are texts and whose values stand where they are read.

    Aliases are refused: a few lines of them hold a value that contains itself, or millions.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            words = "an alias (*name) cannot stand in a study: write the value out"
            raise _Refused(problem=words, problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        for key, _ in node.value:
            if key.tag != _TEXT_TAG:
                words = f"the key {_face(key)} is no text: put it in quotes, or take it out"
                raise _Refused(problem=words, problem_mark=key.start_mark)
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError:
            words = f"{_face(node)} is no date or number that there is"
            raise _Refused(problem=words, problem_mark=node.start_mark) from None


def _face(node: yaml.Node) -> str:
    return f"`{node.value[:40]}`" if isinstance(node.value, str) else "there"


def _list_of(key: str) -> str:
    """The list that a key stands in, which another list replaces as a whole; else the key."""
    return key.partition("[")[0]


def _laid_over(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(lower)
    for key, value in upper.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _laid_over(merged[key], value) if both else value
    return merged


def leaves(values: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Dotted keys of all values that are not mappings themselves.

    Example:
        >>> leaves({"money": {"margin": 0.3}, "seed": 1})
        ['money.margin', 'seed']
    """
    keys: list[str] = []
    for key, value in values.items():
        nested = isinstance(value, Mapping) and value
        keys += leaves(value, f"{prefix}{key}.") if nested else [f"{prefix}{key}"]
    return keys


def _assignment(text: str) -> Settings:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise StudyError(f"--set {text!r} is not of the form key=value (money.margin=0.25).")
    try:
        parsed = yaml.load(value, Loader=_PlainYaml)  # noqa: S506 - a SafeLoader that allows less
    except (yaml.YAMLError, RecursionError):
        raise StudyError(f"--set {key}: the value is not readable YAML.") from None
    for part in reversed(key.strip().split(".")):
        parsed = {part: parsed}
    return Settings(parsed, {})


def find_study(path: Path) -> Path:
    """The study file, from the working directory or the nearest parent that holds params/.

    Raises:
        StudyError: if it is nowhere; names the studies that are there.

    Example:
        >>> find_study(Path("params/cdnow.yml")).name
        'cdnow.yml'
    """
    folders = [Path.cwd(), *(p for p in Path.cwd().parents if (p / "params").is_dir())]
    for folder in folders:
        if (folder / path).is_file():
            return folder / path
    near = sorted(
        f"params/{p.name}" for folder in folders for p in (folder / "params").glob("[!_]*.yml")
    )
    hint = (
        f"Studies here: {', '.join(dict.fromkeys(near))}."
        if near
        else "Make one with `retention-research init`."
    )
    raise StudyError(f"the study file {path} is not there. {hint}")


def load_defaults() -> Settings:
    """The package's own `_defaults.yml`, each origin "default".

    Example:
        >>> load_defaults().origins["seed"]
        'default'
    """
    loaded = _parse(_packaged_defaults(), "_defaults.yml")
    return Settings(loaded.values, dict.fromkeys(loaded.origins, "default"))


def _packaged_defaults() -> str:
    inside = resources.files("retention_research") / "params" / "_defaults.yml"
    beside = Path(__file__).parents[1] / "params" / "_defaults.yml"
    return (inside if inside.is_file() else beside).read_text(encoding="utf-8")


def load(file: Path, depth: int = 0) -> Settings:
    """Read a study file and what it extends.

    Raises:
        StudyError: if a file is unreadable, not a mapping, or extends in a circle.

    Example:
        >>> load(Path("params/cdnow.yml")).origins["currency"].partition(",")[0]
        'params/cdnow.yml'
    """
    if depth > _MOST_EXTENDS:
        raise StudyError(
            f"{file.name}: `extends` goes deeper than {_MOST_EXTENDS} files, or in a circle."
        )
    own = _parse(_text(file), _shown(file))
    values = dict(own.values)
    parent = values.pop("extends", None)
    own = Settings(values, {k: v for k, v in own.origins.items() if k != "extends"})
    return own if parent is None else _extended(file, str(parent), depth).merge(own)


def _extended(file: Path, parent: str, depth: int) -> Settings:
    beside = file.parent / parent
    if Path(parent).name == "_defaults.yml" and not beside.is_file():
        return load_defaults()
    if not beside.is_file():
        raise StudyError(f"{file.name}: extends {parent}, which is not beside it.")
    loaded = load(beside, depth + 1)
    known = Path(parent).name == "_defaults.yml"
    return Settings(loaded.values, dict.fromkeys(loaded.origins, "default")) if known else loaded


def _shown(file: Path) -> str:
    return f"{file.parent.name}/{file.name}" if file.parent.name == "params" else file.name


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise StudyError(f"{file.name} is over 1 MB: that is no study file.")
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise StudyError(f"{file.name} cannot be read as UTF-8 text.") from None


def _parse(text: str, name: str) -> Settings:
    try:
        node = yaml.compose(text, Loader=_PlainYaml)
        values = yaml.load(text, Loader=_PlainYaml)  # noqa: S506 - a SafeLoader that allows less
    except yaml.YAMLError as error:
        raise StudyError(_syntax(error, name)) from None
    except RecursionError:
        raise StudyError(f"{name} is nested too deep: that is no study file.") from None
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        raise StudyError(f"{name} is not a study file: it should list `key: value` lines.")
    return Settings(values, dict(_origins(node, name, "")))


def _syntax(error: yaml.YAMLError, name: str) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f", line {mark.line + 1}" if mark else ""
    what = getattr(error, "problem", None) or "the text is not YAML"
    hint = "" if isinstance(error, _Refused) else "Check the indentation, colons and quotes there."
    return f"{name}{line}: {what}. {hint}".rstrip()


def _origins(node: yaml.MappingNode, name: str, prefix: str) -> Iterable[tuple[str, str]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in seen:
            raise StudyError(
                f"{name}: `{prefix}{key}` is there twice, on lines {seen[key]} and {line}."
            )
        seen[key] = line
        if isinstance(value_node, yaml.MappingNode) and value_node.value:
            yield from _origins(value_node, name, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", f"{name}, line {line}"
            yield from _of_items(value_node, name, f"{prefix}{key}")


def _of_items(node: yaml.Node, name: str, key: str) -> Iterable[tuple[str, str]]:
    """Where the mappings of a list stand, and their keys: `programs[0]`, `programs[0].id`."""
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    for place, item in enumerate(items):
        if isinstance(item, yaml.MappingNode):
            yield f"{key}[{place}]", f"{name}, line {item.start_mark.line + 1}"
            yield from _origins(item, name, f"{key}[{place}].")
