"""BG/NBD with covariates: what goes with buying often, and what with leaving.

Fader and Hardie (2007), Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD
models (brucehardie.com, note 019): the parameters of a customer with covariates z are
alpha exp(-gamma1 z), a exp(gamma2 z) and b exp(gamma3 z).

Here gamma2 = delta / 2 and gamma3 = -delta / 2, so that delta says one thing about leaving: by how
much the log odds of the mean probability of leaving after a purchase, a / (a + b), rise per unit
of z. Separate gamma2 and gamma3 need be combined before they answer that; one gamma for both, as
CLVTools has it, leaves the mean as it is and tells only how alike customers are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from retention_research.models import bg_nbd_likelihood as without
from retention_research.models.arrays import Floats, checked_weights
from retention_research.models.bg_nbd import _starts, _verdict, _verdict_on_errors
from retention_research.models.bg_nbd_covariates_likelihood import (
    CovariateSufficient,
    Rows,
    likelihood_and_gradient,
)
from retention_research.models.bg_nbd_likelihood import BgNbdParameters, Sufficient
from retention_research.models.covariates import (
    Covariates,
    checked_covariates,
    count_rows,
    distinct_rows,
    doubt_of_few,
    exponentiated,
    standardise,
    wald,
)
from retention_research.models.estimates import covariance_rows, estimates_of, log_errors
from retention_research.models.fit import Estimate, Fit, Missing, Verdict
from retention_research.models.histories import Histories, count_histories
from retention_research.models.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from retention_research.models.maximise import LogLikelihood, Optimum, maximise

BASIC = BgNbdParameters._fields
SIDES = ("purchase", "dropout")


@dataclass(frozen=True, slots=True)
class BgNbdCovariatesFit(Fit):
    """A fitted BG/NBD model with covariates.

    The estimates are r, then alpha (in units of time), a and b of a customer whose covariates are
    average, then "purchase.<name>" (by how much the logarithm of the purchase rate rises per unit
    of the covariate) and "dropout.<name>" (by how much the log odds of leaving after a purchase
    rise). The covariance is of the logarithms of r, alpha, a, b and of the coefficients themselves.

    Attributes:
        likelihood_ratio: one test per coefficient, in the order of the estimates; none of
            dropout where no dropout can be seen.
        names: the covariates as they were given; means: their averages, in that order.
        left_out: covariates that cannot tell these customers apart, with the reason.
    """

    likelihood_ratio: tuple[LikelihoodRatio, ...]
    names: tuple[str, ...]
    means: tuple[float, ...]
    left_out: tuple[Missing, ...]

    def coefficient(self, term: str) -> Estimate | Missing:
        """One coefficient, or why there is none.

        Args:
            term: "purchase.<name>" or "dropout.<name>".

        Raises:
            KeyError: if no such covariate was given.
        """
        for row in self.estimates:
            if row.term == term:
                return row
        for idle in self.left_out:
            if term in {f"{side}.{idle.term}" for side in SIDES}:
                return Missing(term, idle.reason)
        raise KeyError(term)

    def test_of(self, term: str) -> LikelihoodRatio | Missing:
        """The likelihood-ratio test of one coefficient, or why there is none.

        Args:
            term: "purchase.<name>" or "dropout.<name>".

        Raises:
            KeyError: if no such covariate was given.
        """
        row = self.coefficient(term)
        if isinstance(row, Missing):
            return row
        tests = {test.term: test for test in self.likelihood_ratio}
        return tests.get(term, Missing(term, self.verdict.words))

    def ratio(self, term: str) -> Estimate | Missing:
        """A coefficient as a ratio per unit of its covariate.

        Args:
            term: "purchase.<name>" for the ratio of purchase rates, "dropout.<name>" for the
                odds ratio of leaving after a purchase.

        Raises:
            KeyError: if no such covariate was given.
        """
        row = self.coefficient(term)
        return row if isinstance(row, Missing) else exponentiated(row, term)

    def parameters_of(self, covariates: npt.ArrayLike) -> BgNbdParameters:
        """The parameters of customers with these covariates, for `bg_nbd_predictions`.

        Args:
            covariates: one value per name, in the order of `names`, in their own units.

        Returns:
            r, alpha, a and b.

        Raises:
            ValueError: on missing values or another number of them.
        """
        row = checked_covariates(np.reshape(covariates, (1, -1)), self.names, 1)[0]
        values = {estimate.term: estimate.estimate for estimate in self.estimates}
        away = dict(zip(self.names, row - np.array(self.means), strict=True))
        gamma, delta = (
            sum(values.get(f"{side}.{name}", 0.0) * far for name, far in away.items())
            for side in SIDES
        )
        r, alpha, a, b = (values[term] for term in BASIC)
        half = np.exp(delta / 2.0)
        return BgNbdParameters(r, float(alpha * np.exp(-gamma)), float(a * half), float(b / half))

    def to_dict(self) -> dict[str, Any]:
        """The fit as plain lists, numbers and words that JSON keeps without loss."""
        rows = ("estimates", "likelihood_ratio", "left_out")
        return asdict(self) | {
            **{name: [list(row) for row in getattr(self, name)] for name in rows},
            "verdict": list(self.verdict),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The fit that `to_dict` wrote down.

        Args:
            record: what `to_dict` returned, before or after a round trip through JSON.
        """
        parts = dict(record) | {
            "estimates": tuple(Estimate(*row) for row in record["estimates"]),
            "covariance": tuple(tuple(row) for row in record["covariance"]),
            "verdict": Verdict(*record["verdict"]),
            "likelihood_ratio": tuple(LikelihoodRatio(*row) for row in record["likelihood_ratio"]),
            "names": tuple(record["names"]),
            "means": tuple(record["means"]),
            "left_out": tuple(Missing(*row) for row in record["left_out"]),
        }
        return cls(**parts)


