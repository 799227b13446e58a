"""`--ray [ADDRESS]`: an option that can stand without a value."""

from __future__ import annotations

import pytest

from querywright.cli.cluster import address_of, spelled_out


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("synthesize dbs -o run", "synthesize dbs -o run"),
        ("synthesize dbs -o run --ray", "synthesize dbs -o run --ray here"),
        ("synthesize --ray dbs -o run", "synthesize --ray here dbs -o run"),
        ("synthesize dbs --ray -o run", "synthesize dbs --ray here -o run"),
        (
            "synthesize --ray postgresql://u@h:5432/s -o run",
            "synthesize --ray here postgresql://u@h:5432/s -o run",
        ),
        ("synthesize dbs --ray 10.0.0.5:6379 -o run", "synthesize dbs --ray 10.0.0.5:6379 -o run"),
        ("synthesize dbs --ray head.lan:6379", "synthesize dbs --ray head.lan:6379"),
        ("synthesize dbs --ray [fe80::1]:6379", "synthesize dbs --ray [fe80::1]:6379"),
        ("synthesize dbs --ray ray://head:10001", "synthesize dbs --ray ray://head:10001"),
        ("synthesize dbs --ray=head:6379 -o run", "synthesize dbs --ray=head:6379 -o run"),
        ("", ""),
    ],
)
def test_a_ray_without_an_address_is_this_machine(typed: str, spelled: str) -> None:
    assert spelled_out(typed.split()) == spelled.split()


def test_the_value_is_what_a_run_takes() -> None:
    assert [address_of(value) for value in (None, "here", "head:6379")] == [None, "", "head:6379"]
