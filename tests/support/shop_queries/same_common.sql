SELECT name FROM customer WHERE city = 'Oslo' = SELECT name FROM customer WHERE city IN ('Oslo')
SELECT COUNT(*) FROM customer = SELECT COUNT(id) FROM customer
SELECT id FROM customer WHERE born >= '1965-01-01' AND born <= '1970-01-01' = SELECT id FROM customer WHERE born BETWEEN '1965-01-01' AND '1970-01-01'
SELECT DISTINCT city FROM customer = SELECT city FROM customer GROUP BY city
SELECT c.name, COUNT(o.id) FROM customer c LEFT JOIN o_ o ON o.customer_id = c.id GROUP BY c.id = SELECT name, (SELECT COUNT(*) FROM o_ WHERE customer_id = customer.id) FROM customer
SELECT name FROM customer WHERE id IN (SELECT customer_id FROM o_) = SELECT name FROM customer c WHERE EXISTS (SELECT 1 FROM o_ o WHERE o.customer_id = c.id)
SELECT name FROM customer WHERE id NOT IN (SELECT customer_id FROM o_) = SELECT c.name FROM customer c LEFT JOIN o_ o ON o.customer_id = c.id WHERE o.id IS NULL
SELECT o.id FROM o_ o JOIN customer c ON c.id = o.customer_id = SELECT id FROM o_
SELECT SUM(quantity) FROM item = SELECT SUM(i.quantity) FROM item i JOIN product p ON p.id = i.product_id
SELECT COALESCE(city, 'x') FROM customer = SELECT CASE WHEN city IS NULL THEN 'x' ELSE city END FROM customer
SELECT id FROM customer WHERE NOT (city = 'Oslo' OR vip) = SELECT id FROM customer WHERE city <> 'Oslo' AND NOT vip
SELECT MAX(price) FROM product HAVING COUNT(*) > 0 = SELECT price FROM product ORDER BY price DESC LIMIT 1
SELECT title FROM product WHERE price = (SELECT MIN(price) FROM product) = SELECT title FROM product p WHERE NOT EXISTS (SELECT 1 FROM product q WHERE q.price < p.price)
WITH v AS (SELECT * FROM customer WHERE vip) SELECT name FROM v WHERE city = 'Oslo' = SELECT name FROM customer WHERE vip AND city = 'Oslo'
WITH customer AS (SELECT * FROM customer WHERE vip) SELECT name FROM customer = SELECT name FROM customer WHERE vip
SELECT title FROM product WHERE stock > 2 UNION SELECT title FROM product WHERE price > 20 = SELECT title FROM product WHERE stock > 2 OR price > 20
SELECT customer_id FROM o_ INTERSECT SELECT id FROM customer WHERE vip = SELECT DISTINCT o.customer_id FROM o_ o JOIN customer c ON c.id = o.customer_id WHERE c.vip
SELECT id FROM customer EXCEPT SELECT customer_id FROM o_ = SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM o_ WHERE customer_id = c.id)
SELECT id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY price, id) AS n FROM product) x WHERE n <= 3 = SELECT id FROM product ORDER BY price, id LIMIT 3
SELECT AVG(quantity) FROM item = SELECT AVG(i.quantity) FROM item i JOIN o_ o ON o.id = i.order_id
SELECT a.title FROM product a JOIN product b ON b.id = a.parent_id = SELECT title FROM product WHERE parent_id IS NOT NULL
SELECT title FROM dear WHERE price >= 30 = SELECT dear.title FROM dear WHERE NOT dear.price < 30
SELECT id FROM product WHERE weight > 0.5 = SELECT id FROM product WHERE NOT weight <= 0.5
SELECT order_id, COUNT(*) FROM item GROUP BY order_id HAVING COUNT(*) > 1 = SELECT * FROM (SELECT order_id, COUNT(*) AS n FROM item GROUP BY order_id) x WHERE n > 1
SELECT c.city, c.name FROM customer c JOIN o_ o ON o.customer_id = c.id GROUP BY c.id = SELECT city, name FROM customer WHERE id IN (SELECT customer_id FROM o_)
SELECT name FROM customer WHERE email IS NOT NULL = SELECT name FROM customer WHERE email LIKE '%'
SELECT DISTINCT id, name FROM customer = SELECT id, name FROM customer
SELECT DISTINCT title FROM product = SELECT title FROM product
SELECT state FROM o_ WHERE state = 'paid' ORDER BY id = SELECT 'paid' FROM o_ WHERE state IN ('paid') ORDER BY id
