-- Pipe queries, each with the SQLite it becomes. Read by test_compiling.py.

FROM emp;
SELECT * FROM emp;

FROM emp |> WHERE salary > 80 |> SELECT name;
SELECT name FROM emp WHERE salary > 80;

FROM emp |> SELECT name, salary * 2 AS twice |> WHERE twice > 150;
SELECT name, salary * 2 AS twice FROM emp WHERE salary * 2 > 150;

FROM emp |> EXTEND salary * 2 AS twice |> SET name = UPPER(name) |> DROP mgr, hired |> RENAME dept AS unit;
SELECT id, UPPER(emp.name) AS name, dept AS unit, salary, salary * 2 AS twice FROM emp;

FROM emp |> AGGREGATE COUNT(*) AS n, SUM(salary) AS total GROUP BY dept |> WHERE n > 1 |> ORDER BY total DESC;
SELECT dept, COUNT(*) AS n, SUM(salary) AS total FROM emp GROUP BY dept HAVING COUNT(*) > 1 ORDER BY SUM(salary) DESC;

FROM emp |> AGGREGATE COUNT(*) AS n GROUP BY SUBSTR(hired, 1, 4) AS year |> SELECT year, n;
SELECT SUBSTRING(hired, 1, 4) AS year, COUNT(*) AS n FROM emp GROUP BY SUBSTRING(hired, 1, 4);

FROM emp |> ORDER BY salary DESC |> LIMIT 3 |> SELECT name;
SELECT name FROM emp ORDER BY salary DESC LIMIT 3;

FROM emp |> ORDER BY salary DESC |> LIMIT 3 |> WHERE dept = 'eng';
SELECT id, name, dept, mgr, salary, hired FROM (SELECT * FROM emp ORDER BY salary DESC LIMIT 3) AS _1 WHERE dept = 'eng';

FROM emp |> LIMIT 5 OFFSET 1 |> LIMIT 3 OFFSET 2;
SELECT id, name, dept, mgr, salary, hired FROM (SELECT * FROM emp LIMIT 5 OFFSET 1) AS _1 LIMIT 3 OFFSET 2;

FROM emp |> SELECT DISTINCT dept |> AGGREGATE COUNT(*) AS n;
SELECT COUNT(*) AS n FROM (SELECT DISTINCT dept FROM emp) AS _1;

FROM emp |> DISTINCT |> EXTEND COUNT(*) OVER () AS n;
SELECT id, name, dept, mgr, salary, hired, COUNT(*) OVER () AS n FROM (SELECT DISTINCT * FROM emp) AS _1;

FROM emp |> EXTEND RANK() OVER (PARTITION BY dept ORDER BY salary DESC) AS r |> WHERE r = 1 |> SELECT name, dept;
SELECT name, dept FROM (SELECT name, dept, RANK() OVER (PARTITION BY dept ORDER BY salary DESC) AS r FROM emp) AS _1 WHERE r = 1;

FROM emp AS e |> JOIN dept AS d ON e.dept = d.dname |> WHERE d.city = 'Oslo' |> SELECT e.name;
SELECT e.name FROM emp AS e JOIN dept AS d ON e.dept = d.dname WHERE d.city = 'Oslo';

FROM emp AS e |> WHERE salary > 80 |> RIGHT JOIN dept AS d ON e.dept = d.dname |> SELECT d.dname, e.name;
SELECT d.dname, _1.name FROM (SELECT name, dept FROM emp AS e WHERE salary > 80) AS _1 RIGHT JOIN dept AS d ON _1.dept = d.dname;

FROM emp AS a |> JOIN emp AS b USING (dept) |> SELECT dept, a.name, b.name AS other;
SELECT a.dept, a.name, b.name AS other FROM emp AS a JOIN emp AS b ON a.dept = b.dept;

FROM emp AS e |> SET salary = 0 |> WHERE e.salary > 80 |> SELECT name, salary;
SELECT name, 0 AS salary FROM emp AS e WHERE e.salary > 80;

FROM emp AS e |> WHERE salary > (FROM emp AS f |> WHERE f.dept = e.dept |> AGGREGATE AVG(salary)) |> SELECT name;
SELECT e.name FROM emp AS e WHERE e.salary > (SELECT AVG(f.salary) FROM emp AS f WHERE f.dept = e.dept);

