"""Reports on programs made by hand: one that pays, one that does not, and some that cannot tell."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from retention_research.answers.programs.experiment_detail import ExperimentDetail
from retention_research.answers.programs.shape import Check, NextTest, ProgramReport
from retention_research.models.fit import Estimate, Missing
from retention_research.programs.economics import decide, money
from retention_research.programs.effects import Effect, MoneyDraws
from retention_research.programs.experiment import Balance, sample_ratio
from retention_research.study_programs import Program


def effect(outcome, gap, half, *, without=0.34, n=(3335, 1665), **more):
    """A difference with a symmetric range; the lift follows."""
    lift = Estimate("lift", gap / without, None, (gap - half) / without, (gap + half) / without)
    return Effect(
        outcome, "mail", "holdout", *n, without + gap, without,
        Estimate("difference", gap, half / 1.96, gap - half, gap + half), lift,
        more.pop("p_value", 0.0001), more.pop("p_adjusted", 0.0004), "plain",
    )  # fmt: skip


def worth(margin=0.78, cost=0.3, spread=0.2, customers=3335, days=28):
    """Economics of so much margin and cost per customer."""
    drawn = margin + spread * np.linspace(-2.0, 2.0, 401)
    costs = None if cost is None else np.full(401, cost)
    draws = MoneyDraws(drawn, margin, customers, costs, cost)
    return money(draws, window_days=days)


def program(kind="experiment", id="mail", title="Promotions by mail", **more):
    """A declared program with what its kind needs."""
    needs = {
        "experiment": {"experiment_id": "mail", "control": "holdout", "window": "4W"},
        "win_back": {"experiment_id": "back", "control": "holdout", "window": "8W"},
        "enrolment": {"program_id": "club", "window": "26W"},
        "rollout": {"unit": "region", "window": "12W",
                    "starts": {"north": "2024-01-01", "south": "2024-03-01"}},
        "rewards": {"program_id": "club"},
    }  # fmt: skip
    return Program.model_validate({"id": id, "title": title, "kind": kind} | needs.get(kind, {})
                                  | more)  # fmt: skip


def arms(**more):
    """What an experiment with two versions and a control group tells beyond its effects."""
    pair = {"without": 0.34, "n": (1670, 1665)}
    given = {
        "arms": {"generic": 1665, "holdout": 1665, "own": 1670},
        "pairs": (
            replace(effect("retained", 0.04, 0.015, **pair), treated="generic"),
            replace(effect("retained", 0.05, 0.015, **pair), treated="own"),
            replace(effect("retained", 0.01, 0.016, without=0.38, p_value=0.2, p_adjusted=0.2),
                    treated="own", control="generic"),
        ),
        "sample_ratio": sample_ratio([1670, 1665, 1665], [1 / 3, 1 / 3, 1 / 3]),
        "balance": (Balance("purchases", 2.1, 2.0, 0.02, 0.6),),
        "incremental_per_contact": Estimate("per_contact", 0.031, 0.005, 0.02, 0.041),
        "complier": Estimate("complier", 0.05, 0.01, 0.03, 0.07),
    }  # fmt: skip
    return ExperimentDetail(**(given | more))


def mail(grade="randomised", gap=0.045, half=0.013, earned=None, **more):
    """An experiment that works and pays."""
    earned = worth() if earned is None else earned
    given = {
        "effects": (
            effect("retained", gap, half),
            effect("purchases", 0.068, 0.03, without=0.52),
            effect("revenue", 2.6, 1.6, without=19.4),
            effect("margin", 0.78, 0.48, without=5.8),
        ),
        "checks": (
            Check("The draw", True, "5,000 were drawn, as many into each arm as planned."),
            Check("Whole windows", None, "Nobody says when the mail went out."),
        ),
        "money": earned,
        "decision": decide(earned, grade),
        "detail": arms(),
        "next_test": Missing("next_test", "The effect is proved; keep a small control group."),
    }
    return ProgramReport(program(), grade, **(given | more))


def club(**more):
    """An enrolment program, held against like customers."""
    earned = worth(6.3, 3.0, 2.0, 900, 182)
    given = {
        "why": ("Customers join by their own choice.",),
        "effects": (effect("retained", 0.031, 0.02, n=(900, 4100)),),
        "checks": (Check("Alike before", True, "No covariate differs by more than 0.1."),),
        "money": earned,
        "decision": decide(earned, "adjusted comparison"),
        "next_test": NextTest("retained", 4200, 0.03, 0.8, "Draw by lot who is invited to join."),
    }
    return ProgramReport(program("enrolment", "club", "Loyalty club"), "adjusted comparison",
                         **(given | more))  # fmt: skip


def desk(**more):
    """A roll-out whose effect is not told apart from chance, and which loses money."""
    earned = worth(0.1, 0.5, 0.1, 2000, 84)
    given = {
        "effects": (effect("retained", 0.004, 0.012, n=(2000, 2400), p_value=0.5),),
        "money": earned,
        "decision": decide(earned, "natural experiment"),
    }
    return ProgramReport(program("rollout", "service_desk", "Service desk"), "natural experiment",
                         **(given | more))  # fmt: skip


def refused():
    """A comparison that cannot answer the question."""
    return ProgramReport(
        program("before_after", "summer", "Summer letter"),
        "no evidence",
        withheld="Customers picked because they had stopped buying come back by themselves: "
        "before against after shows that, not the letter.",
        next_test=NextTest("retained", 2000, 0.05, 0.8, "Draw by lot who gets the next letter."),
    )


def answer(*reports):
    """What the notebook is handed."""
    values = {name: value for one in reports for name, value in one.values.items()}
    return SimpleNamespace(reports=reports, values=values, confidence=0.95)
