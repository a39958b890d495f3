"""Groups are named only where they differ by more than many looks would bring about by chance."""

import numpy as np
import pytest
from scipy.stats import binom

from retention_research.answers.customer_voice.contrasts import contrasts, spread_of
from retention_research.answers.customer_voice.measures import Measured
from retention_research.models.fit import Estimate
from retention_research.models.nps import Answers, net_promoter_score
from retention_research.models.ratio import moments, share
from retention_research.models.spread import Spread


def of_share(level, yes, n):
    found = share(moments([1] * yes + [0] * (n - yes), [1] * n))
    return Measured(0, level, found, n, yes, n)


def of_score(level, promoters, detractors, n):
    return Measured(0, level, net_promoter_score(Answers(promoters, detractors, n)), n, 0, n)


def a_report_without_differences(rng):
    """Three segments of six groups of 15 to 400 customers, two scores."""
    sizes = [15, 25, 40, 80, 150, 400]
    counts = [rng.multinomial(n, [0.55, 0.15, 0.3]) for _ in range(3) for n in sizes]
    nps = [of_score(str(i), c[0], c[1], int(c.sum())) for i, c in enumerate(counts)]
    csat = [of_share(str(i), int(rng.binomial(n, 0.88)), n) for i, n in enumerate(sizes * 3)]
    return {
        name: {s: rows[6 * s : 6 * s + 6] for s in range(3)}
        for name, rows in (("nps", nps), ("csat", csat))
    }


def test_a_report_without_differences_seldom_names_one():
    rng = np.random.default_rng(20241104)
    named = 0
    for _ in range(300):
        found = contrasts(a_report_without_differences(rng), ["csat"], 0.95)
        named += any(c.difference for one in found.values() for c in one.values())
    assert named <= binom.ppf(0.9995, 300, 0.05)


def test_a_true_difference_is_named_with_a_range_for_all_pairs():
    rows = [of_share("north", 90, 100), of_share("south", 60, 100), of_share("west", 80, 100)]
    found = contrasts({"csat": {"region": rows}}, ["csat"], 0.95)["csat"]["region"]
    assert (found.above, found.below) == ("north", "south")
    assert found.difference.estimate == pytest.approx(0.3)
    alone = 1.96 * found.difference.std_error
    assert found.difference.conf_low < 0.3 - alone
    assert found.difference.conf_low > 0


def test_the_number_of_looks_makes_a_p_value_larger():
    rows = [of_share("north", 90, 100), of_share("south", 60, 100)]
    flat = [of_share("old", 70, 100), of_share("new", 71, 100)]
    alone = contrasts({"csat": {"region": rows}}, ["csat"], 0.95)["csat"]["region"]
    among = contrasts({"csat": {"region": rows, "age": flat}}, ["csat"], 0.95)["csat"]["region"]
    assert among.p_value == pytest.approx(2 * alone.p_value)


def test_a_team_with_all_of_something_stays_in_the_comparison():
    rows = [of_share("all", 40, 40), of_share("half", 20, 40), of_share("most", 30, 40)]
    found = spread_of(rows, shares=True)
    assert isinstance(found, Spread)
    assert found.degrees_of_freedom == 2
    assert len(found.shrunken) == 3
    # Pearson's chi-square of 40, 20 and 30 of 40 each, with n - 1 = 39 in place of 40
    assert found.statistic == pytest.approx(80 / 3, rel=0.03)


def test_teams_that_all_have_it_show_no_difference():
    found = spread_of([of_share("one", 30, 30), of_share("other", 40, 40)], shares=True)
    assert found.statistic == 0.0
    assert found.p_value == 1.0


def test_a_team_without_variation_in_minutes_is_compared_too():
    rows = [
        Measured(0, "same", Estimate("ratio", 10.0, 0.0, 10.0, 10.0), 30, 300, 30),
        Measured(0, "varied", Estimate("ratio", 20.0, 1.0, 18.0, 22.0), 30, 600, 30),
    ]
    assert spread_of(rows, shares=False).degrees_of_freedom == 1
