"""Scorecard and cohorts of a million customers with twenty million events.

`python -m tests.bench.everyday` prints seconds and the peak memory of the process (with a number
behind it, such as 0.1, of a share of the rows; `make bench` takes all of them); reading and
checking the tables, which a run does once for all its reports, is told apart.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CUSTOMERS, SHARE = 1_000_000, 1.0
ALLOWED_SECONDS, ALLOWED_GIGABYTES = 60, 6
DAYS = 730  # from 2024-01-01
ROWS = {"transactions": 8_000_000, "contacts": 6_000_000, "rewards": 3_000_000,
        "tickets": 1_000_000, "surveys": 500_000, "activity": 1_500_000}  # fmt: skip

# each customer has a first day and a rate of leaving, both from a hash of the number
_PEOPLE = """select i, 'C' || lpad(i::varchar, 7, '0') as customer_id,
  (hash(i * 3) % 640)::int as born, (hash(i * 5) % 500)::int as stays from range({n}) t(i)"""
_DAYS_OF = """select k, people.customer_id,
  timestamp '2024-01-01' + to_days(least({last}, born + (u * stays)::int))
    + to_seconds((hash(k * 11) % 80000)::bigint) as moment,
  (hash(k * 17) % 1000)::int as chance, (hash(k * 19) % 1000)::int as luck
  from (select k, (hash(k * 7) % {n})::bigint as i, ((hash(k * 13) % 10000) / 10000.0) ** 2 as u
        from range({rows}) t(k)) join people using (i)"""
TABLES = {
    "transactions": "select customer_id, moment as timestamp, 5 + chance / 10.0 as amount, "
    "'O' || k as order_id, luck < 150 as discount from rows",
    "contacts": "select customer_id, 'M' || k % 24 as campaign_id, "
    "['email','sms','push'][1 + k % 3] as channel, moment as sent_at, chance < 960 as delivered, "
    "case when luck < 300 then moment + to_hours(5) end as opened_at, "
    "case when luck < 300 then luck % 4 end as actions, "
    "case when chance < 4 then moment + to_hours(6) end as unsubscribed_at from rows",
    "rewards": "select customer_id, 'club' as program_id, moment as timestamp, "
    "case when chance < 700 then 'earn' else 'redeem' end as kind, "
    "case when chance < 700 then 20 + luck % 30 else 5 + luck % 9 end as points, "
    "case when chance < 700 then moment + to_days(365) end as expires_at from rows",
    "tickets": "select customer_id, 'T' || k as ticket_id, moment as opened_at, "
    "['delivery','product','billing'][1 + k % 3] as category, "
    "case when luck < 970 then moment + to_minutes(30 + chance * 3) end as first_response_at, "
    "case when luck < 930 then moment + to_hours(6 + chance % 90) end as resolved_at, "
    "case when luck < 40 then moment + to_hours(200) end as reopened_at, "
    "chance < 600 as is_complaint, case when luck < 400 then 1 + chance % 5 end as csat, "
    "1 + luck % 3 as level, luck % 10 = 0 as self_service, "
    "5 + chance % 50 as handled_minutes from rows",
    "surveys": "select customer_id, moment + to_hours(20) as timestamp, chance % 11 as score, "
    "'nps' as kind, moment as invited_at from rows",
    "activity": "select customer_id, moment as timestamp, 'visit' as event from rows",
}


def write_tables(folder: Path) -> dict[str, dict[str, str]]:
    """Parquet files of all tables, the same rows every time; the sources that read them."""
    import duckdb

    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    n = int(CUSTOMERS * SHARE)
    con.execute(f"create table people as {_PEOPLE.format(n=n)}")
    people = (
        "select customer_id, timestamp '2024-01-01' + to_days(born) as acquired_at, "
        "['north','south','east','west'][1 + (i % 4)::int] as region, 10.0 as acquisition_cost, "
        "case when i % 9 = 0 then 'C0000001' end as referred_by from people"
    )
    con.sql(f"copy ({people}) to '{folder / 'customers.parquet'}' (format parquet)")
    for name, columns in TABLES.items():
        rows = _DAYS_OF.format(n=n, rows=int(ROWS[name] * SHARE), last=DAYS)
        query = f"with rows as ({rows}) {columns}"
        con.sql(f"copy ({query}) to '{folder / name}.parquet' (format parquet)")
    return {name: {"path": str(folder / f"{name}.parquet")} for name in ("customers", *TABLES)}


def timed(what: str, work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work gave, and its seconds, which are printed."""
    began, worked = time.perf_counter(), time.process_time()
    found = work()
    seconds, of_cpu = time.perf_counter() - began, time.process_time() - worked
    print(f"{what:>20}: {seconds:6.1f} s, {of_cpu:6.1f} s of processors", flush=True)
    return found, seconds


def main() -> None:
    """Read the tables, then make both answers, and hold them against what is allowed."""
    from retention_research.answers.cohorts import cohorts
    from retention_research.answers.scorecard import scorecard
    from retention_research.study import new_study
    from retention_research.workspace import open_workspace

    print(f"{int(CUSTOMERS * SHARE):,} customers, {int(sum(ROWS.values()) * SHARE):,} events")
    with tempfile.TemporaryDirectory() as name:
        sources, _ = timed("written", lambda: write_tables(Path(name)))
        study = new_study(
            study="big", currency="EUR", sources=sources, segments=["region"], as_of="2025-12-31",
            max_excluded_share=0.9, tickets={"targets": {"delivery": 24.0}, "business_hours": None},
        )  # fmt: skip
        workspace, _ = timed("read and checked", lambda: open_workspace(study))
        took = [
            timed("scorecard", lambda: scorecard(workspace))[1],
            timed("cohorts", lambda: cohorts(workspace))[1],
        ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024.0**2)
    print(f"{'both':>20}: {sum(took):6.1f} s ({ALLOWED_SECONDS} allowed)")
    print(f"{'memory':>20}: {peak:6.1f} GB at peak ({ALLOWED_GIGABYTES} allowed)")


if __name__ == "__main__":
    SHARE = float(sys.argv[1]) if len(sys.argv) > 1 else SHARE
    main()
