"""Published and cross-checked numbers of the purchase and spend models.

Short names of sources: FHL, Fader, Hardie and Lee (2005), Marketing Science 24, 275-284. CT, the
tests of the R package CLVTools. PM, the tests of pymc-marketing. BTYD, the manual of the R package
BTYD. Note 004 and note 025, brucehardie.com, with their spreadsheets. All of CDNOW's one-in-ten
sample, in weeks, calibrated on 1997-01-01 to 1997-09-30 and held out to 1998-06-30.
"""

from typing import NamedTuple

from retention_research.models.bg_nbd_likelihood import BgNbdParameters
from retention_research.models.gamma_gamma import GammaGammaParameters


class Published(NamedTuple):
    """A fit in print: parameters, standard errors, log-likelihood."""

    parameters: tuple[float, ...]
    std_errors: tuple[float, ...]
    log_likelihood: float


CUSTOMERS = 2357
REPEAT_BUYERS = 946
REPEAT_PURCHASES = 2457
HOLDOUT_PURCHASES = 1882
HOLDOUT_WEEKS = 39.0

# independent implementation that reproduces FHL table 1 and CT; told to seven digits
BG_NBD = Published(
    (0.2425945, 4.4136020, 0.7929218, 2.4259059),
    (0.0125574, 0.3782239, 0.1857316, 0.7054059),
    -9582.4292,
)
# FHL, table 1
BG_NBD_PAPER = BgNbdParameters(0.243, 4.414, 0.793, 2.426)
# CT, test_correctness_bgnbd.R: its optimiser's answer, which it tests to 1e-3 itself
BG_NBD_CT = (0.2425945, 4.4136019, 0.7929199, 2.4258881)
NBD = Published((0.3847662, 12.0720235), (), -9763.6576)
# note 025 to its two decimals; the independent implementation beyond
GAMMA_GAMMA_NOTE = GammaGammaParameters(6.25, 3.74, 15.44)
GAMMA_GAMMA = Published((6.2495713, 3.7442249, 15.4435247), (1.1900, 0.29013, 4.15938), -4055.9177)

# note 004's spreadsheet, as the tests of lifetimes quote it, at the computed parameters
EXPECTED_NEW = {
    0.1429: 0.0078, 1.0: 0.0532, 3.0: 0.1506, 31.8571: 1.0405, 32.0: 1.0437, 78.0: 1.8576,
}  # fmt: skip
# PM, at the paper's parameters, to all digits of a double
EXPECTED_NEW_PM = {1.0: 0.05326789117165627, 3.0: 0.15086523089304896, 6.0: 0.2807558935767553}
# note 004: the customer with x = 2, t_x = 30.43, T = 38.86, over 39 weeks
ONE_CUSTOMER = (2, 30.43, 38.86)
ONE_EXPECTED = 1.2259104  # 1.226 in the note
ONE_ALIVE = 0.7266091
# BTYD's manual, as the tests of lifetimes quote it, with the parameters of that manual
PMF_PARAMETERS = BgNbdParameters(0.243, 4.414, 0.793, 2.426)
PMF = {(2.0, 10): 1.07869e-07, (39.0, 0): 0.5737864}
PMF_30 = (
    0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638,
    0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260,
)  # fmt: skip
HOLDOUT_EXPECTED = 1653.4
# note 025's spreadsheet: expected spend of the first ten customers, and of everybody
SPEND = (24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17)
SPEND_MEAN = 35.1710
SPEND_CORRELATION = 0.1139
