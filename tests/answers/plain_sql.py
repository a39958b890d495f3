"""Every KPI of June 2024 once more, in SQL written straight from the definitions.

Silence 26 weeks, window after a contact 14 days, cohort complete.
Each gives numerator and denominator.
"""

P = "between date '2024-06-01' and date '2024-06-30'"
AS_OF = "date '2024-06-30'"
END = "timestamp '2024-07-01'"

PURCHASES = """
create view purchases as
with orders as (
  select customer_id, order_id, cast(timestamp as date) as day, amount,
    amount + coalesce((select sum(r.amount) from transactions r
                       where r.order_id = t.order_id and r.amount < 0), 0) as left_over
  from transactions t where amount >= 0)
select customer_id, day, sum(left_over) as amount, count(*) as orders
from orders where left_over > 0.005 group by all
"""
FIRSTS = """
create view firsts as
select customer_id, min(day) as first_day, (array_agg(day order by day))[2] as second_day
from purchases group by customer_id
"""
ACTIVE = """select distinct customer_id from purchases
            where day > date '{0}' - 182 and day <= date '{0}'"""
BEFORE, AFTER = ACTIVE.format("2024-05-31"), ACTIVE.format("2024-06-30")


def _second(age: int) -> str:
    return f"""select count(*) filter (where second_day - first_day <= {age}), count(*)
               from firsts where first_day + {age} {P}"""


KPIS = {
    "crr": f"""select (select count(*) from ({BEFORE} intersect {AFTER})),
                      (select count(*) from ({BEFORE}))""",
    "churn_rate": f"""select (select count(*) from ({BEFORE} except {AFTER})),
                             (select count(*) from ({BEFORE}))""",
    "repeat_purchase_rate": _second(90),
    "repeat_purchase_rate_30d": _second(30),
    "repeat_purchase_rate_60d": _second(60),
    "repeat_purchase_rate_180d": _second(180),
    "repeat_purchase_rate_365d": _second(365),
    "purchase_frequency": f"""
        select (select count(*) from purchases join firsts using (customer_id)
                where first_day < {AS_OF} and day <= {AS_OF}),
               (select sum({AS_OF} - first_day) / 365.25 from firsts where first_day < {AS_OF})""",
    "existing_revenue_share": f"""
        select sum(amount) filter (where first_day < date '2024-06-01'), sum(amount)
        from purchases join firsts using (customer_id) where day {P}""",
    "referral_share": f"""
        select count(referred_by), count(*) from firsts left join customers using (customer_id)
        where first_day {P}""",
    "nps": f"""
        with latest as (
          select customer_id, last(score order by timestamp) as score from surveys
          where kind = 'nps' and cast(timestamp as date) {P} group by customer_id)
        select count(*) filter (where score >= 9) - count(*) filter (where score <= 6), count(*)
        from latest""",
    "nps_non_response": f"""
        select count(*) filter (where timestamp is null or timestamp >= {END}), count(*)
        from surveys where kind = 'nps' and cast(invited_at as date) {P}""",
    "csat": f"""
        select count(*) filter (where csat >= 4), count(*) from tickets
        where csat is not null and cast(resolved_at as date) {P}""",
    "problem_rate": f"""
        select (select count(*) from tickets where cast(opened_at as date) {P}),
               (select sum(orders) from purchases where day {P})""",
    "resolved_without_reopening": f"""
        select count(*) filter (where reopened_at is null or reopened_at >= {END}), count(*)
        from tickets where cast(opened_at as date) {P} and resolved_at < {END}""",
    "handling_minutes": f"""
        select sum(handled_minutes), count(handled_minutes) from tickets
        where cast(opened_at as date) {P} and resolved_at < {END}""",
    "escalated_share": f"""
        select count(*) filter (where level >= 2), count(*) from tickets
        where cast(opened_at as date) {P}""",
    "self_service_complaints": f"""
        select count(*) filter (where self_service and coalesce(resolved_at >= {END}, true)),
               count(*)
        from tickets where is_complaint and cast(opened_at as date) {P}""",
    "contact_conversion_rate": f"""
        with ripe as (select distinct customer_id, cast(sent_at as date) as sent from contacts
                      where delivered and cast(sent_at as date) {P}
                        and cast(sent_at as date) + 14 <= {AS_OF})
        select count(distinct customer_id) filter (where exists (
                 select 1 from purchases b where b.customer_id = ripe.customer_id
                 and b.day > ripe.sent and b.day <= ripe.sent + 14)),
               count(distinct customer_id) from ripe""",
    "unsubscribe_rate": f"""
        select count(*) filter (where unsubscribed_at < {END}), count(*) from contacts
        where delivered and cast(sent_at as date) {P}""",
    "actions_per_engagement": f"""
        select sum(actions), count(distinct customer_id) filter (where actions > 0
                                                                 or opened_at < {END})
        from contacts where cast(sent_at as date) {P}""",
}
