"""What run.json says of a study's parameters: enough to compare runs, nothing about customers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from retention_research.customer_codes import customer_codes
from retention_research.reporting.identity import canonical
from retention_research.study import Source, Study


def key_mark(study: Study) -> str:
    """A mark that tells keys of customer codes apart and does not give them away.

    It is the code of a fixed text, so that runs whose pages show other codes are other runs.
    """
    return customer_codes(["which key"], study)[0]


def published_parameters(resolved: Mapping[str, Any], study: Study) -> dict[str, Any]:
    """The resolved parameters without ids of customers, folders, or addresses.

    Args:
        resolved: every parameter as plain values; left as it is.
        study: its key makes the mark of ids that are left out.
    """
    sources = resolved.get("sources", {})
    shown = {name: _source(sources[name], source, study) for name, source in study.sources.items()
             if name in sources}  # fmt: skip
    reports = [PurePath(entry).name for entry in resolved.get("reports", ())]
    return {**resolved, **_if_there("sources", shown), **_if_there("reports", reports)}


def _if_there(key: str, value: Any) -> dict[str, Any]:
    return {key: value} if value else {}


def _source(settings: Mapping[str, Any], source: Source, study: Study) -> dict[str, Any]:
    hidden: dict[str, Any] = {"exclude_ids": _counted(settings.get("exclude_ids", ()), study)}
    if settings.get("query"):  # its text may name customers
        hidden["query"] = _digest(settings["query"], study)
    kept = {k: v for k, v in settings.items() if k not in ("path", "url")}
    return {**kept, **hidden, "place": source.place}


def _counted(ids: Any, study: Study) -> dict[str, Any]:
    return {"count": len(ids), "digest": _digest(canonical(sorted(ids)), study) if ids else ""}


def _digest(text: str, study: Study) -> str:
    coded = study.model_copy(update={"show_ids": False})
    return customer_codes([text], coded)[0]
