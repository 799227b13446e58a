from __future__ import annotations

import pytest

from querywright.answering.extracting import keywords_in


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How many singers are from France?", {"singers", "France"}),
        ("What's the fastest lap of Lewis Hamilton at Spa?", {"Lewis Hamilton", "Spa", "fastest lap"}),
        ("Who wrote 'Lord of the Rings' and \"The Hobbit\"?", {"Lord of the Rings", "The Hobbit"}),
        ("the teachers' names and the pupils' ages", {"teachers", "pupils", "ages"}),
        ("schools with ownership code 66 opened 2013-05-01", {"66", "2013-05-01", "ownership code", "code 66"}),
        ("Is a.b@c.de or AT&T a customer?", {"a.b@c.de", "AT&T", "customer"}),
        ("late refers to days_delayed > 0", {"days_delayed", "late"}),
        ("Wie viele Kunden aus München haben bestellt?", {"Kunden", "München", "bestellt"}),
        ("Сколько певцов из Франции?", {"певцов", "Франции"}),
        ("दिल्ली के छात्र", {"दिल्ली", "छात्र"}),
        ("北京有多少所学校的学生超过500？", {"北京", "学校", "学生", "500"}),
        ("「東京」のカフェの平均価格は？", {"東京", "カフェ", "平均価格"}),
        ("서울에서 가장 비싼 호텔은?", {"서울에서", "호텔은"}),
        ("กรุงเทพ 2019", {"กรุงเทพ", "2019"}),
    ],
)
def test_what_may_be_looked_up_is_found(question: str, wanted: set[str]) -> None:
    assert wanted <= set(keywords_in([question], 24))


def test_words_that_only_ask_are_no_keywords() -> None:
    assert keywords_in(["How many are there of those, and which ones?"], 24) == ()


def test_quotes_and_names_come_before_other_words_and_nothing_comes_twice() -> None:
    found = keywords_in(["cheap tickets to Spa in 'VIP' or vip", "SPA is a place"], 24)
    assert found[:2] == ("VIP", "Spa")
    assert len({each.lower() for each in found}) == len(found)


def test_no_more_are_given_than_asked_for() -> None:
    assert len(keywords_in([" ".join(f"word{n}" for n in range(100))], 7)) == 7


@pytest.mark.parametrize("text", ["", "?!", "'", '"""', "\x00", "\ud800", "a'" * 5000, "「" * 10_000, "Aa " * 3000])
def test_odd_texts_do_no_harm(text: str) -> None:
    assert all(each.strip() for each in keywords_in([text], 24))
