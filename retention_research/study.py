"""Study: the validated parameter file. An unknown or missing key is an error with a suggestion."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    field_validator,
    model_validator,
)

from retention_research import yaml_origins
from retention_research.periods import AS_OF_WORDS, Duration
from retention_research.yaml_origins import Settings, StudyError

__all__ = ["Source", "Study", "StudyError", "expand_environment", "new_study", "read_study"]

NOT_READ_YET = ("period", "segments", "targets", "drivers.horizon")


def _duration(value: object) -> object:
    return Duration.parse(value) if isinstance(value, str) else value


def _date_or_duration(value: object) -> object:
    return Duration.parse(value) if isinstance(value, str) and value[:1] in "-+" else value


_TEXT = PlainSerializer(str, return_type=str)
Span = Annotated[Duration, BeforeValidator(_duration), _TEXT]
Offset = Annotated[Duration, _TEXT]
Share = Annotated[float, Field(ge=0, le=1)]


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )


class Time(_Section):
    """Time zone of days, grain of purchases and unit of models."""

    zone: str
    merge: Literal["day"]
    unit: Literal["day", "week"]

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        from zoneinfo import available_timezones

        if zone not in available_timezones():
            near = get_close_matches(zone, available_timezones(), 1)
            raise ValueError("is not a time zone" + (f" (did you mean {near[0]}?)" if near else ""))
        return zone


class Money(_Section):
    """What turns revenue into value."""

    margin: Annotated[float, Field(gt=0, le=1)]
    annual_discount_rate: Annotated[float, Field(gt=0, lt=10)]


class Churn(_Section):
    """When a silent customer counts as inactive."""

    inactive_for: Span


class Survival(_Section):
    """Settings of the survival report."""

    tau: Span


class Drivers(_Section):
    """Settings of the drivers report."""

    horizon: Span


class Limits(_Section):
    """How long a notebook may run."""

    cell_seconds: Annotated[int, Field(gt=0)]
    notebook_seconds: Annotated[int, Field(gt=0)]


class Amounts(_Section):
    """What the amounts hold."""

    vat: Literal["included", "excluded"] | None = None


class Source(_Section):
    """Where one event table comes from and how to read it; None means: found out from the file."""

    demo: str | None = None
    path: str | None = None
    url: str | None = None
    frame: bool = False
    table: str | None = None
    columns: dict[str, str] = {}
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] | None = None
    date_format: str | None = None
    rows: Literal["order", "line"] = "order"
    counts_as_sale: tuple[str, ...] = ()
    amounts: Amounts = Amounts()
    exclude_ids: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        named = [k for k in ("demo", "path", "url", "frame") if getattr(self, k)]
        if len(named) != 1:
            raise ValueError("needs exactly one of demo, path, url or frame")
        if re.search(r"://[^/@:\s]*:(?!\$\{)[^@/\s]+@", self.url or ""):
            raise ValueError('holds a password: write "${NAME}" and set NAME in the environment')
        return self


class Study(_Section):
    """One study: what to read, as of when, and every choice that a number depends on.

    Attributes are the keys of `params/_defaults.yml`, where each is explained. `origins` says
    where each value came from: "default", a file and line, or "command line". `root` is the
    folder that relative paths start from.
    """

    study: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$", max_length=60)]
    title: str | None
    as_of: date | Literal["latest_complete_day", "last_full_week", "last_full_month"]
    calibration_end: Annotated[date | Offset | None, BeforeValidator(_date_or_duration)]
    cohort_complete: bool
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    time: Time
    period: Literal["week", "month"]
    locale: str
    horizon: Span
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    money: Money
    churn: Churn
    sources: dict[str, Source]
    segments: tuple[str, ...]
    targets: dict[str, Any]
    survival: Survival
    drivers: Drivers
    group_floor: Annotated[int, Field(ge=1)]
    show_ids: bool
    max_excluded_share: Share
    limits: Limits
    reports: Annotated[tuple[str, ...], Field(min_length=1)]
    seed: Annotated[int, Field(ge=0)]
    origins: dict[str, str] = {}
    root: Path = Field(default=Path(), exclude=True, repr=False)

    @field_validator("sources")
    @classmethod
    def _has_transactions(cls, sources: dict[str, Source]) -> dict[str, Source]:
        if "transactions" not in sources:
            raise ValueError("needs transactions: say where your orders are")
        return sources

    @field_validator("horizon")
    @classmethod
    def _looks_ahead(cls, horizon: Duration) -> Duration:
        if horizon.days <= 0:
            raise ValueError("must be longer than zero")
        return horizon

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, locale: str) -> str:
        from babel import Locale, UnknownLocaleError

        try:
            Locale.parse(locale)
        except (ValueError, UnknownLocaleError):
            raise ValueError("is not a locale such as en_GB or pl_PL") from None
        return locale

    @property
    def heading(self) -> str:
        """The title that readers see."""
        return self.title or self.study

    def resolved(self, as_of: date) -> dict[str, Any]:
        """Every parameter as plain YAML values, with `as_of` settled; holds no secret."""
        return {**self.model_dump(mode="json"), "as_of": as_of.isoformat()}

    def settings_without_reader(self) -> list[str]:
        """Keys that this study sets and no report of this version reads."""
        told = {key for key, where in self.origins.items() if where != "default"}
        return [k for k in NOT_READ_YET if any(f"{t}.".startswith(f"{k}.") for t in told)]


def read_study(path: str | Path, overrides: Iterable[str] = ()) -> Study:
    """Read and validate a study file.

    Args:
        path: the file; looked for in the working directory, then in the nearest parent that
            holds params/.
        overrides: `key=value` texts that win over the file, as `--set` takes them.

    Raises:
        StudyError: if the file is missing, is not YAML, or holds an unknown, missing or wrong key.

    Example:
        >>> read_study("params/cdnow.yml", ["horizon=26W"]).horizon.days
        182
    """
    found = yaml_origins.find_study(Path(path))
    settings = yaml_origins.load(found).override(overrides)
    return _validated(settings, found.name, _root(found))


def new_study(**settings: Any) -> Study:
    """A study built in a notebook: the defaults, with `settings` over them.

    Raises:
        StudyError: as `read_study`.

    Example:
        >>> new_study(study="mine", currency="EUR", sources={"transactions": {"frame": True}}).seed
        1
    """
    merged = yaml_origins.load_defaults().merge(Settings(settings, {}), "given in Python")
    return _validated(merged, "study", Path.cwd())


def _root(file: Path) -> Path:
    folder = file.resolve().parent
    return folder.parent if folder.name == "params" else folder


def _validated(settings: Settings, name: str, root: Path) -> Study:
    given = dict(settings.values)
    origins = given.pop("origins", None) or dict(settings.origins)
    if "root" in given:
        raise StudyError(_unknown_key(("root",), origins, name))
    try:
        return Study(**given, origins=origins, root=root)
    except ValidationError as error:
        raise StudyError(_explain_all(error, origins, name)) from None


def _explain_all(error: ValidationError, origins: Mapping[str, str], name: str) -> str:
    missing = [".".join(map(str, e["loc"])) for e in error.errors() if e["type"] == "missing"]
    wrong = [_explain(dict(e), origins, name) for e in error.errors() if e["type"] != "missing"]
    if missing:
        wrong.append(
            f"{name}: missing {', '.join(f'`{key}`' for key in missing[:5])}"
            + (f" and {len(missing) - 5} more keys" if len(missing) > 5 else "")
            + ". Add them, or write `extends: _defaults.yml` on top."
        )
    return "\n".join(dict.fromkeys(wrong))


def _explain(error: Mapping[str, Any], origins: Mapping[str, str], name: str) -> str:
    path = tuple(str(part) for part in error["loc"] if not str(part).startswith("function-"))
    if error["type"] == "extra_forbidden":
        return _unknown_key(path, origins, name)
    key = _known_part(path)
    where = _origin(key, origins, name)
    return f"{where}: `{key}` {_reason(error, key)}."


def _reason(error: Mapping[str, Any], key: str) -> str:
    if key == "as_of":
        return f"must be a date (2024-12-31) or one of {', '.join(AS_OF_WORDS)}"
    if key == "calibration_end":
        return "must be a date (2024-06-30) or an offset from as_of (-39W)"
    if key == "study":
        return "must be a short name of a-z, 0-9, - and _ (my_shop)"
    if key == "currency":
        return "must be a three-letter currency code (EUR, PLN, USD)"
    text = str(error["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _known_part(path: tuple[str, ...]) -> str:
    keys: list[str] = []
    for part in path:
        if part in ("date", "Duration") or part.startswith(("literal", "is-instance")):
            break
        keys.append(part)
    return ".".join(keys)


def _unknown_key(path: tuple[str, ...], origins: Mapping[str, str], name: str) -> str:
    key, siblings = path[-1], _siblings(path[:-1])
    near = get_close_matches(key, siblings, 1, 0.5)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known keys: {', '.join(siblings)}."
    place = f"in `{'.'.join(path[:-1])}`" if path[:-1] else "of a study"
    return f"{_origin('.'.join(path), origins, name)}: `{key}` is not a key {place}. {hint}"


def _siblings(path: tuple[str, ...]) -> list[str]:
    model: type[BaseModel] = Study
    for part in path:
        field = model.model_fields.get(part)
        kind = field.annotation if field else Source
        model = kind if isinstance(kind, type) and issubclass(kind, BaseModel) else Source
    return [key for key in model.model_fields if key not in ("origins", "root")]


def _origin(key: str, origins: Mapping[str, str], name: str) -> str:
    inside = (where for k, where in origins.items() if k.startswith(f"{key}."))
    return origins.get(key) or next(inside, name)


def expand_environment(text: str) -> str:
    """Replace each `${NAME}` by the environment's value, at the moment a source is opened.

    Raises:
        StudyError: if a name is not set; the message holds names only.

    Example:
        >>> expand_environment("data/orders.csv")
        'data/orders.csv'
    """
    names = re.findall(r"\$\{(\w+)\}", text)
    unset = [name for name in names if name not in os.environ]
    if unset:
        raise StudyError(
            f"the study needs {', '.join(unset)} in the environment: set it and run again."
        )
    return re.sub(r"\$\{(\w+)\}", lambda found: os.environ[found[1]], text)


def write_study(settings: Mapping[str, Any], file: Path) -> None:
    """Write settings as a study file that `read_study` reads back."""
    file.write_text(
        yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
