"""One vocabulary: every name is explained once."""

import pytest

from retention_research.glossary import COLUMNS, VALUES, column, lookup
from retention_research.wording.numbers import Wording

KINDS = {"estimate", "fact", "label", "diagnostic"}
UNITS = {"money", "share", "count", "days", "number", "small", "date", "text"}


def test_every_name_is_there_once():
    for entries in (VALUES, COLUMNS):
        names = [entry.name for entry in entries]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("entry", [*VALUES, *COLUMNS], ids=lambda e: e.name)
def test_every_entry_says_what_it_means_in_a_known_unit_and_kind(entry):
    assert entry.meaning
    assert entry.heading
    assert entry.unit in UNITS
    assert entry.kind in KINDS | {"column"}


@pytest.mark.parametrize("entry", [e for e in VALUES if e.kind == "estimate"], ids=lambda e: e.name)
def test_every_estimate_says_how_its_interval_is_made(entry):
    words = ("interval", "Wald", "delta", "profile", "Wilson")
    assert any(word in entry.formula for word in words)
    assert entry.source


def test_the_names_that_the_project_promises_are_there():
    promised = """purchases.frequency_total bg_nbd.r bg_nbd.alpha bg_nbd.a bg_nbd.b
    bg_nbd.log_likelihood gamma_gamma.p gamma_gamma.q gamma_gamma.v gamma_gamma.n holdout.actual
    holdout.predicted lifetimes_check.max_relative_difference second_purchase.probability_13w
    second_purchase.probability_26w second_purchase.probability_52w clv.total base.value
    tenure.one_order_share km.median km.rmst_273d bg_nbd_current.r"""
    for name in promised.split():
        assert lookup(name).meaning


def test_placeholders_are_filled_in():
    assert lookup("km.rmst_273d").heading == "Mean tenure up to 273 days"
    assert "<" not in lookup("second_purchase.probability_13w").meaning


def test_an_unknown_name_is_refused():
    for name in ("bg_nbd.nonsense", "clv", "clv.total.extra", "data.transactions.failed.a b"):
        with pytest.raises(KeyError):
            lookup(name)
    with pytest.raises(KeyError):
        column("nonsense")


def test_every_unit_of_numbers_has_a_writer():
    wording = Wording("en_GB", "EUR")
    written = {unit: wording.of_unit(0.25, unit) for unit in UNITS - {"text", "date", "days"}}
    assert written == {
        "money": "€0.25", "share": "25%", "count": "0", "number": "0.250",
        "small": "0.25",
    }  # fmt: skip
