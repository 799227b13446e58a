"""What a query holds is in its question, in every plain style, or the query is refused: one table of both."""

from __future__ import annotations

import random

import pytest

from querywright.sql import parse
from querywright.synthesis.english import CannotSay, ask
from querywright.synthesis.lexicon import Lexicon

PLAIN = ("interrogative", "concise", "descriptive", "procedural", "declarative", "formal")

SAID: dict[str, tuple[str, str]] = {
    # groups and what keeps them
    "SELECT country FROM customers GROUP BY country HAVING COUNT(*) > 2": ("more than two customers", ""),
    "SELECT country FROM customers WHERE is_active = 1 GROUP BY country HAVING AVG(customer_id) > 2": (
        "above 2|active",
        "",
    ),
    "SELECT c.name FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id WHERE o.total > 90 AND "
    "c.country = 'Norway' GROUP BY c.customer_id HAVING SUM(o.total) > 30": ("30|90|Norway", ""),
    "SELECT country FROM customers WHERE is_active = 1 GROUP BY country HAVING COUNT(DISTINCT name) > 4": (
        "more than four|active",
        "",
    ),
    "SELECT country, COUNT(*) FROM customers GROUP BY country LIMIT 2": ("any two", ""),
    # set operations
    "SELECT country FROM customers GROUP BY country HAVING COUNT(*) > 2 INTERSECT SELECT country FROM customers WHERE "
    "is_active = 1": ("more than two|active", ""),
    "SELECT country FROM customers WHERE is_active = 1 EXCEPT SELECT country FROM customers GROUP BY country HAVING "
    "COUNT(*) > 2": ("more than two|active", ""),
    "SELECT c.name FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id GROUP BY c.customer_id "
    "HAVING COUNT(*) > 3 UNION SELECT name FROM customers WHERE country = 'Norway'": ("more than three|Norway", ""),
    "SELECT country, COUNT(*) FROM customers GROUP BY country HAVING COUNT(*) > 7 UNION SELECT department, COUNT(*) "
    "FROM employees GROUP BY department HAVING COUNT(*) > 8": ("more than seven|more than eight|departments", ""),
    "SELECT country FROM customers WHERE is_active = 1 UNION SELECT country FROM customers WHERE name LIKE 'A%' ORDER "
    "BY country LIMIT 3": ('first three|active|"A"', ""),
    "SELECT name FROM customers WHERE is_active = 1 EXCEPT SELECT name FROM customers WHERE name LIKE 'A%' LIMIT 3": (
        "any three",
        "",
    ),
    # membership
    "SELECT country, COUNT(*) FROM customers WHERE customer_id IN (SELECT customer_id FROM orders WHERE total > 200) "
    "GROUP BY country": ("200", ""),
    "SELECT c.name, COUNT(*) FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id WHERE c.customer_id "
    "IN (SELECT customer_id FROM orders WHERE total > 200) GROUP BY c.customer_id": ("200", ""),
    "SELECT name FROM customers WHERE customer_id IN (SELECT customer_id FROM orders WHERE total > 200 UNION SELECT "
    "customer_id FROM orders WHERE total < 10)": ("200|10", ""),
    "SELECT name FROM customers WHERE customer_id IN (SELECT customer_id FROM orders WHERE total > 200 GROUP BY "
    "customer_id HAVING AVG(total) < 300)": ("200|300", ""),
    "SELECT name FROM customers WHERE country IN (SELECT country FROM customers WHERE is_active = 1 GROUP BY country "
    "ORDER BY COUNT(*) DESC LIMIT 2)": ("2|active|most customers", ""),
    # one value from a nested query
    "SELECT name FROM customers WHERE customer_id = (SELECT customer_id FROM orders WHERE total > 90 GROUP BY "
    "customer_id HAVING COUNT(*) > 3 ORDER BY COUNT(*) DESC LIMIT 1)": ("90|more than three|most orders", ""),
    "SELECT name FROM products WHERE price = (SELECT price FROM products WHERE category = 'Toys' ORDER BY weight_kg "
    "DESC LIMIT 1)": ("Toys|weight", ""),
    # outer joins under a condition
    "SELECT c.name FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.customer_id AND o.total > 200 WHERE "
    "o.order_id IS NULL": ("no orders with a total|200", "customers with"),
    "SELECT p.name FROM products AS p LEFT JOIN order_items AS i ON i.product_id = p.product_id AND i.quantity > 4 "
    "WHERE i.order_id IS NULL": ("no order items with a quantity|4", "products with"),
    "SELECT c.name, COUNT(o.order_id) FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.customer_id AND "
    "o.total > 200 GROUP BY c.customer_id, c.name": ("orders with a total|200|without any such orders", "customer wi"),
    "SELECT COUNT(*) FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.customer_id WHERE o.total > 200": (
        "orders|200",
        "customers",
    ),
    # rows that are made different before they are counted
    "SELECT COUNT(*) FROM (SELECT DISTINCT country FROM customers)": ("different countries", ""),
    "SELECT COUNT(*) FROM (SELECT DISTINCT country FROM customers WHERE is_active = 1) AS t": (
        "different countries|active",
        "",
    ),
    "SELECT COUNT(*) FROM (SELECT DISTINCT country, is_active FROM customers) AS t": ("different combinations", ""),
    "SELECT AVG(price) FROM (SELECT DISTINCT price FROM products) AS t": ("distinct price", ""),
    "SELECT COUNT(*) FROM (SELECT country FROM customers WHERE is_active = 1 INTERSECT SELECT country FROM customers "
    "WHERE customer_id > 30)": ("number of different countries|active|30", ""),
    "SELECT DISTINCT country FROM customers ORDER BY country LIMIT 5": ("first five different countries", ""),
    # what is shown of each group beside its name
    "SELECT c.country, COUNT(*) FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id GROUP BY "
    "o.customer_id": ("country|orders|customer", ""),
    "SELECT c.country FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id GROUP BY o.customer_id "
    "HAVING COUNT(*) > 2": ("countries of customers with more than two orders", ""),
    "SELECT c.country FROM customers AS c JOIN orders AS o ON o.customer_id = c.customer_id GROUP BY c.customer_id "
    "ORDER BY COUNT(*) DESC LIMIT 1": ("country of the customer with the most orders", ""),
    # cases that are counted
    "SELECT COUNT(CASE WHEN total > 90 THEN order_id END) FROM orders": ("90", ""),
    "SELECT COUNT(DISTINCT CASE WHEN total > 90 THEN customer_id END) FROM orders": ("different customers|90", ""),
    # figures of groups
    "SELECT AVG(n) FROM (SELECT customer_id, COUNT(*) AS n FROM orders WHERE total > 90 GROUP BY customer_id HAVING "
    "COUNT(*) > 2) AS t": ("average|90|more than two", ""),
    "SELECT name FROM products WHERE price > (SELECT AVG(m) FROM (SELECT category, MAX(price) AS m FROM products WHERE "
    "weight_kg > 3 GROUP BY category HAVING COUNT(*) > 4) AS t)": ("average|highest|3 kg|more than four", ""),
    "SELECT name FROM customers AS c WHERE EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = c.customer_id AND "
    "o.total > 90 GROUP BY o.customer_id HAVING COUNT(*) > 2)": ("more than two orders|90", "at least one order"),
    "SELECT name FROM customers WHERE customer_id IN (SELECT c.customer_id FROM customers AS c JOIN orders AS o ON "
    "o.customer_id = c.customer_id WHERE c.country = 'Norway' GROUP BY c.customer_id HAVING COUNT(*) > 2)": (
        "Norway|more than two",
        "",
    ),
    # whose condition it is
    "SELECT order_id FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id WHERE c.country LIKE 'N%' "
    "OR c.name LIKE 'A%'": ("customer's country starts|customer name starts", ""),
    "SELECT DISTINCT c.name FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id WHERE o.total > 90 "
    "OR c.country = 'Norway'": ("at least one order|90|customer's country is Norway", ""),
    "SELECT o.order_id FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id JOIN employees AS e ON "
    "e.first_name = c.name WHERE e.salary > 100": ("employee's salary is above 100|employee's first name", ""),
    "SELECT o.order_id FROM orders AS o JOIN orders AS p ON p.status = o.status WHERE p.total > 90": (
        "other order's total is above 90|other order's status",
        "",
    ),
    "SELECT name FROM products WHERE product_id NOT IN (SELECT product_id FROM products WHERE category = 'Toys')": (
        "not among the products in the Toys category",
        "have no",
    ),
    "SELECT AVG(price) FROM products WHERE name = (SELECT MIN(name) FROM products WHERE category = 'Toys')": (
        "alphabetically first|Toys",
        "",
    ),
    # columns that are neither grouped nor figures
    "SELECT name, MAX(price) FROM products": ("highest price|name of the product that has it", ""),
    "SELECT name, MAX(price) FROM products GROUP BY category": ("category|highest price|name of the product", ""),
    # every column of what a nested query computes
    "SELECT * FROM (SELECT country, COUNT(*) AS n FROM customers WHERE is_active = 1 GROUP BY country) AS t": (
        "country|customers who are active",
        "details",
    ),
}


