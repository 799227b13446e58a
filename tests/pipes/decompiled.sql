-- Queries of SQLite, each with the pipes it becomes. Read by test_decompiling.py.

SELECT name FROM emp WHERE salary > 80 AND dept = "eng";
FROM emp |> WHERE salary > 80 AND dept = 'eng' |> SELECT name;

SELECT dept, COUNT(*) AS n FROM emp GROUP BY dept HAVING COUNT(*) > 1 AND MAX(salary) < 110;
FROM emp |> AGGREGATE COUNT(*) AS n, MAX(salary) AS _max_salary GROUP BY dept |> WHERE n > 1 AND _max_salary < 110 |> SELECT dept, n;

SELECT dept FROM emp GROUP BY dept ORDER BY COUNT(*) DESC, dept LIMIT 1;
FROM emp |> AGGREGATE COUNT(*) AS _n GROUP BY dept |> ORDER BY _n DESC, dept |> LIMIT 1 |> SELECT dept;

SELECT SUBSTR(hire, 1, 4) AS yr, COUNT(*) FROM emp GROUP BY 1;
FROM emp |> AGGREGATE COUNT(*) GROUP BY SUBSTRING(hire, 1, 4) AS yr;

SELECT mgr + COUNT(*) AS z, dept FROM emp GROUP BY dept, mgr;
FROM emp |> AGGREGATE COUNT(*) AS _n GROUP BY dept, mgr |> SELECT mgr + _n AS z, dept;

SELECT name, MAX(salary) AS m FROM emp GROUP BY dept;
FROM emp |> AGGREGATE ANY_VALUE(name HAVING MAX salary) AS name, MAX(salary) AS m GROUP BY dept |> SELECT name, m;

SELECT name, COUNT(*) AS n FROM emp GROUP BY dept;
FROM emp |> AGGREGATE ANY_VALUE(name) AS name, COUNT(*) AS n GROUP BY dept |> SELECT name, n;

SELECT id, -salary AS salary FROM emp ORDER BY salary, id;
FROM emp |> SELECT id, -salary AS salary |> ORDER BY salary, id;

SELECT name, salary / 10 AS s FROM emp ORDER BY s, id DESC;
FROM emp |> EXTEND salary / 10 AS s |> ORDER BY s, id DESC |> SELECT name, s;

SELECT DISTINCT dept FROM emp ORDER BY dept DESC LIMIT 2;
FROM emp |> SELECT DISTINCT dept |> ORDER BY dept DESC |> LIMIT 2;

SELECT name FROM emp AS e WHERE NOT EXISTS (SELECT 1 FROM sales AS s WHERE s.emp_id = e.id);
FROM emp AS e |> WHERE NOT EXISTS(FROM sales AS s |> WHERE s.emp_id = e.id) |> SELECT name;

SELECT name, salary - (SELECT AVG(salary) FROM emp) AS d FROM emp;
FROM emp |> SELECT name, salary - (FROM emp |> AGGREGATE AVG(salary)) AS d;

SELECT name FROM (SELECT name, RANK() OVER (PARTITION BY dept ORDER BY salary DESC) AS r FROM emp) AS t WHERE r = 1;
FROM emp |> EXTEND RANK() OVER (PARTITION BY dept ORDER BY salary DESC) AS r |> WHERE r = 1 |> SELECT name;

SELECT AVG(n) AS a FROM (SELECT COUNT(*) AS n FROM emp GROUP BY dept) AS t;
FROM emp |> AGGREGATE COUNT(*) AS n GROUP BY dept |> AGGREGATE AVG(n) AS a;

SELECT a.dept, e.name FROM (SELECT dept, MAX(salary) AS ms FROM emp GROUP BY dept) AS a JOIN emp AS e ON e.dept = a.dept AND e.salary = a.ms;
FROM emp |> AGGREGATE MAX(salary) AS ms GROUP BY dept |> AS a |> JOIN emp AS e ON e.dept = a.dept AND e.salary = a.ms |> SELECT a.dept, e.name;

SELECT d.dname, c.n FROM dept AS d LEFT JOIN (SELECT dept, COUNT(*) AS n FROM emp GROUP BY dept) AS c ON c.dept = d.dname;
FROM dept AS d |> LEFT JOIN (FROM emp |> AGGREGATE COUNT(*) AS n GROUP BY dept) AS c ON c.dept = d.dname |> SELECT d.dname, c.n;

