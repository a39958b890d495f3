"""The model behind the worth of new customers is fitted once, and by the cheaper way."""

from retention_research.answers.purchase_fits import forecasting_fit, purchase_fit
from retention_research.workspace import open_workspace


def test_a_forecast_takes_the_whole_fit_where_the_run_has_it():
    workspace = open_workspace("params/cdnow.yml")
    plain = forecasting_fit(workspace, workspace.current)
    whole = purchase_fit(workspace, workspace.current)
    assert plain.covariance == whole.covariance
    assert forecasting_fit(workspace, workspace.current) == whole
