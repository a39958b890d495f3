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
    if told := _PLAIN.get(error["type"]):
        limits = {name: _limit(value) for name, value in error.get("ctx", {}).items()}
        return told.format(**limits) + _slip(error)
    if error["type"] == "tuple_type":
        return _LISTS.get(key, "must be a list, such as [channel, country]")
    text = str(error["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


_TEXT, _DAY = "must be text: put it in quotes", "must be a date (2024-12-31)"
_NUMBER, _WHOLE = "must be a number, with a point for decimals (1.5)", "must be a whole number"
_MAP = "must be lines of `name: value`"
# kinds of fault, as the validation calls them, in words; of a limit, its own
_PLAIN = {
    "string_type": _TEXT, "dict_type": _MAP, "model_type": _MAP, "model_attributes_type": _MAP,
    "float_type": _NUMBER, "float_parsing": _NUMBER, "finite_number": "must be a finite number",
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE,
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY, "bool_type": "must be true or false",
    "bool_parsing": "must be true or false", "too_short": "must hold at least {min_length}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "less_than_equal": "must be at most {le}", "less_than": "must be below {lt}",
    "greater_than_equal": "must be at least {ge}", "greater_than": "must be above {gt}",
}  # fmt: skip
_LISTS = {"programs": "must be a list: begin each program with `- id:`"}
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_COMMA = re.compile(r"\d+,\d+")
_PER_CENT = re.compile(r"(\d+(?:\.\d+)?) ?%?")


def _limit(value: object) -> str:
    return f"{value:,.12g}" if isinstance(value, int | float) else str(value)


def _slip(error: Mapping[str, Any]) -> str:
    """What was probably meant: 2023-11-01 for 01.11.2023, 1.5 for 1,5, 0.3 for 30%."""
    given, kind, limits = str(error["input"]).strip(), error["type"], error.get("ctx", {})
    meant = ""
    if kind.startswith("date") and (day := _GERMAN_DAY.fullmatch(given)):
        meant = f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
    elif kind.startswith("float") and _COMMA.fullmatch(given):
        meant = given.replace(",", ".")
    elif kind == "float_parsing" or 1 in (limits.get("le"), limits.get("lt")):
        share = _PER_CENT.fullmatch(given)
        meant = f"{float(share[1]) / 100:g}" if share and float(share[1]) <= 100 else ""
    return f" (did you mean {meant}?)" if meant else ""


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
