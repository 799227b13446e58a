"""Questions that ask for what the SQL gives, and questions that do not: why is said in each row."""

from __future__ import annotations

import pytest
from sqlglot import exp

from querywright.sql import parse
from querywright.synthesis.correspondence import Finding, check
from querywright.synthesis.lexicon import Lexicon

AGREE = [
    # values
    ("Which customers come from Norway?", "SELECT name FROM customers WHERE country = 'Norway'"),
    ("Which customers are Norwegian?", "SELECT name FROM customers WHERE country = 'Norway'"),
    ("names of NORWAY's customers", "SELECT name FROM customers WHERE country = 'Norway'"),
    ("Which products cost more than twenty-five?", "SELECT name FROM products WHERE price > 25"),
    ("Which employees earn over 40,000?", "SELECT first_name, last_name FROM employees WHERE salary > 40000"),
    ("Which employees earn more than forty thousand?", "SELECT last_name FROM employees WHERE salary > 40000"),
    ("Which employees earn 40k?", "SELECT last_name FROM employees WHERE salary = 40000"),
    ("Who ordered at least two dozen times?",
     "SELECT c.name FROM customers c JOIN orders o ON o.customer_id = c.customer_id GROUP BY c.customer_id "
     "HAVING COUNT(*) >= 24"),
    ("Which customers placed more than one order?",
     "SELECT c.name FROM customers c JOIN orders o ON o.customer_id = c.customer_id GROUP BY c.customer_id "
     "HAVING COUNT(*) >= 2"),
    ("How many orders were placed in May 2021?",
     "SELECT COUNT(*) FROM orders WHERE order_date >= '2021-05-01' AND order_date < '2021-06-01'"),
    ("How many orders were placed in 2023?",
     "SELECT COUNT(*) FROM orders WHERE order_date BETWEEN '2023-01-01' AND '2023-12-31'"),
    ("How many orders were placed on or after June 3, 2019?",
     "SELECT COUNT(*) FROM orders WHERE order_date >= '2019-06-03'"),
    ("How many orders were placed in the second quarter of 2020?",
     "SELECT COUNT(*) FROM orders WHERE order_date >= '2020-04-01' AND order_date < '2020-07-01'"),
    ("How many orders were placed in the second quarter of 2020?",
     "SELECT COUNT(*) FROM orders WHERE order_date >= '2020-04-01' AND order_date <= '2020-06-30'"),
    ("How many orders are settled?", "SELECT COUNT(*) FROM orders WHERE status = 'paid'"),
    ("Which products have lamp in their name?", "SELECT name FROM products WHERE name LIKE '%Lamp%'"),
    ("Which customers are active?", "SELECT name FROM customers WHERE is_active = 1"),
    ("Which customers are active?", "SELECT name FROM customers WHERE is_active = 'Y'"),
    ("Which customers have an active status of false?", "SELECT name FROM customers WHERE is_active = 0"),
    ('Which products are called "Lamp 4.5 W"?', "SELECT name FROM products WHERE name = 'Lamp 4.5 W'"),
    # what is asked for
    ("How many customers are there?", "SELECT COUNT(*) FROM customers"),
    ("What is the total number of customers?", "SELECT COUNT(*) FROM customers"),
    ("What do employees earn on average?", "SELECT AVG(salary) FROM employees"),
    ("How much do the products of each category cost on average?",
     "SELECT category, AVG(price) FROM products GROUP BY category"),
    # order and limit
    ("Who is the oldest customer?", "SELECT name FROM customers ORDER BY dob LIMIT 1"),
    ("Who is the youngest customer?", "SELECT name FROM customers ORDER BY dob DESC LIMIT 1"),
    ("Which three products are the cheapest?", "SELECT name FROM products ORDER BY price LIMIT 3"),
    ("What is the heaviest product?",
     "SELECT name FROM products WHERE weight_kg = (SELECT MAX(weight_kg) FROM products)"),
    ("List the products by price, most expensive first.", "SELECT name FROM products ORDER BY price DESC"),
    ("List the customers in alphabetical order.", "SELECT name FROM customers ORDER BY name"),
    # negation and sets
    ("Which customers never ordered anything?",
     "SELECT name FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM orders)"),
    ("Which customers have no orders?",
     "SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id WHERE o.order_id IS NULL"),
    ("Which products are not toys?", "SELECT name FROM products WHERE category <> 'Toys'"),
]  # fmt: skip

