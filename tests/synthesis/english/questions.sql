-- [interrogative] How many orders are there?
SELECT COUNT(*) FROM orders;

-- [colloquial] Just wondering, how many customers based in Norway were born before January 1, 1970?
SELECT COUNT(*) FROM customers WHERE country = 'Norway' AND dob < '1970-01-01';

-- [imperative] Find the names and prices of products priced between 10 and 50 whose category is not Toys, sorted by price from highest to lowest.
SELECT name, price FROM products WHERE price BETWEEN 10 AND 50 AND category <> 'Toys' ORDER BY price DESC;

-- [interrogative] What is the average total of orders placed in 2020?
SELECT AVG(total) FROM orders WHERE strftime('%Y', order_date) = '2020';

-- [declarative] I want to see the lowest price and the highest price of products in the Toys or Books category, and how many of them there are.
SELECT MIN(price), MAX(price), COUNT(*) FROM products WHERE category IN ('Toys', 'Books');

-- [concise] Names of customers with no known country
SELECT name FROM customers WHERE country IS NULL;

-- [interrogative] What are the different countries of customers who are active?
SELECT DISTINCT country FROM customers WHERE is_active = 1;

-- [interrogative] What is the number of different customers of orders with status settled?
--   Settled refers to status = 'paid'.
SELECT COUNT(DISTINCT customer_id) FROM orders WHERE status = 'paid';

-- [metaphorical] For each customer country, find the number of orders that are heavyweights when it comes to total, sorted by number of orders from highest to lowest.
--   To be heavyweights when it comes to total is to have a total above 250.
SELECT c.country, COUNT(*) AS n FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id WHERE o.total > 250 GROUP BY c.country ORDER BY n DESC;

-- [interrogative] For each of the customers with more than three orders, what is the combined total of their orders?
SELECT c.name, SUM(o.total) AS total FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id GROUP BY c.customer_id, c.name HAVING COUNT(*) > 3;

-- [procedural] Start from customers based in Chile. Next, show the three with the highest combined order total, along with the combined total. Consider only orders with status shipped. Break ties by customer name.
--   Shipped refers to status = 'sent'.
SELECT c.name, SUM(o.total) AS spent FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id WHERE c.country = 'Chile' AND o.status = 'sent' GROUP BY c.customer_id, c.name ORDER BY spent DESC, c.name LIMIT 3;

-- [formal] We kindly request the names and prices of the five products with the highest price.
SELECT name, price FROM products ORDER BY price DESC LIMIT 5;

-- [interrogative] Which products have the highest price?
SELECT name FROM products WHERE price = (SELECT MAX(price) FROM products);

-- [imperative] Find the names of products in the Toys category, and of these only those with the highest price.
SELECT name FROM products WHERE category = 'Toys' AND price = (SELECT MAX(price) FROM products WHERE category = 'Toys');

-- [interrogative] What are the full names of employees whose salary is above the average salary of all employees with the same department?
SELECT first_name, last_name FROM employees AS e WHERE salary > (SELECT AVG(f.salary) FROM employees AS f WHERE f.department = e.department);

-- [interrogative] Which customers have no orders with a total over 200?
SELECT name FROM customers AS c WHERE NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = c.customer_id AND o.total > 200);

-- [concise] Names of customers based in Sweden who have at least one order with status not settled
--   Not settled refers to status = 'open'.
SELECT name FROM customers WHERE customer_id IN (SELECT customer_id FROM orders WHERE status = 'open') AND country = 'Sweden';

-- [descriptive] Consider the customers who have at least five orders. How many of them are there?
SELECT COUNT(*) FROM customers WHERE customer_id IN (SELECT customer_id FROM orders GROUP BY customer_id HAVING COUNT(*) >= 5);

-- [interrogative] What are the names of customers based in Norway and who have no orders whose total is above 340?
SELECT name FROM customers WHERE country = 'Norway' EXCEPT SELECT c.name FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id WHERE o.total > 340;

-- [metaphorical] Find the names of products that are heavyweights when it comes to price, as well as those weighing less than 1 kg, each listed once.
--   To be heavyweights when it comes to price is to have a price above 50.
SELECT name FROM products WHERE price > 50 UNION SELECT name FROM products WHERE weight_kg < 1;

-- [role-play] I work with our customers every day. I would like the names of customers who have at least one order with a total over 300 and who also are active.
SELECT c.name FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id WHERE o.total > 300 INTERSECT SELECT name FROM customers WHERE is_active = 1;

-- [interrogative] What are the categories, names and prices of products that are among the two with the highest price within their category, breaking ties by name?
WITH ranked AS (SELECT name, category, price, ROW_NUMBER() OVER (PARTITION BY category ORDER BY price DESC, name) AS place FROM products) SELECT category, name, price FROM ranked WHERE place <= 2;

-- [formal] We kindly request the names and prices of products weighing more than 2 kg, along with the rank by price from highest to lowest within each category.
SELECT name, price, RANK() OVER (PARTITION BY category ORDER BY price DESC) AS price_rank FROM products WHERE weight_kg > 2;

