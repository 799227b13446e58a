-- Queries of other dialects, each with the pipes it becomes. Read by test_decompiling_dialects.py.

-- postgres
SELECT DISTINCT ON (dept) dept, name FROM emp ORDER BY dept, salary DESC;
FROM emp |> EXTEND ROW_NUMBER() OVER (PARTITION BY dept ORDER BY dept, salary DESC) AS _row_number |> WHERE _row_number = 1 |> ORDER BY dept, salary DESC |> SELECT dept, name;

-- postgres
SELECT dept, count(*) FILTER (WHERE salary > 1) FROM emp GROUP BY ROLLUP (dept);
FROM emp |> AGGREGATE COUNT(*) FILTER(WHERE salary > 1) GROUP BY ROLLUP (dept);

-- postgres
SELECT name FROM emp ORDER BY salary NULLS FIRST FETCH FIRST 3 ROWS ONLY;
FROM emp |> ORDER BY salary NULLS FIRST |> LIMIT 3 |> SELECT name;

-- postgres
SELECT e.id, e.name FROM emp e NATURAL JOIN sales;
FROM emp AS e |> CROSS JOIN sales |> SELECT e.id, e.name;

-- postgres
SELECT id::text || 'a' AS t FROM emp WHERE name ILIKE 'a%' AND salary > ANY (SELECT amt FROM sales);
FROM emp |> WHERE name ILIKE 'a%' AND salary > ANY (FROM sales |> SELECT amt) |> SELECT CAST(id AS TEXT) || 'a' AS t;

-- postgres
SELECT dname, x.n FROM dept LEFT JOIN (SELECT dept AS d, COUNT(*) AS n FROM emp GROUP BY 1) x ON x.d = dname;
FROM dept AS t1 |> LEFT JOIN (FROM emp |> AGGREGATE COUNT(*) AS n GROUP BY dept AS d) AS x ON x.d = dname |> SELECT dname, x.n;

-- postgres
SELECT id FROM emp UNION SELECT x FROM nums INTERSECT SELECT emp_id FROM sales;
FROM emp |> SELECT id |> UNION DISTINCT (FROM nums |> SELECT x |> INTERSECT DISTINCT (FROM sales |> SELECT emp_id));

-- duckdb
SELECT name, salary FROM emp QUALIFY ROW_NUMBER() OVER (PARTITION BY dept ORDER BY salary DESC) = 1;
FROM emp |> EXTEND ROW_NUMBER() OVER (PARTITION BY dept ORDER BY salary DESC) AS _row_number |> WHERE _row_number = 1 |> SELECT name, salary;

-- duckdb
SELECT name, RANK() OVER (ORDER BY salary) AS r FROM emp QUALIFY r <= 3;
FROM emp |> EXTEND RANK() OVER (ORDER BY salary) AS r |> WHERE r <= 3 |> SELECT name, r;

-- duckdb
SELECT * EXCLUDE (hire) FROM emp;
FROM emp |> SELECT * EXCLUDE (hire);

-- duckdb
SELECT * REPLACE (salary * 2 AS salary) FROM emp;
FROM emp |> SELECT * REPLACE (salary * 2 AS salary);

-- duckdb
SELECT salary * 2 AS s, s + 1 AS t FROM emp;
FROM emp |> SELECT salary * 2 AS s, (salary * 2) + 1 AS t;

-- duckdb
SELECT dept, COUNT(*) FROM emp GROUP BY ALL;
FROM emp |> AGGREGATE COUNT(*) GROUP BY dept;

-- duckdb
FROM emp;
FROM emp;

-- duckdb
SELECT id FROM emp UNION BY NAME SELECT x AS id FROM nums;
FROM emp |> SELECT id |> UNION DISTINCT BY NAME (FROM nums |> SELECT x AS id);

-- duckdb
SELECT e.name FROM emp e SEMI JOIN sales s ON s.emp_id = e.id;
FROM emp AS e |> WHERE EXISTS(FROM sales AS s |> WHERE s.emp_id = e.id) |> SELECT e.name;

-- duckdb
SELECT unnest([1,2]) AS u FROM emp;
FROM emp |> SELECT UNNEST([1, 2]) AS u;

-- mysql
SELECT `name` FROM emp GROUP BY dept;
FROM emp |> AGGREGATE ANY_VALUE(`name`) AS `name` GROUP BY dept |> SELECT `name`;

-- mysql
SELECT dept, COUNT(*) FROM emp GROUP BY dept WITH ROLLUP;
FROM emp |> AGGREGATE COUNT(*) GROUP BY ROLLUP (dept);

-- mysql
SELECT name FROM emp ORDER BY id LIMIT 2, 3;
FROM emp |> ORDER BY id |> LIMIT 3 OFFSET 2 |> SELECT name;

-- mysql
SELECT GROUP_CONCAT(name ORDER BY id SEPARATOR ';') FROM emp;
FROM emp |> AGGREGATE GROUP_CONCAT(name ORDER BY id SEPARATOR ';');

-- mysql
SELECT IF(salary > 3, 'a', 'b') x FROM emp HAVING x = 'a';
FROM emp |> EXTEND IF(salary > 3, 'a', 'b') AS x |> WHERE x = 'a' |> SELECT x;

-- postgres
SELECT dept, mgr, count(*) FROM emp GROUP BY GROUPING SETS ((dept, mgr), (dept), ());
FROM emp |> AGGREGATE COUNT(*) GROUP BY GROUPING SETS ((dept, mgr), (dept), ());

-- postgres
SELECT dept, count(*) AS n FROM emp GROUP BY CUBE (dept, mgr) ORDER BY dept;
FROM emp |> AGGREGATE COUNT(*) AS n GROUP BY CUBE (dept, mgr) |> SELECT dept, n |> ORDER BY dept;

-- duckdb
SELECT id FROM emp UNION ALL BY NAME SELECT x FROM nums UNION ALL BY NAME SELECT x, id FROM nums JOIN emp ON x = id ORDER BY x, 1;
FROM emp |> SELECT id |> FULL UNION ALL BY NAME (FROM nums |> SELECT x) |> UNION ALL BY NAME (FROM nums |> JOIN emp ON x = id |> SELECT x, id) |> ORDER BY x, id;

-- duckdb
SELECT x FROM (SELECT id FROM emp UNION ALL BY NAME SELECT x FROM nums) WHERE id IS NULL;
FROM emp |> SELECT id |> FULL UNION ALL BY NAME (FROM nums |> SELECT x) |> WHERE id IS NULL |> SELECT x;
