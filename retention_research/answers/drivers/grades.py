"""How good the evidence on a driver is: a grade that follows the design, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Grade = Literal[
    "randomised", "quasi-experimental", "robust association", "associated", "no clear association"
]
Agreement = Literal["yes", "no", "cannot tell"]
CHANCE = 0.05
_ORDER: tuple[Grade, ...] = (
    "randomised", "quasi-experimental", "robust association", "associated", "no clear association",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was looked at for one driver.

    Attributes:
        randomised: whether chance decided who got which level.
        p_adjusted: of no effect, adjusted over all drivers looked at.
        sign: 1 where more of it goes with more silence, -1 with less.
        agrees: name of each other view to whether it agrees on the sign; one whose interval
            holds no effect cannot tell, and those without the driver are not there.
        landmarks: the sign at each landmark.
        in_order: whether the risk moves one way from level to level; None with two levels.
        e_value: of the end of the risk ratio's interval nearer to no effect.
        unmade: checks that could not be made, in words.
        strongest: how strong the strongest measured covariate is, on the same scale.
    """

    randomised: bool
    p_adjusted: float
    sign: int
    agrees: Mapping[str, Agreement]
    landmarks: Sequence[int]
    in_order: bool | None
    e_value: float
    strongest: float
    unmade: tuple[str, ...] = ()

    @property
    def clear(self) -> bool:
        """Whether chance alone is a poor account of it."""
        return self.p_adjusted < CHANCE

    @property
    def views(self) -> dict[str, int]:
        """Name of each other view that can tell to its sign."""
        signs = {"yes": self.sign, "no": -self.sign}
        return {view: signs[told] for view, told in self.agrees.items() if told in signs}

    @property
    def lacks(self) -> tuple[str, ...]:
        """What keeps an association from being called robust, in words."""
        checks = {
            "its interval holds no effect once all drivers looked at are counted": self.clear,
            "another view points the other way": "no" not in self.agrees.values(),
            "no other view can tell its direction": bool({"yes", "no"} & {*self.agrees.values()}),
            "its direction differs between dates": all(
                sign == self.sign for sign in self.landmarks
            ),
            "there is only one date to look at": len(self.landmarks) > 1,
            "more of it does not always go with more of the effect": self.in_order is not False,
            "a cause as strong as one already measured could explain it": (
                self.e_value > self.strongest
            ),
        }
        failed = tuple(words for words, passed in checks.items() if not passed)
        return failed + self.unmade

    @property
    def grade(self) -> Grade:
        """The grade: randomised by design, robust if every check is passed."""
        if self.randomised:
            return "randomised"
        if not self.clear:
            return "no clear association"
        return "associated" if self.lacks else "robust association"


def agreement(direction: int, sign: int) -> Agreement:
    """Whether a view's direction is the sign; 0 is a view that cannot tell.

    Example:
        >>> agreement(-1, 1), agreement(0, 1)
        ('no', 'cannot tell')
    """
    if direction == 0:
        return "cannot tell"
    return "yes" if direction == sign else "no"


def better_first(grade: Grade) -> int:
    """The place of a grade in a list, the best evidence first.

    Example:
        >>> better_first("randomised") < better_first("associated")
        True
    """
    return _ORDER.index(grade)
