"""Roll-outs whose units are few, or held against few, at some start."""

from retention_research.answers.programs import rollout_effects
from retention_research.models.fit import Estimate, Missing


def test_no_lift_is_told_where_an_effect_in_the_range_leaves_nothing_without():
    """The treated did 2; an effect of 2.5 would leave less than nothing."""
    assert isinstance(rollout_effects._lift(Estimate("effect", 1.0, None, 0.5, 2.5), 2.0), Missing)
    lift = rollout_effects._lift(Estimate("effect", 1.0, None, 0.5, 1.5), 2.0)
    assert (lift.estimate, lift.conf_low, lift.conf_high) == (1.0, 0.5 / 1.5, 3.0)