def fit_bg_nbd_covariates(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    names: Sequence[str],
    weights: npt.ArrayLike | None = None,
    unit: str = "week",
    confidence: float = 0.95,
    profiles: bool = True,
) -> BgNbdCovariatesFit:
    """Fit the BG/NBD model with covariates that do not change, by maximum likelihood.

    Args:
        frequency: repeat purchases, shape (n,).
        recency: time from first to last purchase, shape (n,), in `unit`.
        T: time from first purchase to the window's end, shape (n,), in `unit`.
        covariates: known at the first purchase, shape (n, k), in their own units.
        names: one per covariate.
        weights: customers per row, shape (n,), when rows are counted histories.
        unit: the unit of time, a word.
        confidence: the level of the intervals: Wald for coefficients, on the log scale for
            r, alpha, a and b.
        profiles: whether a and b get profile-likelihood intervals where their standard error
            exceeds 0.3 of the estimate, as in `fit_bg_nbd`; the coefficients do not need them.

    Returns:
        The fit, with a likelihood-ratio test per coefficient and a verdict.

    Raises:
        ValueError: on impossible histories, missing covariates, fewer than two customers, or no
            repeat purchase.

    Examples:
        >>> histories = [0, 1, 1, 2, 2, 5] * 2, [0, 3, 25, 10, 30, 34] * 2, [38] * 12
        >>> counts = [700, 120, 90, 50, 60, 40, 300, 90, 110, 50, 90, 80]
        >>> member = [0] * 6 + [1] * 6
        >>> fit = fit_bg_nbd_covariates(*histories, member, names=["member"], weights=counts)
        >>> [round(fit.ratio(f"{side}.member").estimate, 2) for side in ("purchase", "dropout")]
        [2.18, 0.76]
    """
    histories = count_histories(frequency, recency, T, weights)
    columns = [np.atleast_1d(np.asarray(c, np.float64)) for c in (frequency, recency, T)]
    given = checked_covariates(covariates, names, columns[0].size)
    customers = checked_weights(weights, columns[0].size)
    cells, counted = count_rows(np.column_stack([*columns, given]), customers)
    used = standardise(cells[:, 3:], names, counted)
    counts = CovariateSufficient.of(_rows(cells, used, counted))
    objective = partial(likelihood_and_gradient, counts)
    plain = _without_covariates(histories)
    top = maximise(objective, _starts_with(plain, histories, 2 * len(used.names)))
    rows = _estimates(objective, top, used, confidence, profiles)
    return BgNbdCovariatesFit(
        name="bg_nbd_covariates",
        estimates=rows,
        covariance=covariance_rows(_in_their_units(top, used)),
        log_likelihood=top.log_likelihood,
        n=histories.n,
        n_cells=counted.size,
        unit=unit,
        confidence=confidence,
        verdict=_verdict_of(plain, top, rows, used, _repeat_buyers(histories)),
        likelihood_ratio=_likelihood_ratios(objective, plain, top, _terms(used)),
        names=tuple(names),
        means=tuple((counted @ cells[:, 3:] / counted.sum()).tolist()),
        left_out=used.left_out,
    )


