"""Eight customers, every table, small enough to count on paper; the last month is June 2024."""

import pandas as pd

SETTINGS = {
    "study": "hand", "currency": "EUR", "as_of": "2024-06-30", "cohort_complete": True,
    "churn": {"inactive_for": "4W"},
    "tickets": {"targets": {"delivery": 8, "question": 3}, "business_hours": None},
}  # fmt: skip

ORDERS = [
    ("a", "2024-01-01", 10), ("a", "2024-05-20", 10), ("a", "2024-06-10", 10),
    ("b", "2024-02-01", 20), ("b", "2024-05-25", 20),
    ("c", "2024-03-01", 30), ("c", "2024-06-15", 30),  # back after a silence
    ("d", "2024-06-05", 40), ("d", "2024-06-20", 5),
    ("e", "2024-05-10", 50), ("e", "2024-06-30", 50),
    ("f", "2024-06-01", 15), ("f", "2024-06-02", -15),  # given back: no purchase
    ("g", "2024-05-31", 7),
    ("h", "2024-06-12", 25),
]  # fmt: skip
CUSTOMERS = [("a", None, 5), ("d", "a", 8), ("h", None, None)]
# customer, category, opened, answered, resolved, reopened, csat, level, self-service, complaint,
# minutes
TICKETS = [
    ("a", "delivery", "01-10 08:00", "01-10 09:00", "01-10 10:00", None, 3, 1, False, False, 5),
    ("c", "question", "05-30 10:00", "05-30 11:00", "06-02 10:00", None, 4, 1, False, False, 7),
    ("a", "delivery", "06-03 08:00", "06-03 10:00", "06-04 08:00", None, 5, 1, False, True, 10),
    ("a", "delivery", "06-10 08:00", "06-10 18:00", "06-12 08:00", "06-20 08:00", 2, 2, False, True,
     20),
    ("b", "question", "06-12 09:00", "06-12 13:00", None, None, None, 1, True, True, None),
    ("e", "delivery", "06-29 00:00", None, None, None, None, 1, False, False, None),
]  # fmt: skip
CONTACTS = [  # customer, sent, delivered, opened, actions, unsubscribed
    ("g", "01-05 09:00", True, None, 0, None),
    ("a", "06-01 09:00", True, "06-01 10:00", 3, None),  # buys on the 10th
    ("b", "06-05 09:00", True, None, 0, "06-06 09:00"),
    ("c", "06-03 09:00", False, None, 0, None),  # buys on the 15th, but was not reached
    ("d", "06-05 09:00", True, None, 0, None),  # buys that day and fifteen days later
    ("e", "06-20 09:00", True, "06-21 09:00", 0, None),  # buys on the 30th, too young to count
]  # fmt: skip
SURVEYS = [  # customer, answered, score, kind, invited
    ("g", "01-05 10:00", 10, "nps", None),
    ("a", "06-02 10:00", 2, "nps", "06-01 10:00"),
    ("a", "06-02 15:00", 9, "nps", None),  # a second answer that day: the later counts
    ("b", "06-10 10:00", 6, "nps", "06-08 10:00"),
    ("c", "06-11 10:00", 8, None, None),
    ("d", None, None, "nps", "06-12 10:00"),  # no answer
    ("e", "06-13 10:00", 0, "exit", None),  # another question
]
REWARDS = [  # customer, day, kind, points
    ("a", "01-01", "earn", 100), ("a", "02-01", "earn", 50), ("a", "03-01", "redeem", 120),
    ("a", "04-01", "expire", 30), ("b", "05-01", "earn", 10), ("b", "06-05", "redeem", 1),
]  # fmt: skip
ASSIGNMENTS = [  # customer, arm, day
    ("a", "mail", "06-01"), ("b", "mail", "06-01"), ("c", "mail", "06-10"),
    ("d", "control", "06-01"), ("g", "control", "06-01"), ("h", "control", "06-20"),
]  # fmt: skip
TIMES = {"opened_at", "first_response_at", "resolved_at", "reopened_at", "sent_at",
         "unsubscribed_at", "timestamp", "invited_at", "assigned_at"}  # fmt: skip
COLUMNS = {
    "tickets": (TICKETS, ["customer_id", "category", "opened_at", "first_response_at",
                          "resolved_at", "reopened_at", "csat", "level", "self_service",
                          "is_complaint", "handled_minutes"]),
    "contacts": (CONTACTS, ["customer_id", "sent_at", "delivered", "opened_at", "actions",
                            "unsubscribed_at"]),
    "surveys": (SURVEYS, ["customer_id", "timestamp", "score", "kind", "invited_at"]),
    "rewards": (REWARDS, ["customer_id", "timestamp", "kind", "points"]),
    "assignments": (ASSIGNMENTS, ["customer_id", "arm", "assigned_at"]),
}  # fmt: skip
EXTRA = {"contacts": {"campaign_id": "m", "channel": "email"}, "rewards": {"program_id": "club"},
         "assignments": {"experiment_id": "mail"}}  # fmt: skip


def orders(rows=ORDERS):
    frame = pd.DataFrame(rows, columns=["customer_id", "timestamp", "amount"])
    return frame.assign(timestamp=pd.to_datetime(frame["timestamp"]))


def table(name, rows=None):
    given, columns = COLUMNS[name]
    frame = pd.DataFrame(given if rows is None else rows, columns=columns)
    for column in TIMES & set(columns):
        texts = [f"2024-{text}" if isinstance(text, str) else None for text in frame[column]]
        frame[column] = pd.to_datetime(pd.Series(texts, dtype="object"), format="mixed")
    if name == "tickets":
        frame = frame.assign(ticket_id=[f"t{i}" for i in range(len(frame))])
    return frame.assign(**EXTRA.get(name, {}))


def frames():
    people = pd.DataFrame(CUSTOMERS, columns=["customer_id", "referred_by", "acquisition_cost"])
    return {"transactions": orders(), "customers": people} | {name: table(name) for name in COLUMNS}
