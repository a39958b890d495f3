"""What is true of the drivers of the simulated company, kept, with how it was got.

truth.json's: sixteen pairs of companies of 10,000 customers, seeds 7,000,000 on
(`company_truth`). What a customer is or has is set high and low at the end of weeks 77 and 103;
what happens once is set in the week in which it happens, within the twelve before.
"""

from typing import NamedTuple


class Truth(NamedTuple):
    """A risk difference of silence in 12 weeks, and its Monte Carlo error."""

    value: float
    error: float


COMPANY = "8452e442c481"  # of the hash of its parameters: with others, another truth
TRUTH = {
    "first_order_discount": Truth(0.069357538, 0.000579),
    "late_delivery": Truth(0.069426852, 0.002708),
    "mail": Truth(-0.061243559, 0.000450),
    "membership": Truth(-0.051824283, 0.000534),
    "satisfaction": Truth(-0.033908697, 0.000437),
    "slow_resolution": Truth(0.133636709, 0.003460),
    "social_channel": Truth(0.043137934, 0.000478),
}
