"""Which columns are left out, by what they hold; their names are never looked at."""

import hashlib
import uuid

import pytest

from querywright.retrieval.values.judging import reason_to_skip

SENTENCE = "The delivery came late and the box was open, number {}. We will not order here again."


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "it holds no text"),
        (["", "  "], "it holds no text"),
        ([str(uuid.UUID(int=n)) for n in range(30)], "it holds UUIDs"),
        ([uuid.UUID(int=n + (1 << 100)).hex.upper() for n in range(30)], "it holds UUIDs"),
        ([hashlib.sha256(bytes([n])).hexdigest() for n in range(30)], "it holds digests"),
        ([f"aB3dE5gH7jK9mN1pQ{n}rS" for n in range(100, 130)], "it holds digests"),
        (["https://example.org/a", "http://x.y/z?q=1", "www.example.org"], "it holds web addresses"),
        (["ada@example.org", "bo.li@example.co.uk"], "it holds e-mail addresses"),
        (["2024-01-02", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05.678"], "it holds points in time"),
        (["31/12/2024", "1.2.2023"], "it holds points in time"),
        (['{"a": 1}', "[1, 2]"], "it holds JSON or XML"),
        (["word " * 30] * 20, "it holds long texts, 150 characters on average"),
        ([SENTENCE.format(n) for n in range(10, 40)], "it holds long texts, 85 characters on average"),
    ],
)
def test_left_out(values, reason):
    assert reason_to_skip(values) == reason


@pytest.mark.parametrize(
    "values",
    [
        ["CA", "NY"],
        ["0042", "0043", "12"],
        ["+49 30 1234567", "030/1234568"],
        ["ACM-BLE-12345", "GLO-DRI-99999"],
        ["2024", "2023-24"],
        ["Q1 2024", "May 2024"],
        ["12:30", "Mark 12:30"],
        ["1234567890123456", "6543210987654321"],
        ["Supercalifragilisticexpialidocious", "Donaudampfschifffahrtsgesellschaft"],
        ["On the Electrodynamics of Moving Bodies, and what came of it later", "A Theory of Justice"],
        [SENTENCE.format(1)] * 20,
        ["ada@example.org", "unknown", "none", "nobody"],
        ["<none>", "Ada"],
    ],
)
def test_looked_up(values):
    assert reason_to_skip(values) is None
