"""retention_research."""
