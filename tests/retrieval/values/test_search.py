"""What is found, whatever it looks like and however it is typed."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.errors import RetrievalError
from querywright.retrieval import ValueIndex
from querywright.retrieval.values.postings import LOT, bucket_bits, build
from querywright.retrieval.values.ranking import scores

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))
SIMPLE = st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_categories=("Cc", "Cn"))
WORDS = st.lists(st.text(st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x24F), min_size=1, max_size=8),
                 min_size=1, max_size=4)  # fmt: skip


def found(values, keyword):
    """What a search among these values finds, nearest first, without a database."""
    lots = [values[start : start + LOT] for start in range(0, len(values), LOT)]
    postings = build(lots, len(values), bucket_bits(sum(map(len, values))))
    near = [values[number] for number in sorted(postings.nearest(keyword, 150).tolist())]
    ranked = sorted(zip(scores(keyword, near), near, strict=True), key=lambda pair: (-pair[0], pair[1] != keyword))
    return [value for _, value in ranked[:10]]


@given(st.lists(st.text(LETTERS, min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=30, unique=True))
@settings(max_examples=150, deadline=None)
def test_every_value_is_found_by_itself_first(values):
    for value in values:
        assert found(values, value)[0] == value


@given(st.lists(st.text(SIMPLE, min_size=1, max_size=20).filter(str.strip), min_size=1, max_size=9, unique=True))
@settings(max_examples=150, deadline=None)
def test_every_value_is_found_in_any_case(values):
    for value in values:
        assert value in found(values, value.upper())
        assert value in found(values, value.lower())
        assert value in found(values, value.title())


@given(st.lists(st.text(SIMPLE, min_size=1, max_size=20).filter(str.strip), min_size=1, max_size=9, unique=True))
@settings(max_examples=150, deadline=None)
def test_every_value_is_found_without_its_accents(values):
    for value in values:
        bare = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
        if bare.strip():
            assert value in found(values, bare)


@given(st.lists(WORDS, min_size=1, max_size=9, unique_by=lambda words: " ".join(words)), st.randoms())
@settings(max_examples=100, deadline=None)
def test_every_value_is_found_with_its_words_in_another_order(values, chance):
    for words in values:
        shuffled = list(words)
        chance.shuffle(shuffled)
        assert " ".join(words) in found([" ".join(words) for words in values], " ".join(shuffled))


def test_a_value_is_found_among_thousands_that_share_its_parts():
    values = [f"{a}{b} {c}" for a in "abcdefghij" for b in range(300) for c in ("north", "south")]
    chance = random.Random(0)
    for value in chance.sample(values, 50):
        assert found(values, value.upper())[0] == value


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        ("Los Angeles", "los angelse"),
        ("Los Angeles", "LOS ANGELES"),
        ("Los Angeles", "angeles los"),
        ("São Paulo", "sao paulo"),
        ("sao paulo", "São Paulo"),
        ("Łódź", "lodz"),
        ("Straße des 17. Juni", "strasse des 17 juni"),
        ("CA", "ca"),
        ("A", "a"),
        ("+", "+"),
        ("66", "66"),
        ("0042", "0042"),
        ("N/A", "n/a"),
        ("O'Brien", "obrien"),
        ("Jean-Luc", "jean luc"),
        ("北京大学", "北京大学"),
        ("北京大学", "北京"),
        ("北京大学", "北京大字"),
        ("東京", "京"),
        ("서울특별시", "서울"),
        ("Москва", "москва"),
        ("Москва", "масква"),
        ("القاهرة", "القاهره"),
        ("مُحَمَّد", "محمد"),
        ("दिल्ली", "दिल्ली"),
        ("Αθήνα", "αθηνα"),
        ("🎉", "🎉"),
        ("ﬁne", "fine"),
        ("Ｔｏｋｙｏ", "tokyo"),
        ("two\nlines", "two lines"),
        ("  padded ", "padded"),
    ],
)
def test_people_type_it_in_their_own_way(indexed, value, typed):
    index = indexed([value, "something else", "nothing of that", "ZZ", "12345", "Ямал", "大阪市"])
    assert index.search(typed)[0].value == value


def test_a_match_says_where_it_is(indexed):
    match = indexed(["Ada", "Bo"]).search("ada")[0]
    assert (match.value, match.table, match.column, match.score) == ("Ada", "t", "v", 1.0)


def test_scores_fall_and_lie_between_0_and_1(indexed):
    values = [f"{first} {last}" for first in ("Ann", "Anna", "Anne", "Joan") for last in ("Lee", "Leigh", "Li", "Low")]
    matches = indexed(values).search("anna lee", 20)
    assert matches[0].value == "Anna Lee"
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)
    assert all(0 <= match.score <= 1 for match in matches)


def test_the_spelling_typed_comes_before_its_equals(indexed):
    index = indexed(["oslo", "OSLO", "Oslo"])
    assert [index.search(typed)[0].value for typed in ("oslo", "OSLO", "Oslo")] == ["oslo", "OSLO", "Oslo"]


@pytest.mark.parametrize("keyword", ["", "   ", "\0", "\n"])
def test_nothing_is_found_for_nothing(indexed, keyword):
    assert indexed(["Ada", "Bo"]).search(keyword) == []


@pytest.mark.parametrize("keyword", ["x" * 10_000, "ada " * 2_500, "\ud800", "ada\0bo", "%_*?[]\\", "🎉" * 300])
def test_any_keyword_can_be_searched(indexed, keyword):
    assert all(match.value in ("Ada", "Bo") for match in indexed(["Ada", "Bo"]).search(keyword))


def test_the_limit_holds(indexed):
    index = indexed([f"name {n}" for n in range(500)])
    assert [len(index.search("name", limit)) for limit in (0, 1, 10, 400)] == [0, 1, 10, 400]


def test_odd_values_are_kept_as_they_are_and_blank_ones_are_not_there(indexed):
    odd = ["7", "a\0b", "tab\there", "emoji 🎉 value", "x" * 256]
    common = [f"name {n}" for n in range(50)]
    index = indexed([None, "", "   ", "\n", b"bytes", 7, *odd, "y" * 257, "z" * 10_000, *common])
    assert len(index) == len(odd) + len(common)
    assert [index.search(value)[0].value for value in odd] == odd


def test_text_that_is_not_utf8_is_found_by_what_can_be_read(sqlite_file, tmp_path):
    from querywright.databases import Catalog

    path = sqlite_file("CREATE TABLE t (v TEXT); INSERT INTO t VALUES (CAST(X'6D61F16F' AS TEXT)), ('other')")
    with Catalog.open(path) as catalog, ValueIndex.build(catalog["base"], tmp_path / "index") as index:
        assert index.search("ma\udcf1o")[0].value == "ma\udcf1o"
        assert "ma\udcf1o" in [match.value for match in index.search("mano")]


def test_a_closed_index_says_so(indexed):
    index = indexed(["Ada"])
    index.close()
    with pytest.raises(RetrievalError, match="was closed: open it again"):
        index.search("ada")
