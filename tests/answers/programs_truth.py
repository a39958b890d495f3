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
    "retained": Truth(0.045423, 0.000592),
    "purchases": Truth(0.068490, 0.000736),
    "revenue": Truth(2.599995, 0.029002),
    "margin": Truth(0.779998, 0.008701),
}
GENERIC = {
    "retained": Truth(0.031555, 0.000489),
    "purchases": Truth(0.046427, 0.000542),
    "revenue": Truth(1.768955, 0.022688),
    "margin": Truth(0.530686, 0.006806),
}
PERSONALISED = {
    "retained": Truth(0.059292, 0.000745),
    "purchases": Truth(0.090553, 0.001015),
    "revenue": Truth(3.431035, 0.038591),
    "margin": Truth(1.029311, 0.011577),
}
COME_BACK = {
    "retained": Truth(0.116278, 0.001251),
    "purchases": Truth(0.254597, 0.002245),
    "revenue": Truth(9.583489, 0.090541),
    "margin": Truth(2.875047, 0.027162),
}