FROM emp |> WHERE id NOT IN (FROM emp |> WHERE mgr IS NOT NULL |> SELECT mgr) |> SELECT name;
SELECT emp.name FROM emp WHERE emp.id NOT IN (SELECT emp_2.mgr FROM emp AS emp_2 WHERE emp_2.mgr IS NOT NULL);

FROM emp |> SELECT dept |> UNION DISTINCT (FROM dept |> SELECT dname) |> ORDER BY dept |> LIMIT 3;
SELECT dept FROM (SELECT dept FROM emp UNION SELECT dname FROM dept) AS _1 ORDER BY dept LIMIT 3;

FROM emp |> SELECT dept |> EXCEPT ALL (FROM dept |> SELECT dname);
SELECT dept FROM (SELECT dept, ROW_NUMBER() OVER (PARTITION BY dept) AS "copy" FROM emp EXCEPT SELECT dname, ROW_NUMBER() OVER (PARTITION BY dname) FROM dept) AS _1;

FROM emp |> SELECT id |> UNION ALL (SELECT 1) |> INTERSECT DISTINCT (SELECT 2);
SELECT id FROM emp UNION ALL SELECT 1 AS column_1 INTERSECT SELECT 2 AS column_1;

FROM emp AS a, emp AS b |> SELECT a.id, b.id |> LIMIT 0 |> UNION ALL (SELECT 1, 2);
SELECT _1.id, id_2 AS id FROM (SELECT a.id, b.id AS id_2 FROM emp AS a CROSS JOIN emp AS b LIMIT 0) AS _1 UNION ALL SELECT 1 AS column_1, 2 AS column_2;

WITH big AS (FROM emp |> WHERE salary > 80) FROM big AS a |> JOIN big AS b ON a.mgr = b.id |> SELECT a.name, b.name AS boss;
WITH big AS (SELECT * FROM emp WHERE salary > 80) SELECT a.name, b.name AS boss FROM big AS a JOIN big AS b ON a.mgr = b.id;

FROM emp |> AGGREGATE SUM(salary) AS s GROUP BY ROLLUP (dept);
SELECT dept, SUM(salary) AS s FROM emp GROUP BY dept UNION ALL SELECT NULL, SUM(salary) FROM emp HAVING COUNT(*) > 0;

FROM emp |> SELECT dept, salary |> PIVOT (SUM(salary) AS s FOR dept IN ('eng', 'ops'));
SELECT SUM(CASE WHEN dept = 'eng' THEN salary END) AS s_eng, SUM(CASE WHEN dept = 'ops' THEN salary END) AS s_ops FROM emp;

FROM emp |> SELECT id, name, dept |> UNPIVOT (value FOR kind IN (name, dept));
SELECT id, name AS value, 'name' AS kind FROM emp WHERE NOT (name IS NULL) UNION ALL SELECT id, dept, 'dept' FROM emp WHERE NOT (dept IS NULL);

FROM emp |> AGGREGATE ANY_VALUE(name HAVING MAX salary) AS top, MAX(salary) AS most GROUP BY dept;
SELECT dept, name AS top, MAX(salary) AS most FROM emp GROUP BY dept;

