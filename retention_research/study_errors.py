"""What a person is told when a study file is wrong: the line, the key, the nearest right one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from retention_research.periods import AS_OF_WORDS

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_OURS = ("origins", "root")


def explain(
    error: ValidationError,
    origins: Mapping[str, str],
    name: str,
    model: type[BaseModel],
    values: Mapping[str, Any],
) -> str:
    """Every fault of a study as one sentence, each once.

    Args:
        error: what the validation found.
        origins: dotted key to where it was written.
        name: the study's file, for keys that were written nowhere.
        model: the study's class, which knows the keys there are.
        values: what was validated: entries of its lists are named by their id.
    """
    faults: list[dict[str, Any]] = [
        dict(e) for e in error.errors() if not _follows(e["type"], e["loc"], error)
    ]
    missing = [".".join(_path(e["loc"])) for e in faults if _is_missing_key(e)]
    wrong = [_explain(e, origins, name, model) for e in faults if not _is_missing_key(e)]
    if missing:
        wrong.append(
            f"{name}: missing {', '.join(f'`{key}`' for key in missing[:5])}"
            + (f" and {len(missing) - 5} more keys" if len(missing) > 5 else "")
            + ". Add them, or write `extends: _defaults.yml` on top."
        )
    return _with_ids("\n".join(dict.fromkeys(wrong)), values)


def _follows(kind: str, loc: tuple[int | str, ...], error: ValidationError) -> bool:
    """Whether a list is too short only because its entries are wrong."""
    inside = (e["loc"] for e in error.errors() if len(e["loc"]) > len(loc))
    return kind == "too_short" and any(other[: len(loc)] == loc for other in inside)


def _is_missing_key(error: Mapping[str, Any]) -> bool:
    """Whether a key of the study or a section is missing, which the defaults would have."""
    return error["type"] == "missing" and not any(isinstance(part, int) for part in error["loc"])


def _with_ids(text: str, values: Mapping[str, Any]) -> str:
    """Entries of lists by their id, where they have one: `programs[0]` as `programs.mail`."""
    for key, entries in values.items():
        for place, entry in enumerate(entries if isinstance(entries, list | tuple) else ()):
            if isinstance(entry, Mapping) and entry.get("id"):
                text = text.replace(f"`{key}[{place}]", f"`{key}.{entry['id']}")
    return text


def _explain(
    error: Mapping[str, Any], origins: Mapping[str, str], name: str, model: type[BaseModel]
) -> str:
    path = _path(error["loc"])
    if error["type"] == "extra_forbidden":
        return unknown_key(path, origins, name, model)
    lacks = error["type"] == "missing"
    key = _known_part(path[:-1] if lacks else path)
    reason = f"needs `{path[-1]}`" if lacks else _reason(error, key)
    end = "" if reason.endswith("?") else "."
    return f"{_origin(key, origins, name, reason)}: `{key}` {reason}{end}"


def _path(loc: Iterable[int | str]) -> tuple[str, ...]:
    """Keys from the outside in; an entry of a list goes with the list's: `programs[0]`."""
    keys: list[str] = []
    for part in loc:
        if isinstance(part, int) and keys:
            keys[-1] += f"[{part}]"
        elif part != "[key]" and not str(part).startswith("function-"):
            keys.append(str(part))
    return tuple(keys)


_WORDS = {
    "as_of": f"must be a date (2024-12-31) or one of {', '.join(AS_OF_WORDS)}",
    "calibration_end": "must be a date (2024-06-30) or an offset from as_of (-39W)",
    "study": "must be a short name of a-z, 0-9, - and _ (my_shop)",
    "currency": "must be a three-letter currency code (EUR, PLN, USD)",
}


def _reason(error: Mapping[str, Any], key: str) -> str:
    if key in _WORDS:
        return _WORDS[key]
    if _is_id(key):
        return "must be a short name of a-z, 0-9, - and _ (my_program)"
    if error["type"] == "literal_error":
        return _one_of(error)
    if error["type"] == "tuple_type":
        return "must be a list, such as [channel, country]"
    text = str(error["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _is_id(key: str) -> bool:
    return "[" in key and key.endswith("].id")


def _one_of(error: Mapping[str, Any]) -> str:
    """That a word is none of those there are, and the nearest of these."""
    known = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    near = get_close_matches(str(error["input"]), known, 1, 0.6)
    text = str(error["msg"])
    return text[:1].lower() + text[1:] + (f". Did you mean {near[0]}?" if near else "")


def _known_part(path: tuple[str, ...]) -> str:
    keys: list[str] = []
    for part in path:
        if part in ("date", "Duration") or part.startswith(("literal", "is-instance")):
            break
        keys.append(part)
    return ".".join(keys)


def unknown_key(
    path: tuple[str, ...], origins: Mapping[str, str], name: str, model: type[BaseModel]
) -> str:
    """That a key is not known, where it stands, and the nearest one that is.

    Args:
        path: the key and the sections it stands in.
        origins: dotted key to where it was written.
        name: the study's file.
        model: the study's class.

    Example:
        >>> from retention_research.study import Study
        >>> print(unknown_key(("chrun",), {"chrun": "params/shop.yml, line 7"}, "shop.yml", Study))
        params/shop.yml, line 7: `chrun` is not a key of a study. Did you mean `churn`?
    """
    key, siblings = path[-1], _siblings(path[:-1], model)
    near = get_close_matches(key, siblings, 1, 0.5)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known keys: {', '.join(siblings)}."
    place = f"in `{'.'.join(path[:-1])}`" if path[:-1] else "of a study"
    return f"{_origin('.'.join(path), origins, name)}: `{key}` is not a key {place}. {hint}"


def _siblings(path: tuple[str, ...], model: type[BaseModel]) -> list[str]:
    for part in path:
        field = model.model_fields.get(part.partition("[")[0])
        model = _section(field.annotation, model) if field else model
    return [key for key in model.model_fields if key not in _OURS]


def _section(kind: Any, otherwise: type[BaseModel]) -> type[BaseModel]:
    """The section that a key holds: itself, or that of each of its names or entries."""
    named = (kind, *get_args(kind))
    return next((k for k in named if hasattr(k, "model_fields")), otherwise)


def _origin(key: str, origins: Mapping[str, str], name: str, reason: str = "") -> str:
    """Where a key was written; of a section, where what the reason names in it was."""
    parts = {k.removeprefix(f"{key}."): where for k, where in origins.items()
             if k.startswith(f"{key}.")}  # fmt: skip
    told = {reason.find(f"`{part.split('.')[0]}`"): where for part, where in parts.items()}
    named = [told[place] for place in sorted(told) if place >= 0]
    around = [origins[above] for above in _around(key) if above in origins]
    return next(iter([*named, *filter(None, [origins.get(key)]), *parts.values(), *around]), name)


def _around(key: str) -> Iterator[str]:
    """The entry of a list that a key stands in, and the list."""
    while "[" in key:
        key = key[: max(key.rfind("."), key.rfind("["))]
        yield key
