"""Themes of comments; the room that meets scikit-learn."""

from retention_research.models.themes.fit import Theme, ThemesFit, fit_themes

__all__ = ["Theme", "ThemesFit", "fit_themes"]