WITH RECURSIVE r(id, lvl) AS (SELECT id, 0 FROM emp WHERE mgr IS NULL UNION ALL SELECT e.id, r.lvl + 1 FROM emp AS e JOIN r ON e.mgr = r.id) SELECT lvl, COUNT(*) AS n FROM r GROUP BY lvl;
WITH RECURSIVE r AS ((FROM emp |> WHERE mgr IS NULL |> SELECT id, 0 AS lvl) UNION ALL (FROM emp AS e |> JOIN r ON e.mgr = r.id |> SELECT e.id, r.lvl + 1)) FROM r |> AGGREGATE COUNT(*) AS n GROUP BY lvl;

SELECT dept, GROUP_CONCAT(name) AS l FROM (SELECT * FROM emp ORDER BY id) GROUP BY dept;
FROM emp |> AGGREGATE GROUP_CONCAT(name ORDER BY id) AS l GROUP BY dept;

SELECT (SELECT COUNT(*) FROM emp) - (SELECT COUNT(*) FROM dept) AS d;
SELECT (FROM emp |> AGGREGATE COUNT(*)) AS _value, (FROM dept |> AGGREGATE COUNT(*)) AS _value2 |> SELECT _value - _value2 AS d;

SELECT column1 AS a FROM (VALUES (1, 'x'), (2, 'y')) WHERE column2 <> 'x';
SELECT 1 AS column1, 'x' AS column2 |> UNION ALL (SELECT 2, 'y') |> WHERE column2 <> 'x' |> SELECT column1 AS a;

SELECT e.name FROM emp AS e WHERE (dept, salary) IN (SELECT dept, MAX(salary) FROM emp GROUP BY dept);
FROM emp AS e |> WHERE (dept, salary) IN (FROM emp |> AGGREGATE MAX(salary) GROUP BY dept) |> SELECT e.name;

SELECT dept.dname, emp.name FROM dept LEFT JOIN emp ON dept = dname AND salary > 90;
FROM dept AS t1 |> LEFT JOIN emp ON dept = dname AND salary > 90 |> SELECT t1.dname, emp.name;

SELECT * FROM emp;
FROM emp;

SELECT e.* FROM emp e JOIN dept ON dept = dname;
FROM emp AS e |> JOIN dept AS t2 ON dept = dname |> SELECT e.*;

SELECT *, salary*2 AS d FROM emp WHERE d > 3;
FROM emp |> EXTEND salary * 2 AS d |> WHERE d > 3;

SELECT *, ROW_NUMBER() OVER (ORDER BY id) AS r FROM emp ORDER BY r;
FROM emp |> EXTEND ROW_NUMBER() OVER (ORDER BY id) AS r |> ORDER BY r;

SELECT DISTINCT * FROM emp ORDER BY 2;
FROM emp |> DISTINCT |> ORDER BY name;

SELECT COUNT(*) FROM emp;
FROM emp |> AGGREGATE COUNT(*);

SELECT dept, COUNT(*) FROM emp GROUP BY dept;
FROM emp |> AGGREGATE COUNT(*) GROUP BY dept;

SELECT COUNT(*), dept FROM emp GROUP BY dept ORDER BY 1 DESC, dept;
FROM emp |> AGGREGATE COUNT(*) AS n GROUP BY dept |> SELECT n, dept |> ORDER BY n DESC, dept;

SELECT dept, COUNT(*)+1 AS n FROM emp GROUP BY dept ORDER BY n DESC LIMIT 1;
FROM emp |> AGGREGATE COUNT(*) + 1 AS n GROUP BY dept |> ORDER BY n DESC |> LIMIT 1;

SELECT dept AS d, COUNT(*) AS dept FROM emp GROUP BY d ORDER BY dept;
FROM emp |> AGGREGATE COUNT(*) AS dept GROUP BY dept AS d |> ORDER BY dept;

SELECT e.name, m.name, COUNT(*) FROM emp e JOIN emp m ON e.mgr=m.id GROUP BY e.name, m.name;
FROM emp AS e |> JOIN emp AS m ON e.mgr = m.id |> AGGREGATE COUNT(*) GROUP BY e.name, m.name;

SELECT e.name, m.name, COUNT(*) AS n FROM emp e JOIN emp m ON e.mgr=m.id GROUP BY e.name, m.name HAVING m.name <> 'x' ORDER BY e.name;
FROM emp AS e |> JOIN emp AS m ON e.mgr = m.id |> AGGREGATE COUNT(*) AS n GROUP BY e.name AS _name2, m.name AS _name |> WHERE _name <> 'x' |> ORDER BY _name2 |> SELECT _name2 AS name, _name AS name, n;

SELECT e.name FROM emp e JOIN emp m ON e.mgr=m.id ORDER BY m.salary, e.name;
FROM emp AS e |> JOIN emp AS m ON e.mgr = m.id |> ORDER BY m.salary, e.name |> SELECT e.name;

