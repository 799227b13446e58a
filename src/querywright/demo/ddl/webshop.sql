CREATE TABLE categories (
    category_id INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    parent_id INTEGER REFERENCES categories (category_id),
    vat_rate DECIMAL(4, 2) NOT NULL
);
CREATE TABLE suppliers (
    supplier_id INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    country VARCHAR NOT NULL,
    contact_name VARCHAR,
    rating DECIMAL(2, 1)
);
CREATE TABLE products (
    product_id INTEGER PRIMARY KEY,
    sku VARCHAR NOT NULL UNIQUE,
    name VARCHAR NOT NULL,
    category_id INTEGER NOT NULL REFERENCES categories (category_id),
    list_price DECIMAL(8, 2) NOT NULL,
    weight_g INTEGER,
    stock_qty INTEGER NOT NULL,
    is_discontinued BOOLEAN NOT NULL,
    launched_on DATE
);
CREATE TABLE product_suppliers (
    product_id INTEGER NOT NULL REFERENCES products (product_id),
    supplier_id INTEGER NOT NULL REFERENCES suppliers (supplier_id),
    unit_cost DECIMAL(8, 2) NOT NULL,
    lead_time_days INTEGER,
    PRIMARY KEY (product_id, supplier_id)
);
CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY,
    first_name VARCHAR NOT NULL,
    last_name VARCHAR NOT NULL,
    email VARCHAR UNIQUE,
    dob DATE,
    city VARCHAR,
    country_code VARCHAR NOT NULL,
    segment VARCHAR NOT NULL,
    newsletter BOOLEAN,
    signed_up_at TIMESTAMP NOT NULL,
    referred_by INTEGER REFERENCES customers (customer_id)
);
CREATE TABLE promotions (
    promo_code VARCHAR PRIMARY KEY,
    description VARCHAR,
    discount_pct INTEGER NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL
);
CREATE TABLE orders (
    order_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    ordered_at TIMESTAMP NOT NULL,
    status VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    promo_code VARCHAR REFERENCES promotions (promo_code),
    shipping_fee DECIMAL(6, 2) NOT NULL,
    customer_note VARCHAR
);
CREATE TABLE order_items (
    order_id INTEGER NOT NULL REFERENCES orders (order_id),
    line_no INTEGER NOT NULL,
    product_id INTEGER NOT NULL REFERENCES products (product_id),
    qty INTEGER NOT NULL,
    unit_price DECIMAL(8, 2) NOT NULL,
    PRIMARY KEY (order_id, line_no)
);
CREATE TABLE payments (
    payment_id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (order_id),
    method VARCHAR NOT NULL,
    amount DECIMAL(10, 2) NOT NULL,
    paid_at TIMESTAMP
);
CREATE TABLE shipments (
    shipment_id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (order_id),
    carrier VARCHAR NOT NULL,
    shipped_on DATE NOT NULL,
    delivered_on DATE
);
CREATE TABLE returns (
    return_id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    line_no INTEGER NOT NULL,
    reason_code VARCHAR NOT NULL,
    returned_on DATE NOT NULL,
    refund_amount DECIMAL(8, 2),
    FOREIGN KEY (order_id, line_no) REFERENCES order_items (order_id, line_no)
);
CREATE TABLE reviews (
    review_id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (product_id),
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    stars INTEGER NOT NULL,
    title VARCHAR,
    helpful_votes INTEGER NOT NULL,
    posted_on DATE NOT NULL
);
CREATE INDEX ix_orders_customer ON orders (customer_id);
CREATE INDEX ix_items_product ON order_items (product_id);
CREATE VIEW order_totals AS
SELECT o.order_id, o.customer_id, o.ordered_at, SUM(i.qty) AS units, SUM(i.qty * i.unit_price) AS goods_value
FROM orders AS o
JOIN order_items AS i ON i.order_id = o.order_id
GROUP BY o.order_id, o.customer_id, o.ordered_at;
CREATE VIEW product_ratings AS
SELECT product_id, COUNT(*) AS review_count, AVG(stars) AS avg_stars
FROM reviews
GROUP BY product_id;

