"""A slow query draws nothing: what it draws in a notebook would be published."""

import subprocess
import sys

ASK = """
import tempfile, pathlib
from retention_research.events.engine import connect
con = connect(pathlib.Path(tempfile.mkdtemp()))
print(con.raw_sql("SELECT current_setting('enable_progress_bar')").fetchone()[0])
"""


def test_the_engine_draws_no_progress_bar_where_python_is_interactive():
    # as in a worker of a run: without a script, DuckDB takes Python for interactive
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
