-- Queries of SQLite, each with the GoogleSQL it becomes. Read by test_to_googlesql.py.

SELECT id, salary / 7 AS d FROM emp;
FROM emp |> SELECT id, DIV(salary, 7) AS d;

SELECT id, salary / id AS d FROM emp;
FROM emp |> SELECT id, DIV(salary, NULLIF(id, 0)) AS d;

SELECT id, bonus / 2 AS d FROM emp;
FROM emp |> SELECT id, bonus / 2 AS d;

SELECT id, salary % 7 AS d FROM emp;
FROM emp |> SELECT id, MOD(salary, 7) AS d;

SELECT id FROM emp WHERE name LIKE 'a%';
FROM emp |> WHERE LOWER(name) LIKE 'a%' |> SELECT id;

SELECT id FROM emp WHERE name NOT LIKE '%A%';
FROM emp |> WHERE LOWER(name) NOT LIKE '%a%' |> SELECT id;

SELECT id FROM emp WHERE name LIKE '_%\\%';
FROM emp |> WHERE name LIKE '_%\\\\\\\\%' |> SELECT id;

SELECT id FROM emp WHERE name LIKE '%!%%' ESCAPE '!';
FROM emp |> WHERE name LIKE '%\\%%' |> SELECT id;

SELECT id, IIF(salary > 90, 'h', 'l') AS k FROM emp;
FROM emp |> SELECT id, IF(salary > 90, 'h', 'l') AS k;

SELECT id FROM emp WHERE strftime('%Y', hire) > '2020';
FROM emp |> WHERE FORMAT_DATETIME('%Y', SAFE_CAST(hire AS DATETIME)) > '2020' |> SELECT id;

SELECT id FROM emp WHERE date(hire, 'start of month', '+1 month') > '2020-01-05';
FROM emp |> WHERE FORMAT_DATETIME('%F', DATETIME_ADD(DATETIME_TRUNC(SAFE_CAST(hire AS DATETIME), MONTH), INTERVAL 1 MONTH)) > '2020-01-05' |> SELECT id;

SELECT id FROM emp WHERE date('2020-01-28', '+1 month') < hire;
FROM emp |> WHERE FORMAT_DATETIME('%F', DATETIME_ADD(SAFE_CAST('2020-01-28' AS DATETIME), INTERVAL 1 MONTH)) < hire |> SELECT id;

SELECT id, julianday(hire) - julianday('2019-01-01') AS days FROM emp WHERE id = 1;
FROM emp |> WHERE id = 1 |> SELECT id, (UNIX_SECONDS(CAST(SAFE_CAST(hire AS DATETIME) AS TIMESTAMP)) / 86400.0 + 2440587.5) - (UNIX_SECONDS(CAST(SAFE_CAST('2019-01-01' AS DATETIME) AS TIMESTAMP)) / 86400.0 + 2440587.5) AS days;

SELECT id, CAST(salary AS REAL) / 7 AS d FROM emp;
FROM emp |> SELECT id, CAST(salary AS FLOAT64) / 7 AS d;

SELECT id, CAST(hire AS INTEGER) AS y FROM emp;
FROM emp |> SELECT id, COALESCE(SAFE_CAST(REGEXP_EXTRACT(hire, '^\\s*([+-]?[0-9]+)') AS INT64), IF(hire IS NULL, NULL, 0)) AS y;

SELECT id, CAST(bonus AS INTEGER) AS b FROM emp;
FROM emp |> SELECT id, CAST(TRUNC(bonus) AS INT64) AS b;

SELECT id FROM emp WHERE dept = "eng";
FROM emp |> WHERE dept = 'eng' |> SELECT id;

SELECT id FROM emp WHERE salary = '100';
FROM emp |> WHERE salary = 100 |> SELECT id;

SELECT id FROM emp WHERE salary IN ('100', '120');
FROM emp |> WHERE salary IN (100, 120) |> SELECT id;

SELECT id FROM emp WHERE salary <> 'abc';
FROM emp |> WHERE CAST(salary AS STRING) <> 'abc' |> SELECT id;

SELECT id FROM emp WHERE name = 5;
FROM emp |> WHERE name = '5' |> SELECT id;

SELECT id FROM emp WHERE bonus;
FROM emp |> WHERE bonus <> 0 |> SELECT id;

SELECT id FROM emp WHERE NOT bonus;
FROM emp |> WHERE NOT bonus <> 0 |> SELECT id;

SELECT dept, SUM(salary > 90) AS hi FROM emp GROUP BY dept;
FROM emp |> AGGREGATE SUM(CAST(salary > 90 AS INT64)) AS hi GROUP BY dept;

