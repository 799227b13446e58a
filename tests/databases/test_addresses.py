"""Addresses of servers are read as their clients read them, and never show a password."""

import pickle
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.databases.addresses import Address, is_address
from querywright.errors import DatabaseUnavailable


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("postgresql://me@host:5433/shop", Address("postgresql", "host", 5433, "me", "shop")),
        ("postgres://host/shop", Address("postgresql", "host", None, "", "shop")),
        ("mysql://me@host", Address("mysql", "host", None, "me", "")),
        ("mariadb://me@host/", Address("mysql", "host", None, "me", "")),
        ("postgresql:///shop", Address("postgresql", "", None, "", "shop")),
        ("mysql://a%40b@[::1]:3307/a%20b", Address("mysql", "::1", 3307, "a@b", "a b")),
        ("postgresql://h/d?sslmode=require", Address("postgresql", "h", None, "", "d", (("sslmode", "require"),))),
        ("postgresql://u:p%3Aw@h/d", Address("postgresql", "h", None, "u", "d", password="p:w")),
        ("postgresql://u@h/d?password=pw", Address("postgresql", "h", None, "u", "d", password="pw")),
    ],
)
def test_what_an_address_says(text, address):
    assert Address.parse(text) == address


@pytest.mark.parametrize(
    "text", ["oracle://h/d", "mysql://h:port/d", "mysql://h/a/b", "mysql://[h/d", "mysql://me:s3cret/t@h/d"]
)
def test_what_is_no_address_says_how_to_write_one_and_no_secret(text):
    with pytest.raises(DatabaseUnavailable, match="write postgresql://user@host") as caught:
        Address.parse(text if "s3cret" in text else text.replace("://", "://me:s3cret@"))
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


part = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@given(user=part, password=part, database=part, port=st.integers(1, 65535))
def test_what_is_shown_reads_back_without_the_password(user, password, database, port):
    address = Address("postgresql", "db.example", port, user, database, (("sslmode", "require"),), f"<\n{password}")
    assert Address.parse(str(address)) == Address("postgresql", "db.example", port, user, database, address.options)
    assert "<\\n" not in repr(address)
    assert quote("<\n") not in str(address)
    assert address.naming("other").password == pickle.loads(pickle.dumps(address)).password == address.password


def test_a_path_is_no_address():
    assert not is_address("a/b.sqlite")
    assert is_address("postgresql:///shop")
