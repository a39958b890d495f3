"""Study: the validated parameter file. An unknown or missing key is an error with a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from retention_research import yaml_origins
from retention_research.environment import expand_environment
from retention_research.periods import Duration
from retention_research.study_errors import explain, unknown_key
from retention_research.study_programs import Program, not_unique
from retention_research.study_sections import (
    KPIS,
    OWN_SEGMENTS,
    Churn,
    Contacts,
    Drivers,
    Gates,
    Limits,
    MarkedEvent,
    Money,
    Section,
    Share,
    Survival,
    Target,
    Tickets,
    Time,
    not_told_apart,
    off_scale,
    unknown_by,
    unknown_kpi,
)
from retention_research.study_sources import EVENT_TABLES, EventTable, Source
from retention_research.study_spans import Offset, Span, date_or_duration
from retention_research.yaml_origins import Settings, StudyError

__all__ = [
    "EVENT_TABLES", "Source", "Study", "StudyError", "expand_environment", "new_study",
    "read_study",
]  # fmt: skip

RESOLVED, SNAPSHOT, RECORD = "study.yml", "snapshot", "events.json"  # of a run, side by side
NOT_READ_YET: tuple[str, ...] = ()


Note = Annotated[str, Field(min_length=1, max_length=500)]


class Study(Section):
    """One study: what to read, as of when, and every choice that a number depends on.

    Attributes are the keys of `params/_defaults.yml`, where each is explained. `origins` says
    where each value came from: "default", a file and line, or "command line". `root` is the
    folder that relative paths start from.
    """

    study: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$", max_length=60)]
    title: str | None
    as_of: date | Literal["latest_complete_day", "last_full_week", "last_full_month"]
    calibration_end: Annotated[date | Offset | None, BeforeValidator(date_or_duration)]
    cohort_complete: bool
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    time: Time
    period: Literal["week", "month"]
    locale: str
    horizon: Span
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    money: Money
    churn: Churn
    sources: dict[EventTable, Source]
    segments: tuple[str, ...]
    targets: dict[str, Target]
    events: tuple[MarkedEvent, ...]
    tickets: Tickets
    contacts: Contacts
    gates: Gates
    notes: tuple[Note, ...]
    survival: Survival
    drivers: Drivers
    programs: tuple[Program, ...]
    group_floor: Annotated[int, Field(ge=1)]
    show_ids: bool
    max_excluded_share: Share
    limits: Limits
    reports: Annotated[tuple[str, ...], Field(min_length=1)]
    seed: Annotated[int, Field(ge=0)]
    origins: dict[str, str] = Field(default={})
    root: Path = Field(default=Path(), exclude=True, repr=False)

    @field_validator("sources")
    @classmethod
    def _has_transactions(cls, sources: dict[str, Source]) -> dict[str, Source]:
        if "transactions" not in sources:
            raise ValueError("needs transactions: say where your orders are")
        return sources

    @field_validator("targets")
    @classmethod
    def _of_kpis(cls, targets: dict[str, Target], given: ValidationInfo) -> dict[str, Target]:
        segments = (*OWN_SEGMENTS, *given.data.get("segments", ()))
        for name, target in targets.items():
            if name not in KPIS:
                raise ValueError(unknown_kpi(name))
            if target.by and target.by not in segments:
                raise ValueError(unknown_by(name, target.by, segments))
            if reason := off_scale(name, target):
                raise ValueError(reason)
        return targets

    @field_validator("segments")
    @classmethod
    def _told_apart(cls, segments: tuple[str, ...]) -> tuple[str, ...]:
        if reason := not_told_apart(segments):
            raise ValueError(reason)
        return segments

    @field_validator("programs")
    @classmethod
    def _named_apart(cls, programs: tuple[Program, ...]) -> tuple[Program, ...]:
        if twice := not_unique(programs):
            raise ValueError(f"has two programs called {twice}: give each an id of its own")
        return programs

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
    settings = yaml_origins.load(found)
    if _is_of_run(found):
        settings = settings.as_recorded()
    return _validated(settings.override(overrides), found.name, _root(found))


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


def _is_of_run(file: Path) -> bool:
    # Only beside its snapshot: where values came from is told by a run, never by its reader.
    return file.name == RESOLVED and (file.parent / SNAPSHOT / RECORD).is_file()


def _root(file: Path) -> Path:
    folder = file.resolve().parent
    return folder.parent if folder.name == "params" else folder


def _validated(settings: Settings, name: str, root: Path) -> Study:
    given, origins = dict(settings.values), dict(settings.origins)
    for ours in {"origins", "root"} & set(given):
        raise StudyError(unknown_key((ours,), origins, name, Study))
    try:
        return Study(**given, origins=origins, root=root)
    except ValidationError as error:
        raise StudyError(explain(error, origins, name, Study, given)) from None


def write_study(settings: Mapping[str, Any], file: Path) -> None:
    """Write settings as a study file that `read_study` reads back.

    Example:
        >>> file = getfixture("tmp_path") / "shop.yml"
        >>> write_study({"extends": "_defaults.yml", "study": "shop"}, file)
        >>> file.read_text().splitlines()
        ['extends: _defaults.yml', 'study: shop']
    """
    file.write_text(
        yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
