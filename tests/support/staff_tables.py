"""Four small tables with NULLs, duplicates and a column named like another table: what decompiled queries run on."""

from googlesql import Table

STAFF = {
    "emp": Table(
        (
            ("id", "INT64"),
            ("name", "STRING"),
            ("dept", "STRING"),
            ("mgr", "INT64"),
            ("salary", "INT64"),
            ("bonus", "FLOAT64"),
            ("hire", "STRING"),
        ),
        (
            (1, "Ann", "eng", None, 120, 10.5, "2019-01-05"),
            (2, "Bob", "eng", 1, 100, None, "2020-03-01"),
            (3, "Cid", "eng", 1, 100, 5.0, "2021-07-09"),
            (4, "Dee", "ops", 1, 80, 2.5, "2018-11-11"),
            (5, "Eve", "ops", 4, 70, None, "2022-02-02"),
            (6, "Fay", "hr", 1, 90, 1.0, "2020-12-31"),
            (7, "Gus", None, 6, 60, None, "2023-05-05"),
        ),
    ),
    "dept": Table(
        (("dname", "STRING"), ("city", "STRING"), ("budget", "INT64")),
        (("eng", "Oslo", 1000), ("ops", "Rome", 500), ("fin", "Paris", None)),
    ),
    "sales": Table(
        (("emp_id", "INT64"), ("yr", "INT64"), ("q", "STRING"), ("amt", "INT64")),
        ((1, 2020, "Q1", 10), (1, 2021, "Q2", 5), (2, 2020, "Q1", 7), (2, 2020, "Q1", 7), (4, 2021, "Q3", None)),
    ),
    "nums": Table((("x", "INT64"),), ((1,), (2,), (3,), (100,))),
}
