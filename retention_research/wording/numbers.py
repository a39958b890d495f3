"""The one number formatter: the only place where numbers are rounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel import Locale, numbers

from retention_research.periods import day_in_words
from retention_research.study import Study
from retention_research.values import Value

NOT_AVAILABLE = "not available"
_WHOLE = 1e-9  # a share this close to a whole per cent is one
_LEAST_SHARE = 0.0005  # written as a bound below
_DAYS_SAID, _YEARS_SAID = 21, 730  # days: shorter is said in days, longer in years


@dataclass(frozen=True, slots=True)
class Wording:
    """How numbers are written for one study's readers; the only place where they are rounded.

    Attributes:
        locale: such as en_GB or pl_PL.
        currency: ISO code of every amount.

    Example:
        >>> Wording("en_GB", "USD").money(12345.678)
        'US$12,346'
    """

    locale: str
    currency: str

    def count(self, value: float) -> str:
        """A whole number of things."""
        return _signed(numbers.format_decimal(round(value), locale=self.locale))

    def money(self, value: float) -> str:
        """An amount: whole units from 100 on, cents below."""
        pattern = Locale.parse(self.locale).currency_formats["standard"].pattern
        pattern = pattern if abs(value) < 99.995 else pattern.replace(".00", "")
        written = numbers.format_currency(
            value, self.currency, pattern, locale=self.locale, currency_digits=False
        )
        return _signed(written)

    def share(self, value: float) -> str:
        """A share in per cent: whole from 10% to 99%, one decimal outside; a little is not 0%."""
        if 0 < value < _LEAST_SHARE:
            return f"under {self.share(0.001)}"
        whole = abs(100 * value - round(100 * value)) < _WHOLE
        middle = 0.0995 <= abs(value) < 0.9905 or whole
        pattern = Locale.parse(self.locale).percent_formats[None].pattern
        pattern = pattern if middle else pattern.replace("##0", "##0.0")
        return _signed(numbers.format_percent(value, pattern, locale=self.locale))

    def number(self, value: float, digits: int = 3) -> str:
        """A pure number to so many significant digits."""
        if value == 0 or not math.isfinite(value):
            return str(value)
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        pattern = "#,##0." + "0" * decimals
        return _signed(numbers.format_decimal(value, pattern, locale=self.locale))

    def small(self, value: float) -> str:
        """A p value or tiny difference, never as 0."""
        return f"under {self.number(0.001, 1)}" if value < 0.001 else self.number(value, 2)

    def day(self, value: date) -> str:
        """A day such as 30 Jun 1998; in English, as the pages are."""
        return day_in_words(value)

    def days(self, value: float) -> str:
        """A length of time in the largest unit that reads well."""
        size, unit = (1.0, "day") if value < _DAYS_SAID else (7.0, "week")
        size, unit = (365.25, "year") if value >= _YEARS_SAID else (size, unit)
        length = round(value / size, 1)
        written = self.number(length, 2 + (length > 10)) if length % 1 else self.count(length)
        return f"{written} {plural(round(length) if length % 1 == 0 else 2, unit)}"

    def of_unit(self, value: float | int | str, unit: str) -> str:
        """A value by its unit: money, share, count, days, number, diagnostic or words."""
        if isinstance(value, str):
            return value
        writers = {"money": self.money, "share": self.share, "count": self.count}
        writers |= {"days": self.days, "small": self.small}
        return writers.get(unit, self.number)(value)

    def value(self, value: Value) -> str:
        """A recorded value, or the words for a missing one."""
        if value.value is None:
            return NOT_AVAILABLE
        return self.of_unit(value.value, value.unit)

    def interval(self, value: Value) -> str:
        """The interval as `low to high`, empty where there is none."""
        if value.conf_low is None or value.conf_high is None:
            return ""
        low, high = (self.of_unit(v, value.unit) for v in (value.conf_low, value.conf_high))
        return f"{low} to {high}"

    def with_interval(self, value: Value) -> str:
        """The value and, in brackets, its interval."""
        between = self.interval(value)
        return f"{self.value(value)} ({between})" if between else self.value(value)


def _signed(written: str) -> str:
    # a hyphen is where lines break: a loss would lose its sign at the end of one
    return written.replace("-", "\u2212\u2060") if written[:1] == "-" else written


def plural(count: int, one: str, many: str | None = None) -> str:
    """The noun for so many.

    Example:
        >>> plural(1, "customer"), plural(3, "customer")
        ('customer', 'customers')
    """
    return one if count == 1 else many or f"{one}s"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Words as a list in a sentence.

    Example:
        >>> listed(["contacts", "tickets", "surveys"])
        'contacts, tickets and surveys'
    """
    return f" {joint} ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def above_or_below(ratio: float, wording: Wording) -> str:
    """How far one number lies from another, in words, from predicted / actual - 1.

    Example:
        >>> above_or_below(-0.1215, Wording("en_GB", "USD"))
        '12% below'
    """
    if abs(ratio) < 0.005:
        return "level with"
    return f"{wording.share(abs(ratio))} {'above' if ratio > 0 else 'below'}"


def wording_of(study: Study) -> Wording:
    """The wording of a study's readers."""
    return Wording(study.locale, study.currency)
