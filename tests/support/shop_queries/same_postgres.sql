SELECT DISTINCT ON (customer_id) customer_id, placed FROM "order" ORDER BY customer_id, placed DESC = SELECT customer_id, MAX(placed) FROM "order" GROUP BY customer_id ORDER BY customer_id
SELECT COUNT(*) FILTER (WHERE vip) FROM customer = SELECT COUNT(CASE WHEN vip THEN 1 END) FROM customer
SELECT name FROM customer WHERE city ILIKE 'oslo' = SELECT name FROM customer WHERE LOWER(city) LIKE 'oslo'
SELECT id / 2 FROM customer = SELECT TRUNC(id / 2.0) FROM customer
SELECT name FROM customer ORDER BY city DESC, id = SELECT name FROM customer ORDER BY city IS NOT NULL, city DESC, id
SELECT id::text FROM product = SELECT CAST(id AS TEXT) FROM product
SELECT id FROM customer WHERE 'new' = ANY(tags) = SELECT id FROM customer WHERE tags @> ARRAY['new']
SELECT settings ->> 'lang' FROM customer = SELECT settings #>> '{lang}' FROM customer
SELECT id FROM "order" WHERE state > 'open' = SELECT id FROM "order" WHERE state IN ('paid', 'sent')
SELECT id FROM "order" ORDER BY state, id = SELECT id FROM "order" ORDER BY CASE state WHEN 'open' THEN 1 WHEN 'paid' THEN 2 ELSE 3 END, id
SELECT EXTRACT(YEAR FROM placed) FROM "order" = SELECT DATE_PART('year', placed) FROM "order"
SELECT placed::date FROM "order" = SELECT DATE_TRUNC('day', placed)::date FROM "order"
SELECT name || '!' FROM customer = SELECT CONCAT(name, '!') FROM customer
SELECT took * 2 FROM "order" = SELECT took + took FROM "order"
SELECT c.id, l.n FROM customer c, LATERAL (SELECT COUNT(*) AS n FROM "order" o WHERE o.customer_id = c.id) l = SELECT c.id, COUNT(o.id) FROM customer c LEFT JOIN "order" o ON o.customer_id = c.id GROUP BY c.id
SELECT ROUND(price, 2) FROM product = SELECT price FROM product
SELECT id FROM product WHERE stock >= 0 = SELECT id FROM product WHERE stock IS NOT NULL
SELECT LEFT(name, 3) FROM customer = SELECT SUBSTRING(name FROM 1 FOR 3) FROM customer
SELECT v.id FROM crm.visit v JOIN customer c ON c.id = v.customer_id = SELECT id FROM crm.visit WHERE customer_id IS NOT NULL
SELECT COUNT(DISTINCT token) FROM customer = SELECT COUNT(*) FROM (SELECT token FROM customer WHERE token IS NOT NULL GROUP BY token) x
SELECT id FROM customer WHERE city IS NOT DISTINCT FROM 'Oslo' = SELECT id FROM customer WHERE city = 'Oslo'
SELECT doubled(id) FROM customer = SELECT id + id FROM customer
