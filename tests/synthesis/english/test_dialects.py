"""What PostgreSQL, MySQL and DuckDB write in their own way is read, and said as in any other dialect."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest

from querywright.databases import Database, Limits, Result, Schema
from querywright.sql import parse
from querywright.synthesis.english import CannotSay, ask
from querywright.synthesis.lexicon import Lexicon


@dataclass(frozen=True)
class Elsewhere:
    """The shop as if another engine held it: only what is read of its rows matters here."""

    shop: Database
    dialect: str

    @property
    def schema(self) -> Schema:
        """The shop's schema in the other dialect."""
        return replace(self.shop.schema, dialect=self.dialect)

    def execute(self, sql: str, limits: Limits) -> Result:
        """SQLite reads the quotes of every engine."""
        return self.shop.execute(sql, limits)


@pytest.fixture(scope="module")
def lexicons(shop: Database) -> dict[str, Lexicon]:
    return {name: Lexicon.read(Elsewhere(shop, name)) for name in ("postgres", "mysql", "duckdb")}


def said(sql: str, dialect: str, lexicons: dict[str, Lexicon]) -> str:
    return ask(parse(sql, dialect), lexicons[dialect], "interrogative", random.Random(1)).text


DATES = [
    ("postgres", "EXTRACT(YEAR FROM order_date)", "order year"),
    ("postgres", "DATE_PART('year', order_date)", "order year"),
    ("postgres", "TO_CHAR(order_date, 'YYYY-MM')", "order month"),
    ("postgres", "DATE_TRUNC('month', order_date)", "order month"),
    ("postgres", "DATE_TRUNC('month', order_date)::date", "order month"),
    ("postgres", "TO_CHAR(order_date, 'FMDay')", "order weekday"),
    ("postgres", "TO_CHAR(order_date, 'Month')", "calendar month (January to December) of the order date"),
    ("postgres", "EXTRACT(DOW FROM order_date)", "order weekday"),
    ("postgres", "EXTRACT(QUARTER FROM order_date)", "calendar quarter (first to fourth) of the order date"),
    ("mysql", "YEAR(order_date)", "order year"),
    ("mysql", "DATE_FORMAT(order_date, '%Y-%m')", "order month"),
    ("mysql", "MONTH(order_date)", "calendar month (January to December) of the order date"),
    ("mysql", "MONTHNAME(order_date)", "calendar month (January to December) of the order date"),
    ("mysql", "QUARTER(order_date)", "calendar quarter (first to fourth) of the order date"),
    ("mysql", "DAYNAME(order_date)", "order weekday"),
    ("mysql", "DAYOFWEEK(order_date) - 1", "order weekday"),
    ("mysql", "WEEKDAY(order_date)", "order weekday"),
]


@pytest.mark.parametrize(("dialect", "cut", "period"), DATES)
def test_a_part_of_a_date_is_called_the_same_in_every_dialect(
    dialect: str, cut: str, period: str, lexicons: dict[str, Lexicon]
) -> None:
    question = said(f"SELECT {cut} AS part, COUNT(*) FROM orders GROUP BY {cut}", dialect, lexicons)
    assert question == f"For each {period}, how many orders are there?"


@pytest.mark.parametrize(
    ("dialect", "test", "day"),
    [
        ("postgres", "EXTRACT(DOW FROM order_date) = 0", "Sunday"),
        ("postgres", "EXTRACT(ISODOW FROM order_date) = 7", "Sunday"),
        ("mysql", "DAYOFWEEK(order_date) = 1", "Sunday"),
        ("mysql", "DAYOFWEEK(order_date) - 1 = 0", "Sunday"),
        ("mysql", "WEEKDAY(order_date) = 0", "Monday"),
        ("duckdb", "dayofweek(order_date) = 0", "Sunday"),
    ],
)
def test_a_weekday_is_counted_from_where_its_function_counts(
    dialect: str, test: str, day: str, lexicons: dict[str, Lexicon]
) -> None:
    question = said(f"SELECT COUNT(*) FROM orders WHERE {test}", dialect, lexicons)
    assert question == f"How many orders were placed on a {day}?"


