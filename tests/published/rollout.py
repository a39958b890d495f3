"""Group-time effects and two-way fixed effects of other packages, on a panel made from a seed.

diff-diff 3.13.0, CallawaySantAnna(control_group="not_yet_treated", base_period="universal"), and
pyfixest 0.60.0, feols("y ~ d | unit + time", vcov={"CRV1": "unit"},
ssc=ssc(k_fixef="none")); Python 3.11, numpy 2.4.6. Weights of units: linspace(1, 3, 40). The panel
is that of `panel`; to these packages, periods were numbered from 1 on.
"""

import numpy as np

SEED = 20211
CHECKSUM = 54.3672448276387  # the sum of all outcomes, as their machine drew them


def panel():
    """Outcomes of 40 units in 8 periods, shape (40, 8), and first periods treated, from 0 on."""
    rng = np.random.default_rng(SEED)
    start = np.repeat([3, 4, 6, -1], [8, 6, 10, 16])
    level = rng.normal(size=40)
    time = np.cumsum(rng.normal(0.1, 0.2, 8))
    had = (start[:, None] >= 0) & (np.arange(8) >= start[:, None])
    age = np.where(had, np.arange(8) - start[:, None] + 1, 0)
    return level[:, None] + time + 0.4 * age + rng.normal(0, 0.3, (40, 8)), start


# (first period treated, period), from 1 on, to effect and standard error
GROUP_TIME = {
    (4, 1): (0.3721953630278888, 0.13337257847788167),
    (4, 2): (0.0845276187801739, 0.16129800034196295),
    (4, 4): (0.6746798375157695, 0.133872732704144),
    (4, 5): (1.0404917009774812, 0.12970634080108415),
    (4, 6): (1.3528778719631565, 0.1809425643571569),
    (4, 7): (1.7886666617548626, 0.15474449431118203),
    (4, 8): (2.0508137365146153, 0.17530854565962836),
    (5, 1): (0.11692071534301482, 0.165527264625095),
    (5, 2): (0.24835565409842733, 0.19672256792856646),
    (5, 3): (-0.055564406655815954, 0.17875211068742516),
    (5, 5): (0.5561800732707118, 0.17943883587219137),
    (5, 6): (1.0113207931629424, 0.22021632912314232),
    (5, 7): (1.6368310967669966, 0.17551148555214002),
    (5, 8): (1.8365779712448767, 0.24688205650769965),
    (7, 1): (-0.11745987801305502, 0.12257571589188286),
    (7, 2): (-0.2770841030525139, 0.17919821707651015),
    (7, 3): (-0.11138713242320719, 0.11937139111859191),
    (7, 4): (-0.2024683944342866, 0.11557051518213794),
    (7, 5): (-0.23965478903498633, 0.15320997114964097),
    (7, 7): (0.3707966499247666, 0.1726864225413953),
    (7, 8): (0.6186124423544335, 0.15926370197850875),
}
OVERALL = 1.1357117738008602
EVENT_STUDY = {
    -6: -0.11745987801305502, -5: -0.2770841030525139, -4: -0.02577168951087394,
    -3: 0.101792203519617, -2: -0.08557139083514033, 0: 0.5184369016249206,
    1: 0.8574159495975766, 2: 1.474572111164802, 3: 1.8092000801077257, 4: 2.0508137365146153,
}  # fmt: skip
BY_COHORT = {4: 1.381505961745177, 5: 1.2602274836113818, 7: 0.4947045461396}
# coefficient and standard error: all units alike, and with weights
TWO_WAY = (0.8242346433131913, 0.08077905742514434)
TWO_WAY_WEIGHTED = (0.8445476612004669, 0.07922531255495845)