SELECT e.name, m.name FROM emp e JOIN emp m ON e.mgr=m.id ORDER BY m.name, e.name;
FROM emp AS e |> JOIN emp AS m ON e.mgr = m.id |> ORDER BY m.name, e.name |> SELECT e.name, m.name;

SELECT DISTINCT e.name, m.name FROM emp e JOIN emp m ON e.mgr=m.id ORDER BY m.name, e.name;
FROM emp AS e |> JOIN emp AS m ON e.mgr = m.id |> SELECT DISTINCT e.name, m.name AS name2 |> ORDER BY name2, name;

SELECT MAX(salary) AS dept FROM emp GROUP BY dept;
FROM emp |> AGGREGATE MAX(salary) AS _dept GROUP BY dept |> SELECT _dept AS dept;

SELECT dept, MAX(salary) AS dept FROM emp GROUP BY dept HAVING COUNT(*) > 1;
FROM emp |> AGGREGATE MAX(salary) AS _dept, COUNT(*) AS _n GROUP BY dept |> WHERE _n > 1 |> SELECT dept, _dept AS dept;

SELECT name FROM emp e WHERE EXISTS (SELECT dept, COUNT(*) FROM sales s WHERE s.emp_id = e.id GROUP BY yr HAVING COUNT(*) > 1);
FROM emp AS e |> WHERE EXISTS(FROM sales AS s |> WHERE s.emp_id = e.id |> AGGREGATE COUNT(*) AS n GROUP BY yr |> WHERE n > 1 |> SELECT dept, n) |> SELECT name;

SELECT dept, (SELECT COUNT(*) FROM emp AS f WHERE f.dept = e.dept) AS c FROM emp AS e GROUP BY dept;
FROM emp AS e |> AGGREGATE GROUP BY dept AS _dept |> SELECT _dept AS dept, (FROM emp AS f |> WHERE f.dept = _dept |> AGGREGATE COUNT(*)) AS c;

SELECT dept FROM emp AS e GROUP BY dept HAVING COUNT(*) > (SELECT COUNT(*) FROM emp f WHERE f.dept < e.dept);
FROM emp AS e |> AGGREGATE COUNT(*) AS _n GROUP BY dept AS _dept |> WHERE _n > (FROM emp AS f |> WHERE f.dept < _dept |> AGGREGATE COUNT(*)) |> SELECT _dept AS dept;

SELECT a.n FROM (SELECT COUNT(*) AS n FROM emp GROUP BY dept ORDER BY dept LIMIT 2) AS a ORDER BY a.n;
FROM emp |> AGGREGATE COUNT(*) AS n GROUP BY dept |> ORDER BY dept |> LIMIT 2 |> SELECT n |> AS a |> SELECT a.n |> ORDER BY n;

SELECT * FROM (SELECT * FROM emp) AS a JOIN emp AS b ON a.id = b.mgr;
FROM emp |> AS a |> JOIN emp AS b ON a.id = b.mgr;

SELECT * FROM (SELECT id, name FROM emp WHERE id > 1) WHERE name <> 'x';
FROM emp |> WHERE id > 1 |> SELECT id, name |> WHERE name <> 'x';

SELECT COUNT(*) FROM (SELECT DISTINCT dept FROM emp);
FROM emp |> SELECT DISTINCT dept |> AGGREGATE COUNT(*);

SELECT COUNT(*) FROM (SELECT id FROM emp UNION SELECT emp_id FROM sales);
FROM emp |> SELECT id |> UNION DISTINCT (FROM sales |> SELECT emp_id) |> AGGREGATE COUNT(*);

SELECT id FROM emp UNION ALL SELECT emp_id FROM sales EXCEPT SELECT x FROM nums ORDER BY 1 LIMIT 3;
FROM emp |> SELECT id |> UNION ALL (FROM sales |> SELECT emp_id) |> EXCEPT DISTINCT (FROM nums |> SELECT x) |> ORDER BY id |> LIMIT 3;

SELECT id, salary FROM emp UNION SELECT emp_id, amt FROM sales ORDER BY salary DESC, 1;
FROM emp |> SELECT id, salary |> UNION DISTINCT (FROM sales |> SELECT emp_id, amt) |> ORDER BY salary DESC, id;

SELECT COUNT(*) FROM emp UNION SELECT COUNT(*) FROM sales ORDER BY 1;
FROM emp |> AGGREGATE COUNT(*) AS n |> UNION DISTINCT (FROM sales |> AGGREGATE COUNT(*)) |> ORDER BY n;

