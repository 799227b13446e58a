CREATE TABLE branches (
    branch_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    city TEXT NOT NULL,
    address TEXT,
    opened_on DATE NOT NULL,
    floor_area_m2 INTEGER,
    has_study_room BOOLEAN NOT NULL
);
CREATE TABLE staff (
    staff_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    job_title TEXT NOT NULL,
    branch_id INTEGER REFERENCES branches (branch_id),
    mgr_id INTEGER REFERENCES staff (staff_id),
    hired_on DATE NOT NULL,
    salary DECIMAL(9, 2) NOT NULL
);
CREATE TABLE genres (
    genre_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    parent_genre_id INTEGER REFERENCES genres (genre_id)
);
CREATE TABLE authors (
    author_id INTEGER PRIMARY KEY,
    full_name TEXT NOT NULL,
    country TEXT,
    birth_year INTEGER,
    death_year INTEGER
);
CREATE TABLE books (
    book_id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    isbn TEXT UNIQUE,
    genre_id INTEGER NOT NULL REFERENCES genres (genre_id),
    publisher TEXT,
    pub_year INTEGER,
    lang TEXT NOT NULL,
    pages INTEGER,
    list_price DECIMAL(6, 2)
);
CREATE TABLE book_authors (
    book_id INTEGER NOT NULL REFERENCES books (book_id),
    author_id INTEGER NOT NULL REFERENCES authors (author_id),
    role TEXT NOT NULL,
    PRIMARY KEY (book_id, author_id)
);
CREATE TABLE copies (
    copy_id INTEGER PRIMARY KEY,
    book_id INTEGER NOT NULL REFERENCES books (book_id),
    branch_id INTEGER NOT NULL REFERENCES branches (branch_id),
    barcode TEXT NOT NULL UNIQUE,
    acquired_on DATE NOT NULL,
    price_paid DECIMAL(6, 2),
    cond TEXT NOT NULL,
    is_reference BOOLEAN NOT NULL
);
CREATE TABLE members (
    member_id INTEGER PRIMARY KEY,
    card_no TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    dob DATE,
    email TEXT,
    city TEXT NOT NULL,
    occupation TEXT,
    member_type TEXT NOT NULL,
    home_branch_id INTEGER NOT NULL REFERENCES branches (branch_id),
    joined_on DATE NOT NULL,
    is_active BOOLEAN NOT NULL
);
CREATE TABLE loans (
    loan_id INTEGER PRIMARY KEY,
    copy_id INTEGER NOT NULL REFERENCES copies (copy_id),
    member_id INTEGER NOT NULL REFERENCES members (member_id),
    staff_id INTEGER REFERENCES staff (staff_id),
    loaned_at TIMESTAMP NOT NULL,
    due_on DATE NOT NULL,
    returned_on DATE,
    renewals INTEGER NOT NULL
);
CREATE TABLE fines (
    fine_id INTEGER PRIMARY KEY,
    loan_id INTEGER NOT NULL REFERENCES loans (loan_id),
    reason TEXT NOT NULL,
    amount DECIMAL(6, 2) NOT NULL,
    issued_on DATE NOT NULL,
    paid_on DATE
);
CREATE TABLE reservations (
    reservation_id INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES members (member_id),
    book_id INTEGER NOT NULL REFERENCES books (book_id),
    pickup_branch_id INTEGER NOT NULL REFERENCES branches (branch_id),
    reserved_at TIMESTAMP NOT NULL,
    status TEXT NOT NULL,
    notified_on DATE
);
CREATE TABLE events (
    event_id INTEGER PRIMARY KEY,
    branch_id INTEGER NOT NULL REFERENCES branches (branch_id),
    host_id INTEGER REFERENCES staff (staff_id),
    title TEXT NOT NULL,
    event_type TEXT NOT NULL,
    held_on DATE NOT NULL,
    capacity INTEGER NOT NULL
);
CREATE TABLE event_attendance (
    event_id INTEGER NOT NULL REFERENCES events (event_id),
    member_id INTEGER NOT NULL REFERENCES members (member_id),
    rating INTEGER,
    PRIMARY KEY (event_id, member_id)
);
CREATE INDEX ix_loans_member ON loans (member_id);
CREATE INDEX ix_loans_copy ON loans (copy_id);
CREATE INDEX ix_copies_book ON copies (book_id);
CREATE INDEX ix_fines_loan ON fines (loan_id);
CREATE INDEX ix_books_title ON books (title);
CREATE VIEW open_loans AS
SELECT l.loan_id, l.member_id, c.book_id, c.branch_id, l.loaned_at, l.due_on
FROM loans AS l
JOIN copies AS c ON c.copy_id = l.copy_id
WHERE l.returned_on IS NULL;
CREATE VIEW member_fines AS
SELECT l.member_id, COUNT(*) AS fine_count, SUM(f.amount) AS total_amount,
       SUM(CASE WHEN f.paid_on IS NULL THEN f.amount ELSE 0 END) AS unpaid_amount
FROM fines AS f
JOIN loans AS l ON l.loan_id = f.loan_id
GROUP BY l.member_id;
