"""Experiments: what chance gave some customers and not others, and what came of it."""

from retention_research.programs.experiment.arm_means import ArmMeans, arm_means
from retention_research.programs.experiment.balance import Balance, balance
from retention_research.programs.experiment.bootstrap import (
    bootstrap_difference,
    bootstrap_interval,
    bootstrap_means,
)
from retention_research.programs.experiment.compliance import complier_effect
from retention_research.programs.experiment.differences import difference, lift, with_holm
from retention_research.programs.experiment.events import FEWEST_EVENTS, few_events
from retention_research.programs.experiment.power import (
    customers_needed,
    design_effect,
    detectable_difference,
    share_sd,
)
from retention_research.programs.experiment.ratios import incremental_ratio, ratio_difference
from retention_research.programs.experiment.sample import FEWEST_CLUSTERS, SMALLEST_ARM, Sample
from retention_research.programs.experiment.sample_ratio import SampleRatio, sample_ratio
from retention_research.programs.experiment.winsorised import winsorised_difference

__all__ = [
    "FEWEST_CLUSTERS",
    "FEWEST_EVENTS",
    "SMALLEST_ARM",
    "ArmMeans",
    "Balance",
    "Sample",
    "SampleRatio",
    "arm_means",
    "balance",
    "bootstrap_difference",
    "bootstrap_interval",
    "bootstrap_means",
    "complier_effect",
    "customers_needed",
    "design_effect",
    "detectable_difference",
    "difference",
    "few_events",
    "incremental_ratio",
    "lift",
    "ratio_difference",
    "sample_ratio",
    "share_sd",
    "winsorised_difference",
    "with_holm",
]
