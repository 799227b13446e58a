"""A company in two tables, with NULLs, equals and names of two cases: what the golden pairs of pipes run on."""

from googlesql import Table

EMP = (
    ("id", "INT64"),
    ("name", "STRING"),
    ("dept", "STRING"),
    ("mgr", "INT64"),
    ("salary", "INT64"),
    ("hired", "STRING"),
)
TABLES = {
    "emp": Table(
        EMP,
        [
            (1, "Ann", "eng", None, 120, "2019-01-05"),
            (2, "Bob", "eng", 1, 100, "2020-03-01"),
            (3, "abe", "eng", 1, 95, "2020-07-09"),
            (4, "Dee", "ops", 1, 80, "2018-11-11"),
            (5, "Eve", "ops", 4, None, "2022-02-02"),
            (6, "Fay", "hr", 1, 90, "2020-12-31"),
            (7, "Gus", None, 6, 60, "2023-05-05"),
        ],
    ),
    "dept": Table(
        (("dname", "STRING"), ("city", "STRING"), ("budget", "INT64")),
        [("eng", "Oslo", 1000), ("ops", "Rome", 500), ("fin", "Paris", None)],
    ),
}
