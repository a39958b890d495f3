"""With contracts, tenure is by contract, and ends compete; what cannot be said is said in words."""

from dataclasses import replace

import pandas as pd
import pytest

from retention_research.answers.survival import survival
from retention_research.answers.survival_contracts import contracts
from retention_research.glossary import lookup
from retention_research.wording import survival as sentences
from retention_research.wording import survival_contracts as of_contracts
from tests.answers.contract_shop import ANY, MIXED, plans, shop

TAU = 28


@pytest.fixture(scope="module")
def page():
    return survival(shop(ANY, MIXED))


@pytest.fixture(scope="module")
def by_purchases():
    return survival(shop(ANY))


def told_of(page, rows, **settings):
    """The page of other contracts, all else as it is."""
    found = contracts(shop(ANY, rows, **settings), TAU)
    return replace(page, contracts=found, values={**page.values, **found.values})


def values_of(rows, **settings):
    return contracts(shop(ANY, rows, **settings), TAU).values


def test_tenure_is_counted_from_the_start_of_a_contract_to_its_end(page):
    # 40 contracts, nobody censored before 28 days: 20 last 10 days, 10 last 20, 10 run
    assert page.values["km.probability_28d"].value == pytest.approx(0.25)
    assert page.values["km.rmst_28d"].value == pytest.approx(10 + 10 / 2 + 8 / 4)
    assert page.values["km.median"].value == pytest.approx(15)  # the curve rests at one half
    assert page.values["contracts.customers"].value == 40
    assert page.values["contracts.ended"].value == 30


def test_tenure_by_purchases_goes_by_its_own_name_beside_contracts(page, by_purchases):
    for name in ("median", "probability_28d", "rmst_28d"):
        assert page.values[f"tenure.{name}"] == by_purchases.values[f"tenure.{name}"]
        assert by_purchases.values[f"km.{name}"] == by_purchases.values[f"tenure.{name}"]


def test_the_page_says_which_number_is_by_contract(page, say):
    answer = sentences.opening(page, say)[0]
    assert answer.startswith("Of 100 customers with a contract, about 25 still have their first")
    claim = sentences.tenure(page, shop(ANY).study, say)
    assert claim.title.startswith("By purchases: of those")
    assert "scorecard is by purchases" in claim.so_what


def test_without_contracts_the_page_does_not_speak_of_them(by_purchases, say):
    assert by_purchases.contracts is None
    assert "contract" not in " ".join(sentences.opening(by_purchases, say))


def test_every_name_of_contracts_is_in_the_glossary(page):
    for name in page.values:
        assert lookup(name).meaning


def test_the_shares_of_ends_and_of_running_contracts_make_one(page):
    shares = [page.values[f"ends.{reason}.share_28d"].value for reason in ("left", "price")]
    assert sum(shares) + page.values["km.probability_28d"].value == pytest.approx(1)


def test_one_end_counted_alone_says_too_much(page):
    # 20 of 40 leave on day 10; of the 20 left, 10 end for the price, who alone seem to be half
    assert page.values["ends.price.share_28d"].value == pytest.approx(0.25)
    assert page.values["ends.price.alone_28d"].value == pytest.approx(0.5)


def test_reasons_under_the_floor_are_told_together():
    rows = plans((20, 10, "left"), (6, 20, "price"), (7, 30, "moved"), (5, None, None))
    told = contracts(shop(ANY, rows), TAU)
    assert told.ends.frame["end_reason"].tolist() == ["left", "other"]
    assert told.values["ends.other.count"].value == 13


def test_fewer_ends_than_the_floor_are_not_told_apart(page, say):
    found = told_of(page, plans((6, 10, "left"), (3, 20, "price"), (20, None, None)))
    assert "Only 9 contracts have ended" in found.contracts.ends.obstacle
    assert of_contracts.ends(found, say).title == "How contracts end cannot be said yet"