COMMENT ON TABLE categories IS 'Tree of product categories';
COMMENT ON COLUMN categories.parent_id IS 'The wider category; empty at the top of the tree';
COMMENT ON COLUMN categories.vat_rate IS 'Value-added tax in percent';
COMMENT ON TABLE suppliers IS 'Companies from which products are bought';
COMMENT ON COLUMN suppliers.rating IS 'Our buyers'' rating from 1.0 (worst) to 5.0 (best)';
COMMENT ON COLUMN suppliers.contact_name IS 'Name of the contact person';
COMMENT ON TABLE products IS 'What the shop sells or has sold';
COMMENT ON COLUMN products.sku IS 'Stock keeping unit, the article number';
COMMENT ON COLUMN products.list_price IS 'Current price in euros, without discount';
COMMENT ON COLUMN products.weight_g IS 'Shipping weight in grams';
COMMENT ON COLUMN products.stock_qty IS 'Pieces in stock';
COMMENT ON COLUMN products.is_discontinued IS 'Whether the product is no longer sold';
COMMENT ON COLUMN products.launched_on IS 'Day on which the product was first sold';
COMMENT ON TABLE product_suppliers IS 'Which supplier delivers which product, and at what cost';
COMMENT ON COLUMN product_suppliers.unit_cost IS 'Purchase cost per piece in euros';
COMMENT ON COLUMN product_suppliers.lead_time_days IS 'Delivery time in days';
COMMENT ON COLUMN customers.dob IS 'Date of birth';
COMMENT ON COLUMN customers.country_code IS 'Country of residence: DE = Germany, FR = France, NL = Netherlands, ES = Spain, IT = Italy, AT = Austria, SE = Sweden, PL = Poland';
COMMENT ON COLUMN customers.segment IS 'Customer segment: P = private, B = business, V = VIP';
COMMENT ON COLUMN customers.newsletter IS 'Whether the customer receives the newsletter';
COMMENT ON COLUMN customers.signed_up_at IS 'When the account was made';
COMMENT ON COLUMN customers.referred_by IS 'The customer who brought this one in';
COMMENT ON COLUMN promotions.discount_pct IS 'Discount in percent';
COMMENT ON COLUMN promotions.valid_from IS 'First day of the promotion';
COMMENT ON COLUMN promotions.valid_to IS 'Last day of the promotion';
COMMENT ON COLUMN orders.ordered_at IS 'When the order was placed';
COMMENT ON COLUMN orders.status IS 'State of the order: N = new, P = paid, S = shipped, D = delivered, X = cancelled';
COMMENT ON COLUMN orders.channel IS 'Where the order was placed: WEB = web site, APP = mobile app, TEL = telephone';
COMMENT ON COLUMN orders.promo_code IS 'The promotion used, if any';
COMMENT ON COLUMN orders.shipping_fee IS 'Shipping fee in euros';
COMMENT ON COLUMN orders.customer_note IS 'What the customer wrote in the note field';
COMMENT ON TABLE order_items IS 'The lines of an order';
COMMENT ON COLUMN order_items.qty IS 'Quantity ordered';
COMMENT ON COLUMN order_items.unit_price IS 'Price per piece in euros at the time of the order';
COMMENT ON COLUMN payments.method IS 'Means of payment: CC = credit card, PP = PayPal, BT = bank transfer, INV = invoice';
COMMENT ON COLUMN payments.amount IS 'Amount in euros';
COMMENT ON COLUMN payments.paid_at IS 'When the money arrived; empty while it is open';
COMMENT ON COLUMN shipments.shipped_on IS 'Day on which the parcel left the warehouse';
COMMENT ON COLUMN shipments.delivered_on IS 'Day of delivery; empty while the parcel is under way or lost';
COMMENT ON COLUMN returns.reason_code IS 'Why it came back: DEF = defective, SIZ = wrong size, LIK = not liked, WRG = wrong item sent';
COMMENT ON COLUMN returns.refund_amount IS 'Amount paid back in euros; empty while the return is being checked';
COMMENT ON COLUMN reviews.stars IS 'Rating from 1 (worst) to 5 (best)';
COMMENT ON COLUMN reviews.helpful_votes IS 'How many visitors found the review helpful';