def _rows(cells: Floats, used: Covariates, counted: Floats) -> Rows:
    table, profile = distinct_rows(used.values)
    return Rows(cells[:, 0], cells[:, 1], cells[:, 2], profile, counted, table)


def _without_covariates(histories: Histories) -> Optimum:
    objective = partial(without.likelihood_and_gradient, Sufficient.of(histories))
    return maximise(objective, _starts(histories))


def _starts_with(plain: Optimum, histories: Histories, coefficients: int) -> list[Floats]:
    """The top without covariates, with every coefficient at 0."""
    places = [plain.place] if plain.interior else [*_starts(histories), plain.place]
    return [np.append(place, np.zeros(coefficients)) for place in places]


def _terms(used: Covariates) -> tuple[str, ...]:
    return (*BASIC, *(f"{side}.{name}" for side in SIDES for name in used.names))


def _in_their_units(top: Optimum, used: Covariates) -> Optimum:
    """From coefficients per standard deviation to coefficients per unit."""
    scales = np.concatenate([np.ones(len(BASIC)), 1.0 / used.scales, 1.0 / used.scales])
    covariance = top.covariance * np.outer(scales, scales)
    return replace(top, place=top.place * scales, covariance=covariance)


def _estimates(
    objective: LogLikelihood, top: Optimum, used: Covariates, confidence: float, profiles: bool
) -> tuple[Estimate, ...]:
    terms, told = _terms(used), _in_their_units(top, used)
    profiled = ("a", "b") if profiles else ()
    basic = estimates_of(terms, top, objective, confidence=confidence, profiled=profiled)
    rows = zip(terms, told.place.tolist(), log_errors(told), strict=True)
    coefficients = [wald(*row, confidence) for row in rows]
    return basic[: len(BASIC)] + tuple(coefficients[len(BASIC) :])


def _likelihood_ratios(
    objective: LogLikelihood, plain: Optimum, top: Optimum, terms: Sequence[str]
) -> tuple[LikelihoodRatio, ...]:
    """Tests of the coefficients; of one that ran away only if covariates made it do so."""
    return tuple(
        likelihood_ratio(objective, top, place, term)
        for place, term in enumerate(terms)
        if place >= len(BASIC) and (plain.interior or not top.runaway[place])
    )


def _repeat_buyers(histories: Histories) -> float:
    return float(histories.customers @ (histories.frequency > 0.0))


def _verdict_of(
    plain: Optimum, top: Optimum, rows: tuple[Estimate, ...], used: Covariates, buyers: float
) -> Verdict:
    few = doubt_of_few(buyers, "repeat buyers", len(used.names)) if used.names else ""
    if not (plain.interior or top.interior):
        return _with_doubts(_verdict(plain, ()), few)
    pairs = list(zip(rows, top.runaway, strict=True))
    unknown = [row.term for row, away in pairs[len(BASIC) :] if away]
    unknown = unknown or [row.term for row, away in pairs if away]
    if unknown:
        words = f"These purchases do not determine {' and '.join(unknown)}."
        return Verdict("not identifiable", words)
    verdict = _verdict_on_errors(rows[: len(BASIC)])
    return _with_doubts(verdict, few, *(row.reason for row in used.left_out))


def _with_doubts(verdict: Verdict, *doubts: str) -> Verdict:
    told = " ".join(words for words in (verdict.words, *doubts) if words)
    return verdict._replace(words=told)