def test_contracts_that_all_run_leave_the_median_open(say):
    found = survival(shop(ANY, plans((20, None, None))))
    assert found.values["km.probability_28d"].value == 1
    assert found.values["km.probability_28d"].conf_low < 1
    assert "More than half" in found.values["km.median"].reason
    assert of_contracts.ends(found, say).title == "No contract has ended yet"
    assert "Fewer than 10 ends" in found.values["tenure_shape.best"].reason


def test_one_contract_is_no_basis(page, say):
    found = told_of(page, plans((1, 10, "left")))
    assert "Only 1 customer had a contract" in found.values["km.median"].reason
    assert of_contracts.lasting(found, say).title == "How long contracts last cannot be said yet"
    assert sentences.opening(found, say)[0].startswith("Of 100 new customers")


def test_contracts_that_all_end_on_one_day_keep_a_range():
    found = survival(shop(ANY, plans((40, 10, "left"))))
    value = found.values["km.probability_28d"]
    assert (value.value, value.conf_low) == (0, 0)
    assert 0 < value.conf_high < 0.15
    assert "No smooth curve" in found.values["tenure_shape.best"].reason


def test_ends_without_reasons_are_one_end(say):
    rows = [(*plan[:3], None) for plan in MIXED]
    workspace = shop(ANY, rows)
    told = contracts(workspace, TAU)
    assert told.values["ends.not-stated.count"].value == 30
    bare = pd.DataFrame(rows).iloc[:, :3].to_numpy().tolist()
    assert contracts(shop(ANY, [(*row, None) for row in bare]), TAU).values == told.values


def test_a_customers_later_contracts_are_counted_and_left_out_of_the_curve():
    later = [(who, "2024-06-01", "2024-06-03", "left") for who, *_ in MIXED[:6]]
    values = values_of([*MIXED, *later])
    assert values["contracts.later"].value == 6
    assert values["km.median"] == values_of(MIXED)["km.median"]
    assert values["contracts.all_median"].value == 10  # 6 of 2 days, 20 of 10 days, of 46
    assert values["contracts.all_median"].n == 46


def test_contracts_from_before_the_data_are_watched_from_their_first_day():
    # the data begin on 1 January: who ended before was never watched, nor any age below 31 days
    old = plans((30, 40, "left"), (15, 60, "left"), (15, 10, "left"), start="2023-12-01")
    new = [(f"n{who}", start, end, why) for who, start, end, why in plans((40, 35, "left"))]
    values = values_of([*old, *new], cohort_complete=False, churn={"inactive_for": "4W"})
    assert values["contracts.customers"].value == 85
    # day 35: 40 of 85 end; day 40: 30 of the 45 left
    assert values["km.probability_28d"].value == 1
    assert values["km.median"].value == 40


def test_before_the_first_end_a_share_of_none_has_an_upper_end():
    # nobody of 40 ends within 28 days: Wilson's upper end of 0 in 40 is z2 / (40 + z2)
    told = contracts(shop(ANY, plans((20, 30, "left"), (20, 40, "price"))), TAU)
    value = told.values["ends.left.share_28d"]
    assert (value.value, value.conf_low) == (0, 0)
    assert value.conf_high == pytest.approx(1.959964**2 / (40 + 1.959964**2), rel=1e-6)
    assert told.ends.curves.query("after_weeks == 4")["share_high"].min() > 0.08


def test_a_word_that_is_no_reason_does_not_lead(page, say):
    claim = of_contracts.ends(page, say)
    assert claim.title.startswith("The reason given most often for ending a contract is “price”")
    assert "“left”" in claim.so_what


def test_contracts_that_the_checks_left_out_are_told(page, say):
    wrong = [(f"q{i:02d}", "2024-05-01", "2024-04-01", "left") for i in range(12)]
    found = told_of(page, [*MIXED, *wrong])
    assert "12 of 52 contracts read are left out" in of_contracts.lasting(found, say).so_what
    none = told_of(page, wrong, max_excluded_share=1.0)
    assert of_contracts.ends(none, say).title.endswith("none could be followed")
    assert "no customer" in none.values["km.median"].reason
