"""The KPIs of a workspace: by period, by level of a segment, by category of ticket."""

from retention_research.answers.kpis.frame import kpi_frame, kpi_values, ticket_kpi_frame
from retention_research.answers.kpis.needs import NEEDS

__all__ = ["NEEDS", "kpi_frame", "kpi_values", "ticket_kpi_frame"]
