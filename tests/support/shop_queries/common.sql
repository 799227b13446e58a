SELECT * FROM customer
SELECT name, city FROM customer WHERE city = 'Oslo' ORDER BY name, id
SELECT DISTINCT city FROM customer
SELECT COUNT(*), COUNT(city), COUNT(DISTINCT city) FROM customer
SELECT city, COUNT(*) AS n FROM customer GROUP BY city HAVING COUNT(*) > 2 ORDER BY n DESC, city
SELECT name FROM customer WHERE born BETWEEN '1962-01-01' AND '1970-12-31'
SELECT name FROM customer WHERE email IS NULL OR vip
SELECT c.name, o.id FROM customer c JOIN o_ o ON o.customer_id = c.id WHERE o.state = 'paid'
SELECT c.name, COUNT(o.id) FROM customer c LEFT JOIN o_ o ON o.customer_id = c.id GROUP BY c.id, c.name
SELECT c.name, COUNT(o.id) FROM customer c LEFT JOIN o_ o ON o.customer_id = c.id GROUP BY c.id
SELECT c.name, c.city, COUNT(*) AS n FROM customer AS c JOIN o_ AS o ON o.customer_id = c.id GROUP BY c.id ORDER BY n DESC, c.id LIMIT 3
SELECT customer.name FROM customer WHERE customer.id IN (SELECT customer_id FROM o_ WHERE placed > '2021-05-01')
SELECT name FROM customer WHERE id NOT IN (SELECT customer_id FROM o_)
SELECT name FROM customer c WHERE EXISTS (SELECT 1 FROM o_ WHERE customer_id = c.id AND note IS NOT NULL)
SELECT name FROM customer c WHERE NOT EXISTS (SELECT 1 FROM o_ o WHERE o.customer_id = c.id)
SELECT p.title, SUM(i.quantity) FROM product p JOIN item i ON i.product_id = p.id GROUP BY p.title ORDER BY 2 DESC, 1
SELECT p.title, SUM(i.quantity * p.price) AS total FROM product p JOIN item i ON i.product_id = p.id GROUP BY p.id, p.title ORDER BY total DESC LIMIT 5
SELECT AVG(price), MIN(price), MAX(price), SUM(stock) FROM product
SELECT ROUND(AVG(price), 2) FROM product WHERE stock > 1
SELECT title FROM product WHERE price > (SELECT AVG(price) FROM product) ORDER BY price DESC
SELECT title, price FROM product ORDER BY price DESC, id LIMIT 3 OFFSET 2
SELECT a.title, b.title FROM product a JOIN product b ON a.parent_id = b.id
SELECT title FROM product WHERE title LIKE 'Thing 1%'
SELECT title FROM dear WHERE price < 40
SELECT d.title, p.weight FROM dear d JOIN product p ON p.id = d.id WHERE p.weight IS NOT NULL
SELECT name FROM customer UNION SELECT title FROM product
SELECT city FROM customer UNION ALL SELECT title FROM product
SELECT customer_id FROM o_ INTERSECT SELECT id FROM customer WHERE vip
SELECT id FROM customer EXCEPT SELECT customer_id FROM o_
SELECT CASE WHEN price > 30 THEN 'dear' WHEN price > 10 THEN 'fair' ELSE 'cheap' END AS class, COUNT(*) FROM product GROUP BY 1
SELECT COALESCE(note, 'none'), COALESCE("Rebate", 0) FROM o_
SELECT NULLIF(city, 'Oslo') FROM customer
SELECT UPPER(name), LOWER(name), LENGTH(name) FROM customer
SELECT CONCAT(name, ' of ', city) FROM customer
SELECT SUBSTRING(email, 1, 5) FROM customer
SELECT REPLACE(name, 'Name', 'N'), TRIM(name) FROM customer
SELECT EXTRACT(YEAR FROM placed) AS y, COUNT(*) FROM o_ GROUP BY EXTRACT(YEAR FROM placed) ORDER BY y
SELECT placed, EXTRACT(MONTH FROM placed) FROM o_ WHERE EXTRACT(DAY FROM placed) > 10
SELECT CAST(price AS DECIMAL(10,0)) FROM product
SELECT CAST(placed AS DATE), COUNT(*) FROM o_ GROUP BY CAST(placed AS DATE)
SELECT name, RANK() OVER (PARTITION BY city ORDER BY born) FROM customer
SELECT id, SUM(quantity) OVER (PARTITION BY order_id ORDER BY product_id) FROM item JOIN product ON product.id = item.product_id
SELECT * FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY placed DESC, id) AS rn FROM o_) x WHERE rn = 1
SELECT placed, LAG(placed) OVER (ORDER BY placed, id) FROM o_
WITH recent AS (SELECT * FROM o_ WHERE placed > '2021-01-01') SELECT c.name FROM recent r JOIN customer c ON c.id = r.customer_id
WITH customer AS (SELECT * FROM customer WHERE vip) SELECT COUNT(*) FROM customer
WITH a AS (SELECT customer_id, COUNT(*) AS n FROM o_ GROUP BY customer_id), b AS (SELECT MAX(n) AS m FROM a) SELECT a.customer_id FROM a, b WHERE a.n = b.m
WITH RECURSIVE tree AS (SELECT id, title, 0 AS depth FROM product WHERE parent_id IS NULL UNION ALL SELECT p.id, p.title, depth + 1 FROM product p JOIN tree t ON p.parent_id = t.id) SELECT * FROM tree
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT n.i, (SELECT COUNT(*) FROM item WHERE quantity = n.i) FROM n
SELECT (SELECT COUNT(*) FROM o_ WHERE customer_id = c.id) FROM customer c
SELECT c.name, x.n FROM customer c JOIN (SELECT customer_id, COUNT(*) AS n FROM o_ GROUP BY customer_id) x ON x.customer_id = c.id
SELECT * FROM customer CROSS JOIN product
SELECT * FROM customer, o_ WHERE customer.id = o_.customer_id
SELECT o.*, c.name FROM o_ o JOIN customer c ON c.id = o.customer_id
SELECT COUNT(*) FROM customer c LEFT JOIN o_ o ON o.customer_id = c.id WHERE o.id IS NULL
SELECT price / 3, stock / 2, id % 3 FROM product
SELECT -price, price * 1.1, price + weight FROM product
SELECT SUM(CASE WHEN vip THEN 1 ELSE 0 END) FROM customer
SELECT city FROM customer ORDER BY city
SELECT city FROM customer ORDER BY city DESC LIMIT 4
SELECT email FROM customer ORDER BY email
SELECT name FROM customer WHERE email = 'user1@example.org' OR name = 'name 1 o''neil'
SELECT COUNT(*) FROM customer WHERE city <> 'Oslo'
SELECT id FROM o_ WHERE "Rebate" >= 5.5 AND "Rebate" < 15
SELECT state, COUNT(*) FROM o_ GROUP BY state
SELECT state FROM o_ ORDER BY state, id
SELECT title FROM product WHERE weight = 0.125 OR weight = 0.625
SELECT opens FROM product WHERE opens > '09:00:00'
SELECT 1 + 1
(SELECT id FROM customer WHERE vip) UNION (SELECT id FROM product) ORDER BY 1
SELECT vip, AVG(id) FROM customer GROUP BY vip ORDER BY vip
SELECT STDDEV_POP(price), VAR_POP(price) FROM product
SELECT FLOOR(price), CEIL(price), ABS(price - 20), POWER(stock, 2), SQRT(price) FROM product
SELECT GREATEST(price, stock), LEAST(price, 10) FROM product
SELECT MAX(name), MIN(email) FROM customer
SELECT t.* FROM (SELECT city, COUNT(*) AS n FROM customer GROUP BY city) t WHERE t.n > (SELECT AVG(m) FROM (SELECT COUNT(*) AS m FROM customer GROUP BY city) s)
SELECT DISTINCT c.city, o.state FROM customer c INNER JOIN o_ o ON o.customer_id = c.id
SELECT c.city, AVG(o."Rebate") FROM customer c LEFT OUTER JOIN o_ o ON (o.customer_id = c.id) GROUP BY c.city
SELECT p.title FROM product p LEFT JOIN item i ON i.product_id = p.id AND i.quantity > 4 WHERE i.order_id IS NULL
SELECT COUNT(*) FROM item JOIN product ON item.product_id = product.id JOIN o_ ON o_.id = item.order_id
SELECT id FROM o_ WHERE note LIKE '%two 1%'
SELECT NTILE(4) OVER (ORDER BY price, id), PERCENT_RANK() OVER (ORDER BY price, id) FROM product
SELECT FIRST_VALUE(title) OVER (PARTITION BY stock ORDER BY price, id) FROM product
