"""The drivers report on small studies: what it says, and what it says where it can say nothing."""

import numpy as np
import pandas as pd
import pytest

from retention_research import glossary
from retention_research.answers.drivers import drivers, obstacle_to_drivers
from retention_research.figures import drivers as figures
from retention_research.study import new_study
from retention_research.wording import drivers as sentences
from retention_research.wording import (
    drivers_analysts,
    drivers_by_lot,
    drivers_scenarios,
    drivers_sections,
    drivers_tables,
)
from retention_research.wording.numbers import Wording
from retention_research.workspace import open_workspace

TERMS = ("p value", "hazard", "odds", "logistic", "Cox", "landmark", "covariate", "E-value",
         "regression", "standardis", "hold-out", "holdout", "confound")  # fmt: skip


def shop(customers=400, seed=3, days=420, quiet=True):
    """Orders over 60 weeks: half order every month or so, those of `north` more seldom."""
    rng = np.random.default_rng(seed)
    rows = []
    north = rng.random(customers) < 0.4
    for who in range(customers):
        day = float(rng.integers(0, 60))
        last = rng.uniform(150, 600) if quiet else 10_000
        while day < min(days, last):
            rows.append((f"c{who}", day))
            day += rng.exponential(60.0 if north[who] else 28.0) + 1
    orders = pd.DataFrame(rows, columns=["customer_id", "day"])
    start = pd.Timestamp("2023-01-02")
    orders["timestamp"] = start + pd.to_timedelta(orders["day"].round(), unit="D")
    orders["amount"] = 20.0
    people = pd.DataFrame({
        "customer_id": [f"c{who}" for who in range(customers)],
        "region": np.where(north, "north", "south"),
    })  # fmt: skip
    return {"transactions": orders[["customer_id", "timestamp", "amount"]], "customers": people}


def opened(frames, **more):
    sources = {name: {"frame": True} for name in frames}
    settings = {"as_of": "2024-02-25", "cohort_complete": True, "currency": "EUR",
                "churn": {"inactive_for": "12W"}, "segments": ["region"]} | more  # fmt: skip
    return open_workspace(new_study(study="shop", sources=sources, **settings), frames=frames)


@pytest.fixture(scope="module")
def found():
    return drivers(opened(shop()))


@pytest.fixture(scope="module")
def euros():
    return Wording("en_GB", "EUR")


def test_who_orders_more_seldom_falls_silent_more_often(found):
    region = next(one for one in found.findings if one.driver.name == "region")
    assert region.main.contrast.key in ("region:north", "region:south")
    sign = 1 if region.main.contrast.level == "north" else -1
    assert region.evidence.sign == sign


def test_every_value_is_in_the_glossary_with_its_kind(found):
    for name, value in found.values.items():
        assert glossary.lookup(name).kind == value.kind, name


def test_an_estimate_has_interval_and_n_or_a_reason(found):
    for name, value in found.values.items():
        if value.kind == "estimate" and value.value is None:
            assert value.reason, name
        elif value.kind == "estimate":
            assert value.conf_low <= value.value <= value.conf_high, name
            assert value.n > 0, name


def test_the_page_speaks_plainly_before_the_part_for_analysts(found, euros):
    study = new_study(study="shop", currency="EUR", sources={"transactions": {"frame": True}})
    claims = [
        sentences.observed(found, euros), drivers_by_lot.by_design(found, euros),
        sentences.not_clear(found, euros), drivers_scenarios.moved(found, euros),
        drivers_sections.by_amount(found, euros), drivers_sections.over_time(found, euros),
        drivers_sections.next_order(found, euros), drivers_sections.refused(found, euros),
    ]  # fmt: skip
    told = [*sentences.opening(found, euros), *sentences.limits(found, study, euros),
            sentences.ALL_GRADES, sentences.effects_caption(found, euros)]  # fmt: skip
    told += [text for claim in claims if claim for text in (claim.title, claim.so_what)]
    for text in told:
        assert not [term for term in TERMS if term in text], text
        assert " causes " not in text


def test_the_tables_have_columns_of_the_glossary(found, euros):
    frames = [
        drivers_tables.effects(found, euros), drivers_tables.effects_told(found, euros),
        drivers_tables.told(drivers_tables.effects(found, euros), euros),
        drivers_tables.lacking(found, euros),
        drivers_tables.levels(found, euros), drivers_tables.doses(found, euros),
        drivers_tables.by_date(found, euros), drivers_tables.curves(found, euros),
        drivers_tables.scenarios(found, euros),
        drivers_analysts.views(found, euros), drivers_analysts.confounding(found, euros),
        drivers_analysts.shapes(found, euros), drivers_analysts.calibration(found),
    ]  # fmt: skip
    for frame in frames:
        for column in frame.columns:
            glossary.column(str(column))


def test_the_files_hold_every_view_as_numbers(found):
    frame = drivers_analysts.in_numbers(found).set_index("driver")
    value = found.values["drivers.region.risk_difference"]
    row = frame.loc["region"]
    assert (row["risk_difference"], row["risk_difference_low"]) == (value.value, value.conf_low)
    assert row["next_order"] == found.values["cox.region.hazard_ratio"].value


def test_the_picture_of_all_drivers_says_what_it_shows(found, euros):
    picture = figures.forest(drivers_tables.effects(found, euros), 0.95, euros)
    assert "region" in picture.alt
    assert picture.svg.startswith("<svg")


def test_orders_alone_say_nothing_but_how_customers_bought(cdnow):
    assert "The study has orders only" in obstacle_to_drivers(cdnow)


def test_too_short_a_history_is_told_with_the_days_it_takes():
    frames = shop(60, days=100)
    why = obstacle_to_drivers(opened(frames, as_of="2023-04-10"))
    assert why.startswith("The data cover 9")


def test_without_silence_there_is_nothing_to_explain():
    frames = shop(60, quiet=False)
    always = frames["transactions"].groupby("customer_id").head(1)
    weeks = pd.concat([
        always.assign(timestamp=always["timestamp"] + pd.Timedelta(days=7 * week))
        for week in range(52)
    ])  # fmt: skip
    why = obstacle_to_drivers(opened({**frames, "transactions": weeks}, as_of="2023-12-31"))
    assert " 0 bought nothing in the 84 days" in why
    assert "20 who fell silent" in why


def test_a_column_with_a_level_of_three_customers_says_that_it_is_too_small():
    frames = shop(200)
    people = frames["customers"]
    told = people.assign(region=np.where(people.index < 3, "tiny", "south"))
    found = drivers(opened({**frames, "customers": told}))
    assert not found.findings
    assert "region" in found.left_out


def test_few_silent_customers_for_much_that_is_looked_at_are_told(euros):
    found = drivers(opened(shop(45)))
    study = new_study(study="shop", currency="EUR", sources={"transactions": {"frame": True}})
    assert found.thin
    assert "look larger and surer" in sentences.limits(found, study, euros)[0]
    assert "Do not act" in sentences.opening(found, euros)[2]
    assert found.curves.empty