SELECT SUM(hire) AS s FROM emp;
FROM emp |> AGGREGATE SUM(COALESCE(SAFE_CAST(REGEXP_EXTRACT(hire, '^\\s*([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)') AS FLOAT64), IF(hire IS NULL, NULL, 0))) AS s;

SELECT TOTAL(bonus) AS t FROM emp;
FROM emp |> AGGREGATE IFNULL(CAST(SUM(bonus) AS FLOAT64), 0.0) AS t;

SELECT dept, COUNT(*) FILTER (WHERE salary > 90) AS n, SUM(salary) FILTER (WHERE mgr = 1) AS s FROM emp GROUP BY dept;
FROM emp |> AGGREGATE COUNTIF(salary > 90) AS n, SUM(IF(mgr = 1, salary, NULL)) AS s GROUP BY dept;

SELECT dept, GROUP_CONCAT(id, ';') AS l FROM (SELECT * FROM emp ORDER BY id) GROUP BY dept;
FROM emp |> AGGREGATE STRING_AGG(CAST(id AS STRING), ';' ORDER BY id) AS l GROUP BY dept;

SELECT name || id AS k FROM emp;
FROM emp |> SELECT name || CAST(id AS STRING) AS k;

SELECT SUBSTR(hire, 1, 4) AS y FROM emp;
FROM emp |> SELECT SUBSTR(hire, 1, 4) AS y;

SELECT MAX(id, salary) AS m FROM emp;
FROM emp |> SELECT GREATEST(id, salary) AS m;

SELECT id FROM emp WHERE mgr IS 1;
FROM emp |> WHERE mgr IS NOT DISTINCT FROM 1 |> SELECT id;

SELECT id FROM emp WHERE mgr IS NOT salary;
FROM emp |> WHERE mgr IS DISTINCT FROM salary |> SELECT id;

SELECT id FROM emp ORDER BY id LIMIT 1, 2;
FROM emp |> SELECT id |> ORDER BY id |> LIMIT 2 OFFSET 1;

SELECT id FROM emp WHERE (dept, salary) IN (SELECT dept, MAX(salary) FROM emp GROUP BY dept);
FROM emp |> WHERE (dept, salary) IN (FROM emp |> AGGREGATE MAX(salary) GROUP BY dept |> SELECT AS STRUCT *) |> SELECT id;

SELECT id FROM emp WHERE name IN (SELECT x FROM nums);
FROM emp |> WHERE name IN (FROM nums |> SELECT SAFE_CAST(x AS STRING) AS value) |> SELECT id;

SELECT id FROM emp WHERE id IN (SELECT hire FROM emp);
FROM emp |> WHERE id IN (FROM emp |> SELECT SAFE_CAST(hire AS INT64) AS value) |> SELECT id;

SELECT name FROM emp ORDER BY name COLLATE NOCASE DESC;
FROM emp |> ORDER BY LOWER(name) DESC |> SELECT name;

SELECT CASE dept WHEN 'eng' THEN 1 ELSE 2 END AS k FROM emp WHERE CASE WHEN salary THEN 1 END;
FROM emp |> WHERE CASE WHEN salary <> 0 THEN 1 END <> 0 |> SELECT CASE dept WHEN 'eng' THEN 1 ELSE 2 END AS k;

SELECT name, MAX(salary) AS m FROM emp GROUP BY dept;
FROM emp |> AGGREGATE ANY_VALUE(name HAVING MAX salary) AS name, MAX(salary) AS m GROUP BY dept |> SELECT name, m;

SELECT id, salary > 90 AS b FROM emp WHERE (salary > 90) + (id > 1) = 2;
FROM emp |> WHERE CAST((salary > 90) AS INT64) + CAST((id > 1) AS INT64) = 2 |> SELECT id, salary > 90 AS b;

SELECT COUNT(*) * 100 / (SELECT COUNT(*) FROM emp) AS share FROM emp WHERE dept = 'eng';
FROM emp |> WHERE dept = 'eng' |> AGGREGATE COUNT(*) AS _n |> SELECT DIV(_n * 100, NULLIF((FROM emp |> AGGREGATE COUNT(*)), 0)) AS share;

SELECT AVG(salary) FROM emp WHERE hire BETWEEN '2019-01-01' AND '2020-12-31';
FROM emp |> WHERE hire BETWEEN '2019-01-01' AND '2020-12-31' |> AGGREGATE AVG(salary);

SELECT name FROM emp, dept WHERE dept = dname ORDER BY city;
FROM emp |> JOIN dept AS t2 ON dept = dname |> ORDER BY city |> SELECT name;

SELECT name FROM main.emp WHERE NOT dept IN ();
FROM emp |> WHERE NOT FALSE |> SELECT name;