REFUSED = [
    ("Which customers come from Norway?", "SELECT name FROM customers WHERE country = 'Chile'", "'Chile'"),
    ("Which customers are there?", "SELECT name FROM customers WHERE country = 'Chile'", "'Chile'"),
    ("Which customers come from Norway?", "SELECT name FROM customers", "'Norway'"),
    ("Which products cost more than 25?", "SELECT name FROM products WHERE price > 26", "'26'"),
    ("Which products cost more than 25?", "SELECT name FROM products WHERE price < 25", "the other way round"),
    ("Which products cost more than 25?", "SELECT name FROM products", "25"),
    ("How many orders were placed in May 2021?",
     "SELECT COUNT(*) FROM orders WHERE order_date >= '2021-06-01' AND order_date < '2021-07-01'", "2021-07-01"),
    ("How many orders were placed in 2023?",
     "SELECT COUNT(*) FROM orders WHERE order_date BETWEEN '2022-01-01' AND '2022-12-31'", "2022"),
    ("How many customers are there?", "SELECT name FROM customers", "how many"),
    ("Which customers are there?", "SELECT COUNT(*) FROM customers", "count"),
    ("What do employees earn on average?", "SELECT SUM(salary) FROM employees", "average"),
    ("What do employees earn in total?", "SELECT AVG(salary) FROM employees", "average"),
    ("What is the highest salary?", "SELECT MIN(salary) FROM employees", "lowest"),
    ("Who is the oldest customer?", "SELECT name FROM customers ORDER BY dob DESC LIMIT 1", "latest"),
    ("Which three products are the cheapest?", "SELECT name FROM products ORDER BY price DESC LIMIT 3", "highest"),
    ("Which three products are the cheapest?", "SELECT name FROM products ORDER BY price LIMIT 5", "5 rows"),
    ("Which three products are the cheapest?", "SELECT name FROM products ORDER BY price LIMIT 1", "3"),
    ("List the products sorted by price.", "SELECT name FROM products ORDER BY price DESC", "descending"),
    ("List the products by price, in descending order.", "SELECT name FROM products ORDER BY price", "descending"),
    ("Which customers never ordered anything?",
     "SELECT name FROM customers WHERE customer_id IN (SELECT customer_id FROM orders)", "leaves something out"),
    ("Which customers ordered something?",
     "SELECT name FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM orders)", "NOT IN"),
    ("Which products are toys?", "SELECT name FROM products WHERE category <> 'Toys'", "<>"),
    ("Which customers are active?", "SELECT name FROM customers WHERE is_active = 0", "'0'"),
    ("How heavy is each product?", "SELECT hire_date, department FROM employees", "employees"),
]  # fmt: skip


def found(question: str, sql: str, lexicon: Lexicon, evidence: str = "") -> Finding:
    return check(question, evidence, parse(sql, "sqlite"), lexicon)


@pytest.mark.parametrize(("question", "sql"), AGREE)
def test_a_question_that_asks_for_what_the_query_gives_agrees(question: str, sql: str, lexicon: Lexicon) -> None:
    finding = found(question, sql, lexicon)
    assert finding.agrees, finding.reason


@pytest.mark.parametrize(("question", "sql", "reason"), REFUSED)
def test_a_question_that_does_not_is_refused_with_what_is_wrong(
    question: str, sql: str, reason: str, lexicon: Lexicon
) -> None:
    finding = found(question, sql, lexicon)
    assert not finding.agrees
    assert any(reason in sign.sought for sign in finding.signs if not sign.found), finding.signs


def test_the_evidence_may_say_what_the_question_leaves_open(lexicon: Lexicon) -> None:
    sql = "SELECT name FROM products WHERE price >= 50"
    assert not found("Which products are pricey?", sql, lexicon).agrees
    assert found("Which products are pricey?", sql, lexicon, "Pricey means a price of at least 50.").agrees


def test_each_sign_says_what_was_looked_for_and_the_reason_is_the_heaviest_that_is_missing(lexicon: Lexicon) -> None:
    finding = found(
        "Which customers are there?", "SELECT DISTINCT name FROM customers WHERE country = 'Chile'", lexicon
    )
    missing = [sign for sign in finding.signs if not sign.found]
    assert finding.reason == "the value 'Chile' is not in the question"
    assert max(sign.weight for sign in missing) == next(s for s in missing if s.sought == finding.reason).weight
    assert 0 < finding.fidelity < 0.5


def test_a_question_in_which_everything_is_found_has_no_reason(lexicon: Lexicon) -> None:
    finding = found("How many customers are there?", "SELECT COUNT(*) FROM customers", lexicon)
    assert (finding.reason, finding.fidelity) == ("", 1.0)


def test_a_quoted_name_that_is_no_column_is_a_value(lexicon: Lexicon) -> None:
    sql = 'SELECT name FROM customers WHERE country = "Chile"'
    assert found("Which customers are from Chile?", sql, lexicon).agrees
    assert not found("Which customers are from Sweden?", sql, lexicon).agrees


def test_a_tree_that_was_changed_is_read_anew(lexicon: Lexicon) -> None:
    tree = parse("SELECT name FROM products ORDER BY price LIMIT 3", "sqlite")
    question = "Which three products are the cheapest?"
    assert check(question, "", tree, lexicon).agrees
    limit = tree.find(exp.Limit)
    assert limit is not None
    limit.set("expression", exp.Literal.number(7))
    assert not check(question, "", tree, lexicon).agrees


def test_words_of_the_query_make_a_question_closer(lexicon: Lexicon) -> None:
    sql = "SELECT name FROM products ORDER BY price DESC LIMIT 1"
    near = found("Which product has the highest price?", sql, lexicon)
    far = found("Which article is the most expensive?", sql, lexicon)
    assert near.agrees
    assert near.closeness > far.closeness