FROM emp |> AGGREGATE STRING_AGG(name, ',' ORDER BY id) AS names GROUP BY dept;
SELECT dept, COALESCE(MAX(chosen), CASE WHEN COUNT(name) > 0 THEN '' END) AS names FROM (SELECT dept, GROUP_CONCAT(name, ',') OVER (PARTITION BY dept ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS chosen, name FROM emp) AS _1 GROUP BY dept;

SELECT 1 AS n |> RECURSIVE UNION ALL (FROM r |> WHERE n < 4 |> SELECT n + 1 AS n) AS r;
WITH RECURSIVE r(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 4) SELECT n FROM r AS _2;

FROM emp |> WHERE name LIKE 'A%' OR LOWER(name) LIKE '%e' |> SELECT name;
SELECT name FROM emp WHERE name GLOB 'A*' OR LOWER(name) LIKE '%e';

FROM emp |> SELECT DIV(salary, 7) AS d, salary / 7 AS q, MOD(salary, 7) AS m;
SELECT salary / 7 AS d, CAST(salary AS REAL) / 7 AS q, salary % 7 AS m FROM emp;

FROM emp |> ORDER BY hired |> SELECT name, salary + 1 AS hired;
SELECT name, salary + 1 AS hired FROM emp ORDER BY emp.hired;

SELECT 1 AS n, 'x' AS s |> RECURSIVE UNION ALL (|> WHERE n < 4 |> SET n = n + 1) AS r |> AGGREGATE SUM(r.n) AS total;
WITH RECURSIVE r(n, s) AS (SELECT 1 AS n, 'x' AS s UNION ALL SELECT n + 1, s FROM r WHERE n < 4) SELECT SUM(n) AS total FROM r AS _2;

FROM emp |> SELECT mgr |> RECURSIVE UNION DISTINCT (|> JOIN emp AS boss ON boss.id = r.mgr |> SELECT boss.mgr) AS r;
WITH RECURSIVE r(mgr) AS (SELECT mgr FROM emp UNION SELECT boss.mgr FROM r JOIN emp AS boss ON boss.id = r.mgr) SELECT mgr FROM r AS _1;

FROM emp |> IF FALSE THEN (|> SELECT nothing) ELSEIF TRUE THEN (|> WHERE salary > 90 |> SELECT id) ELSE (|> LIMIT 1);
SELECT id FROM emp WHERE salary > 90;

FROM emp |> WITH d AS (FROM dept |> DROP budget) |> WITH d AS (FROM d |> WHERE city = 'Oslo') |> JOIN d ON dept = dname |> SELECT name, city;
WITH d AS (SELECT dname, city FROM dept), d_2 AS (SELECT * FROM d AS d_2 WHERE city = 'Oslo') SELECT emp.name, d.city FROM emp JOIN d_2 AS d ON emp.dept = d.dname;

FROM emp |> JOIN (FROM dept |> WITH x AS (FROM emp |> SELECT dept AS dname, salary) |> JOIN x USING (dname)) AS j ON dept = j.dname |> SELECT name, j.salary;
SELECT emp.name, j.salary FROM emp JOIN (WITH x AS (SELECT dept AS dname, salary FROM emp AS emp_2) SELECT x.salary, dept.dname FROM dept JOIN x ON dept.dname = x.dname) AS j ON emp.dept = j.dname;

FROM emp |> SELECT id, dept |> PIVOT(COUNT(*) FOR SUBSTR(dept, 1, 1) IN ('e' AS eng, 'o' AS ops)) AS p |> SELECT p.eng, ops;
SELECT COUNT(CASE WHEN SUBSTRING(dept, 1, 1) = 'e' THEN 1 END) AS eng, COUNT(CASE WHEN SUBSTRING(dept, 1, 1) = 'o' THEN 1 END) AS ops FROM emp GROUP BY id;

FROM emp |> AGGREGATE COUNT(* WHERE salary > 90) AS rich, SUM(salary WHERE name LIKE 'A%') AS paid GROUP BY dept;
SELECT dept, COUNT(CASE WHEN salary > 90 THEN 1 END) AS rich, SUM(CASE WHEN name GLOB 'A*' THEN salary END) AS paid FROM emp GROUP BY dept;

FROM emp |> WHERE dept IN (FROM dept |> WHERE budget < 0 |> AGGREGATE MIN(budget) AS least |> SELECT emp.dept) |> SELECT name;
SELECT emp.name FROM emp WHERE emp.dept IN (SELECT emp.dept FROM (SELECT MIN(dept.budget) AS one FROM dept WHERE dept.budget < 0) AS _1);

FROM emp |> WHERE EXISTS (FROM dept |> WHERE budget < 0 |> AGGREGATE COUNT(*) AS n |> SELECT DISTINCT emp.dept AS d) |> SELECT name;
SELECT emp.name FROM emp WHERE EXISTS(SELECT DISTINCT emp.dept AS d FROM (SELECT COUNT(*) AS one FROM dept WHERE dept.budget < 0) AS _1);

SELECT CAST(0.5 AS INT64) AS c, CAST(salary / 2 AS INT64) AS half FROM emp |> WHERE c = 1 |> SELECT half;
SELECT half FROM (SELECT CAST(ROUND(0.5) AS INTEGER) AS c, CAST(ROUND(CAST(salary AS REAL) / 2) AS INTEGER) AS half FROM emp) AS _1 WHERE c = 1;

FROM emp |> WHERE EXISTS (FROM dept |> SET budget = emp.salary |> AGGREGATE SUM(budget + 1) AS paid) |> SELECT name;
SELECT emp.name FROM emp WHERE EXISTS(SELECT SUM(_1.budget + 1) AS paid FROM (SELECT emp.salary AS budget FROM dept) AS _1);
