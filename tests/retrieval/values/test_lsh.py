"""The index of other tools, kept to compare ours with: it shows the gaps that ours closes."""

from importlib.util import find_spec

import pytest

from querywright.databases import Catalog
from querywright.errors import RetrievalError
from querywright.retrieval.values.lsh import LshIndex

installed = pytest.mark.skipif(find_spec("datasketch") is None, reason="pip install 'querywright[lsh]'")
VALUES = [("t", "v", value) for value in ("Los Angeles", "Los Altos", "San Francisco", "CA")]


@installed
def test_values_are_found_by_their_parts():
    match = LshIndex(VALUES).search("Los Angelse")[0]
    assert (match.value, match.table, match.column) == ("Los Angeles", "t", "v")
    assert 0 < match.score < 1


@installed
def test_case_and_short_values_are_beyond_it():
    index = LshIndex(VALUES)
    assert [len(index.search(typed)) for typed in ("San Francisco", "SAN FRANCISCO", "CA", "")] == [1, 0, 0, 0]


@installed
def test_it_holds_what_the_value_index_looks_up(sqlite_file):
    path = sqlite_file("CREATE TABLE t (v TEXT, mail TEXT)", [(f"name {n}", f"n{n}@x.org") for n in range(30)])
    with Catalog.open(path) as catalog:
        index = LshIndex.build(catalog["base"])
    assert len(index) == 30
    assert index.search("name 7", 1)[0].value == "name 7"


@pytest.mark.skipif(find_spec("datasketch") is not None, reason="the lsh extra is installed")
def test_without_the_extra_it_says_what_to_install():
    with pytest.raises(RetrievalError, match=r"pip install 'querywright\[lsh\]'"):
        LshIndex(VALUES)