SELECT 1 AS a;
SELECT 1 AS a |> SELECT a;

SELECT 1 AS a, 2 UNION SELECT 3, 4;
SELECT 1 AS a, 2 |> UNION DISTINCT (SELECT 3, 4);

SELECT name FROM emp WHERE id = (SELECT mgr FROM emp WHERE name = 'Bob');
FROM emp |> WHERE id = (FROM emp |> WHERE name = 'Bob' |> LIMIT 1 |> SELECT mgr) |> SELECT name;

SELECT name FROM emp WHERE dept IN (SELECT dname FROM dept WHERE city = 'Oslo' ORDER BY budget LIMIT 1);
FROM emp |> WHERE dept IN (FROM dept AS t1 |> WHERE city = 'Oslo' |> ORDER BY budget |> LIMIT 1 |> SELECT dname) |> SELECT name;

SELECT name FROM emp WHERE id IN nums;
FROM emp |> WHERE id IN (FROM nums) |> SELECT name;

WITH a AS (SELECT * FROM emp), b AS (SELECT * FROM a WHERE id > 1) SELECT COUNT(*) FROM b;
FROM emp |> WHERE id > 1 |> AGGREGATE COUNT(*);

WITH a AS (SELECT id FROM emp) SELECT x.id FROM a AS x, a AS y WHERE x.id < y.id;
WITH a AS (FROM emp |> SELECT id) FROM a AS x |> CROSS JOIN a AS y |> WHERE x.id < y.id |> SELECT x.id;

WITH a(p, r) AS (SELECT id, name FROM emp) SELECT r FROM a WHERE p = 1;
FROM emp |> SELECT id AS p, name AS r |> WHERE p = 1 |> SELECT r;

SELECT emp.name FROM emp, dept, sales WHERE emp.id = sales.emp_id AND emp.dept = dept.dname AND amt > 3;
FROM emp |> JOIN dept ON emp.dept = dept.dname |> JOIN sales ON emp.id = sales.emp_id |> WHERE amt > 3 |> SELECT emp.name;

SELECT emp.name FROM emp, dept WHERE budget > 3 OR salary > 3;
FROM emp |> CROSS JOIN dept |> WHERE budget > 3 OR salary > 3 |> SELECT emp.name;

SELECT e.name FROM emp e JOIN dept d ON e.dept = d.dname AND s.amt > 3 JOIN sales s ON s.emp_id = e.id;
FROM emp AS e |> JOIN dept AS d ON e.dept = d.dname |> JOIN sales AS s ON s.amt > 3 AND s.emp_id = e.id |> SELECT e.name;

SELECT name FROM emp JOIN (dept JOIN nums ON budget = x) ON emp.dept = dname;
FROM emp |> CROSS JOIN dept |> JOIN nums ON budget = x AND emp.dept = dname |> SELECT name;

SELECT name, CASE WHEN COUNT(*) > 1 THEN dept ELSE 'one' END FROM emp GROUP BY name, dept;
FROM emp |> AGGREGATE COUNT(*) AS _n GROUP BY name, dept |> SELECT name, CASE WHEN _n > 1 THEN dept ELSE 'one' END;

SELECT SUM(salary) OVER w, AVG(salary) OVER w FROM emp WINDOW w AS (PARTITION BY dept ORDER BY id);
FROM emp |> EXTEND SUM(salary) OVER w AS sum_salary, AVG(salary) OVER w AS avg_salary WINDOW w AS (PARTITION BY dept ORDER BY id) |> SELECT sum_salary, avg_salary;

SELECT dept, SUM(SUM(salary)) OVER (ORDER BY dept) FROM emp GROUP BY dept;
FROM emp |> AGGREGATE SUM(salary) AS _sum_salary GROUP BY dept |> EXTEND SUM(_sum_salary) OVER (ORDER BY dept) AS sum_sum_salary |> SELECT dept, sum_sum_salary;

SELECT name FROM emp ORDER BY RANK() OVER (ORDER BY salary);
FROM emp |> EXTEND RANK() OVER (ORDER BY salary) AS _rank |> ORDER BY _rank |> SELECT name;

SELECT name FROM emp LIMIT 3 OFFSET 1;
FROM emp |> SELECT name |> LIMIT 3 OFFSET 1;

SELECT name FROM emp ORDER BY salary LIMIT -1 OFFSET 2;
FROM emp |> ORDER BY salary |> LIMIT 9223372036854775807 OFFSET 2 |> SELECT name;

SELECT UPPER(name) FROM emp ORDER BY UPPER(name);
FROM emp |> SELECT UPPER(name) AS upper_name |> ORDER BY upper_name;

