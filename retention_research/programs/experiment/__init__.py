"""Experiments: what chance gave some customers and not others, and what came of it."""

from retention_research.programs.experiment.arm_means import ArmMeans, arm_means
from retention_research.programs.experiment.bootstrap import bootstrap_interval, bootstrap_means
from retention_research.programs.experiment.differences import difference, lift, with_holm
from retention_research.programs.experiment.sample import FEWEST_CLUSTERS, SMALLEST_ARM, Sample
from retention_research.programs.experiment.sample_ratio import SampleRatio, sample_ratio

__all__ = [
    "FEWEST_CLUSTERS",
    "SMALLEST_ARM",
    "ArmMeans",
    "Sample",
    "SampleRatio",
    "arm_means",
    "bootstrap_interval",
    "bootstrap_means",
    "difference",
    "lift",
    "sample_ratio",
    "with_holm",
]
