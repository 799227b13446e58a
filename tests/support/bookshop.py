"""A small shop with everything that tells the rules of comparison apart, and gold queries about it."""

import sqlite3
from contextlib import closing
from pathlib import Path

SCRIPT = """
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT, born INTEGER);
CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, author_id INTEGER REFERENCES author (id), price REAL,
  pages INTEGER, note TEXT);
CREATE TABLE sale (id INTEGER PRIMARY KEY, book_id INTEGER REFERENCES book (id), amount INTEGER, paid REAL, day TEXT);
INSERT INTO author VALUES (1, 'Ada', 'Norway', 1950), (2, 'Bo', 'Chile', 1961), (3, 'Cy', NULL, NULL),
  (4, 'Dov', 'Norway', 1972), (5, 'Eve', '', 1961);
INSERT INTO book VALUES (1, 'Ice', 1, 10.0, 100, NULL), (2, 'Fire', 1, 12.5, 250, ''), (3, 'Salt', 2, 10.0, 100, 'new'),
  (4, 'Iron', 4, 7.25, 320, 'new'), (5, 'Mist', 4, 12.5, 90, NULL), (6, NULL, 3, NULL, 0, '');
INSERT INTO sale VALUES (1, 1, 3, 30.0, '2024-01-05'), (2, 1, 1, 9.9, '2024-02-07'), (3, 2, 2, 25.0, '2024-01-05'),
  (4, 3, 1, 10.0, '2024-03-01'), (5, 4, 5, 36.25, '2024-03-01'), (6, 4, 1, 7.25, '2024-03-09'),
  (7, 5, 2, 0.1, '2024-04-02'), (8, 5, 2, 0.2, '2024-04-02');
"""

GOLD = (
    "SELECT COUNT(*) FROM book",
    "SELECT name FROM author",
    "SELECT name, country FROM author",
    "SELECT country, name, born FROM author ORDER BY born DESC, name",
    "SELECT DISTINCT country FROM author",
    "SELECT DISTINCT price FROM book ORDER BY price",
    "SELECT COUNT(DISTINCT country) FROM author",
    "SELECT price FROM book",
    "SELECT price, price FROM book",
    "SELECT title, price, pages FROM book WHERE price > 7.5",
    "SELECT title FROM book WHERE note = 'new'",
    "SELECT title FROM book WHERE note = 'none such'",
    "SELECT title, note FROM book WHERE price > 100",
    "SELECT note FROM book",
    "SELECT T1.name FROM author AS T1 JOIN book AS T2 ON T1.id = T2.author_id",
    "SELECT T1.name, T2.title FROM author AS T1 JOIN book AS T2 ON T1.id = T2.author_id ORDER BY T2.title",
    "SELECT T1.name, COUNT(*) FROM author AS T1 JOIN book AS T2 ON T1.id = T2.author_id GROUP BY T1.id",
    "SELECT T2.title, SUM(T1.paid) FROM sale AS T1 JOIN book AS T2 ON T1.book_id = T2.id GROUP BY T2.id",
    "SELECT AVG(price) FROM book",
    "SELECT MIN(price), MAX(price) FROM book",
    "SELECT SUM(paid), SUM(amount) FROM sale",
    "SELECT day, SUM(paid) FROM sale GROUP BY day HAVING SUM(amount) > 1",
    "SELECT name FROM author ORDER BY born LIMIT 1",
    "SELECT title FROM book ORDER BY price DESC LIMIT 3",
    "SELECT title FROM book WHERE id IN (SELECT book_id FROM sale ORDER BY paid DESC LIMIT 2)",
    "SELECT name FROM author WHERE id NOT IN (SELECT author_id FROM book)",
    "SELECT name FROM author WHERE country = 'Norway' UNION SELECT name FROM author WHERE born = 1961",
    "SELECT country FROM author WHERE born > 1955 INTERSECT SELECT country FROM author WHERE born < 1970",
    "SELECT name FROM author EXCEPT SELECT name FROM author WHERE born IS NULL",
    "SELECT * FROM author WHERE born = 1961",
    "WITH spent AS (SELECT book_id, SUM(paid) AS total FROM sale GROUP BY book_id) SELECT MAX(total) FROM spent",
    "SELECT CASE WHEN pages > 99 THEN 1 ELSE 0 END, pages FROM book",
)


def write_bookshop(folder: Path) -> Path:
    """The shop as `folder/bookshop/bookshop.sqlite`; the folder."""
    path = folder / "bookshop" / "bookshop.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCRIPT)
    return folder
