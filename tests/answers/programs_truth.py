"""What the experiments of the simulated company truly do, kept, with how it was got.

truth.json's: sixteen pairs of companies of 10,000 customers that differ in one thing, the program
(`program_effects`), over customers whose window is over; mail in 4 weeks, come_back in 8.
"""

from typing import NamedTuple


class Truth(NamedTuple):
    """An effect per customer, and its Monte Carlo error."""

    value: float
    error: float


COMPANY = "8452e442c481"  # of the hash of its parameters: with others, another truth
MAIL = {
    "retained": Truth(0.045396, 0.000586),
    "purchases": Truth(0.068514, 0.000722),
    "revenue": Truth(2.602428, 0.028649),
    "margin": Truth(0.780728, 0.008595),
}
GENERIC = {
    "retained": Truth(0.031524, 0.000490),
    "purchases": Truth(0.046436, 0.000540),
    "revenue": Truth(1.770950, 0.022806),
    "margin": Truth(0.531285, 0.006842),
}
PERSONALISED = {
    "retained": Truth(0.059268, 0.000736),
    "purchases": Truth(0.090591, 0.000990),
    "revenue": Truth(3.433906, 0.037854),
    "margin": Truth(1.030172, 0.011356),
}
COME_BACK = {
    "retained": Truth(0.116443, 0.001248),
    "purchases": Truth(0.255085, 0.002242),
    "revenue": Truth(9.601685, 0.091575),
    "margin": Truth(2.880505, 0.027472),
}