-- [colloquial] Just wondering, for each order month, can you send me the combined total and the running total of total up to that month of the orders, sorted by order month from oldest to newest?
SELECT strftime('%Y-%m', order_date) AS month, SUM(total) AS revenue, SUM(SUM(total)) OVER (ORDER BY strftime('%Y-%m', order_date)) AS running FROM orders GROUP BY month ORDER BY month;

-- [interrogative] For each order year, what is the number of orders and the change in number of orders from the previous year with data, sorted by order year from oldest to newest?
WITH yearly AS (SELECT strftime('%Y', order_date) AS year, COUNT(*) AS n FROM orders GROUP BY year) SELECT year, n, n - LAG(n) OVER (ORDER BY year) AS change FROM yearly ORDER BY year;

-- [interrogative] For each product category, what is the number of products, along with the percentage of the total, rounded to one decimal?
SELECT category, COUNT(*) AS n, ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share FROM products GROUP BY category;

-- [declarative] Among the orders with a total over 50, I need the percentage of orders with status settled.
--   Settled refers to status = 'paid'.
SELECT 100.0 * SUM(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) / COUNT(*) FROM orders WHERE total > 50;

-- [interrogative] For each order status, what is the number of orders with a total over 100 and the number of orders whose total is at most 100?
SELECT status, SUM(CASE WHEN total > 100 THEN 1 ELSE 0 END) AS big, SUM(CASE WHEN total <= 100 THEN 1 ELSE 0 END) AS small FROM orders GROUP BY status;

-- [descriptive] Consider our products. For each price band ("cheap" below 20, "fair" below 60, "dear" otherwise), I would like to see the number of products.
SELECT CASE WHEN price < 20 THEN 'cheap' WHEN price < 60 THEN 'fair' ELSE 'dear' END AS price_band, COUNT(*) FROM products GROUP BY price_band;

-- [vague] What about the average number of orders with a fairly high total per customer?
--   A fairly high total means a total above 250.
SELECT AVG(n) FROM (SELECT customer_id, COUNT(*) AS n FROM orders WHERE total > 250 GROUP BY customer_id) AS counts;

-- [interrogative] For each of the customers with an above-average number of orders (compared with all customers with orders), how many orders are there?
WITH counts AS (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id) SELECT c.name, t.n FROM counts AS t JOIN customers AS c ON t.customer_id = c.customer_id WHERE t.n > (SELECT AVG(n) FROM counts);

-- [role-play] I work with our employees every day. I would like the full names of employees who are anywhere below the employee named Bo Lund1 in the manager hierarchy, along with the level in the hierarchy.
WITH RECURSIVE below AS (SELECT employee_id, first_name, last_name, 0 AS depth FROM employees WHERE first_name = 'Bo' AND last_name = 'Lund1' UNION ALL SELECT e.employee_id, e.first_name, e.last_name, b.depth + 1 FROM employees AS e JOIN below AS b ON e.manager_id = b.employee_id) SELECT first_name, last_name, depth FROM below WHERE depth > 0;

-- [procedural] Start from customers. Next, for each customer based in Sweden, work out the number of orders. Include customers without any orders.
SELECT c.name, COUNT(o.order_id) AS n FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.customer_id WHERE c.country = 'Sweden' GROUP BY c.customer_id, c.name;

-- [interrogative] Which customers have no orders?
SELECT c.name FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.customer_id WHERE o.order_id IS NULL;

-- [colloquial] Just wondering, can you send me the names of products where either the name ends with "3" or the category is Garden?
SELECT name FROM products WHERE name LIKE '%3' OR category = 'Garden';

-- [imperative] Find the full names of employees in the Sales department, along with how many orders with status settled they have.
--   Settled refers to status = 'paid'.
SELECT e.first_name, e.last_name, (SELECT COUNT(*) FROM orders AS o WHERE o.employee_id = e.employee_id AND o.status = 'paid') AS n FROM employees AS e WHERE e.department = 'Sales';

-- [interrogative] For each manager, how many employees are there?
SELECT m.first_name, m.last_name, COUNT(*) AS n FROM employees AS e JOIN employees AS m ON e.manager_id = m.employee_id GROUP BY m.employee_id, m.first_name, m.last_name;

-- [declarative] I would like to know how many orders were placed in 2019.
SELECT COUNT(*) FROM orders WHERE order_date >= '2019-01-01' AND order_date < '2020-01-01';

-- [concise] Total quantity times product's price of order items of products in the Toys category
SELECT SUM(oi.quantity * p.price) AS revenue FROM order_items AS oi JOIN products AS p ON oi.product_id = p.product_id WHERE p.category = 'Toys';

-- [interrogative] What are the IDs and totals of orders whose customer is Ana Berg 5?
SELECT o.order_id, o.total FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id WHERE c.name = 'Ana Berg 5';
