"""The kept evidence speaks for today's source, and lies within its bands."""

import pytest

from tests.evidence.models import STUDIES
from tests.evidence.study import EvidenceStudy, band, outside

SLICE = 200  # data sets of the slice that `make test-slow` runs

each_study = pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)


@each_study
def test_kept_evidence_is_stamped_with_the_source_of_today(study: EvidenceStudy) -> None:
    assert study.kept()["stamp"] == study.stamp(), "run `make evidence`"


@each_study
def test_kept_evidence_comes_from_the_full_run_as_written_down(study: EvidenceStudy) -> None:
    kept = study.kept()
    assert (kept["seed"], kept["datasets"]) == (study.seed, study.datasets)


@each_study
def test_kept_shares_lie_within_the_binomial_band(study: EvidenceStudy) -> None:
    assert outside(study.kept()) == {}


def test_the_band_around_95_percent_of_2000_is_about_1_6_points_wide_on_each_side() -> None:
    assert band(0.95, 2000) == pytest.approx([0.934, 0.9655], abs=0.0011)


def test_a_quantity_of_which_less_or_more_is_as_good_has_a_band_with_one_end() -> None:
    nominal = {"rejected": 0.05, "held": 0.95, "both": 0.95}
    study = EvidenceStudy("none", 1, 2000, {}, nominal, (), lambda _: {"held": True, "both": True},
                          at_most=("rejected",), at_least=("held",))  # fmt: skip
    assert outside(study.run(20)) == {}
    assert outside(study.run(400)) == {"both": 1.0}


@pytest.mark.slow
@each_study
def test_a_fixed_slice_lies_within_its_wider_band(study: EvidenceStudy) -> None:
    assert outside(study.run(SLICE)) == {}