@pytest.mark.parametrize("style", PLAIN)
@pytest.mark.parametrize("sql", SAID)
def test_what_the_query_holds_is_said(sql: str, style: str, lexicon: Lexicon) -> None:
    required, forbidden = SAID[sql]
    said = ask(parse(sql, "sqlite"), lexicon, style, random.Random(0)).text
    assert [w for w in required.split("|") if w.lower() not in said.lower()] == [], said
    assert not forbidden or forbidden not in said, said


@pytest.mark.parametrize(
    ("value", "active"),
    [
        *((value, True) for value in ("1", "'1'", "TRUE", "'Y'", "'t'")),
        *((value, False) for value in ("0", "'0'", "FALSE", "'N'", "'f'")),
    ],
)
def test_a_flag_is_up_or_down_however_the_query_spells_it(value: str, active: bool, lexicon: Lexicon) -> None:
    for operator, turned in (("=", False), ("<>", True)):
        tree = parse(f"SELECT name FROM customers WHERE is_active {operator} {value}", "sqlite")
        asked = ask(tree, lexicon, "interrogative", random.Random(0))
        assert asked.text == f"Which customers are {'' if active != turned else 'not '}active?"
        assert value.startswith("'") == (f"is_active {operator} {value}" in asked.evidence)


def test_a_flag_that_holds_neither_yes_nor_no_is_said_by_its_value(lexicon: Lexicon) -> None:
    tree = parse("SELECT name FROM customers WHERE is_active = 2", "sqlite")
    assert ask(tree, lexicon, "interrogative", random.Random(0)).text.endswith("active status of 2?")


