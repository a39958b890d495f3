"""What a person is told when a study file is wrong: the line, the key, the nearest right one."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from retention_research.periods import AS_OF_WORDS

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_OURS = ("origins", "root")


def explain(
    error: ValidationError, origins: Mapping[str, str], name: str, model: type[BaseModel]
) -> str:
    """Every fault of a study as one sentence, each once.

    Args:
        error: what the validation found.
        origins: dotted key to where it was written.
        name: the study's file, for keys that were written nowhere.
        model: the study's class, which knows the keys there are.
    """
    missing = [".".join(map(str, e["loc"])) for e in error.errors() if e["type"] == "missing"]
    wrong = [
        _explain(dict(e), origins, name, model) for e in error.errors() if e["type"] != "missing"
    ]
    if missing:
        wrong.append(
            f"{name}: missing {', '.join(f'`{key}`' for key in missing[:5])}"
            + (f" and {len(missing) - 5} more keys" if len(missing) > 5 else "")
            + ". Add them, or write `extends: _defaults.yml` on top."
        )
    return "\n".join(dict.fromkeys(wrong))


def _explain(
    error: Mapping[str, Any], origins: Mapping[str, str], name: str, model: type[BaseModel]
) -> str:
    parts = (str(part) for part in error["loc"])
    path = tuple(p for p in parts if p != "[key]" and not p.startswith("function-"))
    if error["type"] == "extra_forbidden":
        return unknown_key(path, origins, name, model)
    key = _known_part(path)
    reason = _reason(error, key)
    return f"{_origin(key, origins, name, reason)}: `{key}` {reason}."


def _reason(error: Mapping[str, Any], key: str) -> str:
    if key == "as_of":
        return f"must be a date (2024-12-31) or one of {', '.join(AS_OF_WORDS)}"
    if key == "calibration_end":
        return "must be a date (2024-06-30) or an offset from as_of (-39W)"
    if key == "study":
        return "must be a short name of a-z, 0-9, - and _ (my_shop)"
    if key == "currency":
        return "must be a three-letter currency code (EUR, PLN, USD)"
    if error["type"] == "tuple_type":
        return "must be a list, such as [channel, country]"
    text = str(error["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


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
        field = model.model_fields.get(part)
        model = _section(field.annotation, model) if field else model
    return [key for key in model.model_fields if key not in _OURS]


def _section(kind: Any, otherwise: type[BaseModel]) -> type[BaseModel]:
    """The section that a key holds: itself, or that of each of its names."""
    named = (kind, *get_args(kind)[-1:])
    return next((k for k in named if hasattr(k, "model_fields")), otherwise)


def _origin(key: str, origins: Mapping[str, str], name: str, reason: str = "") -> str:
    """Where a key was written; of a section, where what the reason names in it was."""
    parts = {k.removeprefix(f"{key}."): where for k, where in origins.items()
             if k.startswith(f"{key}.")}  # fmt: skip
    named = (where for part, where in parts.items() if f"`{part.split('.')[0]}`" in reason)
    return next(named, "") or origins.get(key) or next(iter(parts.values()), name)