@pytest.mark.parametrize(
    ("dialect", "days"),
    [
        ("postgres", "o.order_date - c.dob"),
        ("postgres", "o.order_date::date - c.dob::date"),
        ("mysql", "DATEDIFF(o.order_date, c.dob)"),
        ("mysql", "TIMESTAMPDIFF(DAY, c.dob, o.order_date)"),
        ("duckdb", "date_diff('day', c.dob, o.order_date)"),
    ],
)
def test_days_between_two_dates_are_a_number_of_days(dialect: str, days: str, lexicons: dict[str, Lexicon]) -> None:
    sql = f"SELECT AVG({days}) FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id"
    span = "number of days from the customer's date of birth to the order date"
    assert said(sql, dialect, lexicons) == f"What is the average {span} of all orders?"


QUESTIONS = [
    (
        "postgres",
        "SELECT DISTINCT ON (category) category, name, price FROM products ORDER BY category, price DESC, name",
        "What are the categories, names and prices of products with the highest price within their category, breaking "
        "ties by name, sorted by category alphabetically?",
    ),
    (
        "duckdb",
        "SELECT DISTINCT ON (o.customer_id) o.customer_id, o.total FROM orders AS o WHERE o.status = 'sent' "
        "ORDER BY o.customer_id, o.order_date DESC, o.order_id",
        "What are the customer IDs and totals of orders with status shipped, and of these only those with the latest "
        "order date within their customer, breaking ties by ID (lowest first), sorted by customer ID from lowest to "
        "highest?",
    ),
    (
        "postgres",
        "SELECT c.name, t.total FROM customers AS c CROSS JOIN LATERAL (SELECT o.total FROM orders AS o WHERE "
        "o.customer_id = c.customer_id ORDER BY o.total DESC, o.order_id LIMIT 3) AS t WHERE c.country = 'Chile'",
        "What are the totals of orders whose customer is based in Chile, and of these only those that are among "
        "the three with the highest total within their customer, breaking ties by ID (lowest first), "
        "along with the customer name?",
    ),
    (
        "postgres",
        "SELECT c.name, t.order_date FROM customers AS c LEFT JOIN LATERAL (SELECT o.order_date FROM orders AS o WHERE "
        "o.customer_id = c.customer_id AND o.total > 300 ORDER BY o.order_date DESC, o.order_id LIMIT 1) AS t ON TRUE",
        "What are the order dates of orders whose total is above 300, and of these only those with the latest "
        "order date within their customer, breaking ties by ID (lowest first), along with the customer name, including "
        "customers without any such orders?",
    ),
    (
        "postgres",
        "SELECT c.name, t.n FROM customers AS c CROSS JOIN LATERAL (SELECT COUNT(*) AS n FROM orders AS o WHERE "
        "o.customer_id = c.customer_id AND o.total > 300) AS t",
        "What are the names of all customers, along with the number of orders whose total is above 300?",
    ),
    (
        "postgres",
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE total > 100) FROM orders WHERE order_date >= '2020-01-01'",
        "Among the orders placed on or after January 1, 2020, what is the number of orders and the number of orders "
        "whose total is above 100?",
    ),
    (
        "postgres",
        "SELECT category, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY price) AS middle FROM products GROUP BY category",
        "For each product category, what is the median price of the products?",
    ),
    (
        "postgres",
        "SELECT name FROM products WHERE name ILIKE '%LAMP%'",
        'What are the names of products whose name contains "LAMP" (ignoring case)?',
    ),
    (
        "mysql",
        "SELECT 100 * SUM(IF(total > 100, 1, 0)) / COUNT(*) AS share FROM orders",
        "What is the percentage of orders whose total is above 100?",
    ),
    (
        "mysql",
        "SELECT AVG(total > 100) AS share FROM orders",
        "What is the share of orders whose total is above 100?",
    ),
]


@pytest.mark.parametrize(("dialect", "sql", "question"), QUESTIONS)
def test_a_query_becomes_its_question(dialect: str, sql: str, question: str, lexicons: dict[str, Lexicon]) -> None:
    assert said(sql, dialect, lexicons) == question


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT DISTINCT ON (category) category, name FROM products ORDER BY category",
        "SELECT DISTINCT ON (category) category, name FROM products",
        "SELECT t.total FROM customers AS c CROSS JOIN LATERAL (SELECT o.total FROM orders AS o WHERE o.customer_id = "
        "c.customer_id ORDER BY o.order_date DESC, o.order_id LIMIT 1) AS t WHERE t.total > 100",
    ],
)
def test_what_an_order_leaves_open_or_a_limit_cuts_first_is_not_said(sql: str, lexicons: dict[str, Lexicon]) -> None:
    with pytest.raises(CannotSay):
        said(sql, "postgres", lexicons)