@pytest.mark.parametrize(
    ("sql", "construct"),
    [
        ("SELECT AVG(total) FROM orders HAVING COUNT(*) > 3", "HAVING"),
        ("VALUES (1), (2)", "VALUES"),
        ("WITH v(a) AS (VALUES (1), (2)) SELECT name FROM customers, v WHERE customer_id = a", "VALUES"),
        ("SELECT name FROM customers UNION VALUES ('Ana')", "VALUES"),
        ("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT * FROM c", "without a table"),
        ("SELECT 1", "without a table"),
        ("SELECT * FROM (orders JOIN customers ON orders.customer_id = customers.customer_id)", "join in brackets"),
        ("DESCRIBE orders", "Describe"),
        ("SELECT country, COUNT(*) FROM customers GROUP BY ROLLUP (country)", "Rollup"),
        ("SELECT name FROM (SELECT name FROM customers WHERE is_active = 1 UNION SELECT name FROM products) AS t",
         "set operation"),
        ("SELECT name, COUNT(*) FROM products", "neither grouped nor a figure"),
        ("SELECT COUNT(CASE WHEN total > 9 THEN 1 WHEN total > 8 THEN 2 END) FROM orders", "several cases"),
        ("SELECT COUNT(*) FROM (SELECT name FROM customers LIMIT 5) AS t", "first few rows"),
        ("SELECT name FROM customers WHERE customer_id IN (SELECT customer_id FROM orders LIMIT 5)", "LIMIT"),
        ("SELECT name FROM customers AS c WHERE EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = c.customer_id "
         "GROUP BY o.employee_id HAVING COUNT(*) > 2)", "EXISTS over groups"),
        ("SELECT o.order_id, c.name FROM orders AS o LEFT JOIN customers AS c ON o.customer_id = c.customer_id AND "
         "c.country = 'Norway'", "outer join"),
        ("SELECT c.name, SUM(o.total) FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.customer_id AND "
         "o.total > 9 GROUP BY c.customer_id, c.name", "outer join"),
        ("SELECT c.name, e.last_name FROM customers AS c CROSS JOIN employees AS e", "nothing joins"),
        ("SELECT c.name, o.order_id FROM customers AS c, orders AS o WHERE c.country = 'Norway'", "nothing joins"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_by_name(sql: str, construct: str, lexicon: Lexicon) -> None:
    with pytest.raises(CannotSay, match=construct):
        ask(parse(sql, "sqlite"), lexicon, "interrogative", random.Random(0))