SELECT UPPER(name) FROM emp ORDER BY 1, salary;
FROM emp |> EXTEND UPPER(name) AS upper_name |> ORDER BY upper_name, salary |> SELECT upper_name;

SELECT DISTINCT UPPER(name) FROM emp ORDER BY UPPER(name);
FROM emp |> SELECT DISTINCT UPPER(name) AS upper_name |> ORDER BY upper_name;

SELECT DISTINCT name FROM emp ORDER BY LENGTH(name);
FROM emp |> SELECT DISTINCT name |> ORDER BY LENGTH(name);

SELECT AVG(x) FROM (SELECT MAX(salary) AS x FROM emp GROUP BY dept UNION ALL SELECT amt FROM sales);
FROM emp |> AGGREGATE MAX(salary) AS x GROUP BY dept |> SELECT x |> UNION ALL (FROM sales |> SELECT amt) |> AGGREGATE AVG(x);

SELECT COUNT(DISTINCT dept) FROM emp HAVING COUNT(*) > 1;
FROM emp |> AGGREGATE COUNT(DISTINCT dept) AS n, COUNT(*) AS _n |> WHERE _n > 1 |> SELECT n;

SELECT dept || '-' || name AS k, COUNT(*) FROM emp GROUP BY dept || '-' || name ORDER BY k;
FROM emp |> AGGREGATE COUNT(*) GROUP BY dept || '-' || name AS k |> ORDER BY k;

SELECT name AS emp FROM emp WHERE emp.id > 1 ORDER BY emp;
FROM emp AS t1 |> WHERE t1.id > 1 |> SELECT name AS emp |> ORDER BY emp;

SELECT dept.city, COUNT(*) FROM dept JOIN emp ON emp.dept = dept.dname GROUP BY dept.city;
FROM dept |> JOIN emp ON emp.dept = dept.dname |> AGGREGATE COUNT(*) GROUP BY dept.city;

SELECT id FROM emp WHERE (SELECT 1);
FROM emp |> WHERE (SELECT 1) |> SELECT id;

SELECT name, (SELECT dname FROM dept WHERE dname = emp.dept) AS d FROM emp ORDER BY d;
FROM emp |> SELECT name, (FROM dept |> WHERE dname = emp.dept |> LIMIT 1 |> SELECT dname) AS d |> ORDER BY d;

SELECT * FROM emp e, (SELECT emp_id, SUM(amt) s FROM sales GROUP BY emp_id) t WHERE t.emp_id = e.id;
FROM emp AS e |> JOIN (FROM sales |> AGGREGATE SUM(amt) AS s GROUP BY emp_id) AS t ON t.emp_id = e.id;

SELECT COUNT(*) FROM emp GROUP BY dept, mgr HAVING MAX(salary) = 1 AND MIN(salary) = 1 ORDER BY AVG(salary);
FROM emp |> AGGREGATE COUNT(*) AS n, MAX(salary) AS _max_salary, MIN(salary) AS _min_salary, AVG(salary) AS _avg_salary GROUP BY dept, mgr |> WHERE _max_salary = 1 AND _min_salary = 1 |> ORDER BY _avg_salary |> SELECT n;

SELECT * FROM dept JOIN (SELECT id, dept AS city, name FROM emp) AS k USING (city);
FROM dept AS t1 |> JOIN (FROM emp |> SELECT id, dept AS city, name) AS k USING (city) |> SELECT dname, city, budget, id, name;

SELECT k.* FROM dept JOIN (SELECT id, dept AS city, name FROM emp) AS k USING (city);
FROM dept AS t1 |> JOIN (FROM emp |> SELECT id, dept AS city, name) AS k USING (city) |> SELECT id, city, name;

SELECT (SELECT 1 UNION SELECT 2 ORDER BY 1 LIMIT 1) AS v FROM nums;
FROM nums |> SELECT (SELECT 1 AS value |> UNION DISTINCT (SELECT 2) |> ORDER BY value |> LIMIT 1) AS v;

SELECT CAST(id AS TEXT), 1 FROM emp UNION SELECT name, 2 FROM emp ORDER BY 2, 1;
FROM emp |> SELECT CAST(id AS TEXT) AS id, 1 AS value |> UNION DISTINCT (FROM emp |> SELECT name, 2) |> ORDER BY value, id;

SELECT 1 AS a WHERE 1 = 0 UNION ALL SELECT 2 WHERE 1 = 1;
SELECT 1 AS a |> WHERE 1 = 0 |> UNION ALL (SELECT 2 |> WHERE 1 = 1);
