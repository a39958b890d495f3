"""What a workspace keeps for the other notebooks of a run."""

import ibis
import pytest

from retention_research.study import read_study
from retention_research.workspace import open_workspace


@pytest.fixture(scope="module")
def own():
    return open_workspace(read_study("params/cdnow.yml"))


def test_a_table_that_another_notebook_wrote_first_keeps_its_bytes(own):
    # another process may be half-way through that file: rows may be alike, bytes need not be
    file = own.folder / "counted.parquet"

    def slower():
        file.write_bytes(b"of the other notebook")
        return own.purchases(own.window.as_of).limit(1)

    with pytest.raises(Exception, match="parquet"):
        own.kept_table("counted", slower).count().execute()
    assert file.read_bytes() == b"of the other notebook"


def test_nothing_but_the_kept_table_stays_behind(own):
    before = set(own.folder.iterdir())
    own.kept_table("one", lambda: ibis.memtable({"a": [1]}))
    assert set(own.folder.iterdir()) - before == {own.folder / "one.parquet"}


def test_a_record_is_computed_once(own):
    assert own.kept_record("seen", lambda: {"n": 1}) == own.kept_record("seen", lambda: {"n": 2})
