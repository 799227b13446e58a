CREATE TABLE airports (
    iata_code VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    city VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    elevation_ft INTEGER,
    runway_count INTEGER NOT NULL,
    is_hub BOOLEAN NOT NULL
);
CREATE TABLE aircraft_types (
    type_code VARCHAR PRIMARY KEY,
    manufacturer VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    seats INTEGER NOT NULL,
    range_km INTEGER NOT NULL,
    fuel_kg_per_h INTEGER NOT NULL
);
CREATE TABLE aircraft (
    tail_no VARCHAR PRIMARY KEY,
    type_code VARCHAR NOT NULL REFERENCES aircraft_types (type_code),
    nickname VARCHAR,
    delivered_on DATE NOT NULL,
    is_leased BOOLEAN NOT NULL,
    retired_on DATE
);
CREATE TABLE employees (
    emp_id INTEGER PRIMARY KEY,
    first_name VARCHAR NOT NULL,
    last_name VARCHAR NOT NULL,
    position VARCHAR NOT NULL,
    base_airport VARCHAR REFERENCES airports (iata_code),
    mgr_id INTEGER REFERENCES employees (emp_id),
    hire_date DATE NOT NULL,
    salary DECIMAL(9, 2) NOT NULL,
    is_part_time BOOLEAN NOT NULL
);
CREATE TABLE routes (
    route_id INTEGER PRIMARY KEY,
    origin VARCHAR NOT NULL REFERENCES airports (iata_code),
    destination VARCHAR NOT NULL REFERENCES airports (iata_code),
    distance_km INTEGER NOT NULL,
    opened_on DATE,
    is_seasonal BOOLEAN NOT NULL,
    UNIQUE (origin, destination)
);
CREATE TABLE flights (
    flight_id INTEGER PRIMARY KEY,
    flight_no VARCHAR NOT NULL,
    route_id INTEGER NOT NULL REFERENCES routes (route_id),
    tail_no VARCHAR REFERENCES aircraft (tail_no),
    sched_departure TIMESTAMP NOT NULL,
    sched_arrival TIMESTAMP NOT NULL,
    actual_departure TIMESTAMP,
    actual_arrival TIMESTAMP,
    status VARCHAR NOT NULL,
    delay_code VARCHAR
);
CREATE TABLE flight_crew (
    flight_id INTEGER NOT NULL REFERENCES flights (flight_id),
    emp_id INTEGER NOT NULL REFERENCES employees (emp_id),
    duty VARCHAR NOT NULL,
    PRIMARY KEY (flight_id, emp_id)
);
CREATE TABLE passengers (
    passenger_id INTEGER PRIMARY KEY,
    full_name VARCHAR NOT NULL,
    nationality VARCHAR,
    dob DATE,
    email VARCHAR,
    ff_tier VARCHAR,
    ff_miles INTEGER
);
CREATE TABLE tickets (
    ticket_no VARCHAR PRIMARY KEY,
    passenger_id INTEGER NOT NULL REFERENCES passengers (passenger_id),
    flight_id INTEGER NOT NULL REFERENCES flights (flight_id),
    cabin VARCHAR NOT NULL,
    seat VARCHAR,
    fare DECIMAL(8, 2) NOT NULL,
    booked_at TIMESTAMP NOT NULL,
    checked_bags INTEGER NOT NULL,
    no_show BOOLEAN
);
CREATE TABLE maintenance (
    job_id INTEGER PRIMARY KEY,
    tail_no VARCHAR NOT NULL REFERENCES aircraft (tail_no),
    airport VARCHAR NOT NULL REFERENCES airports (iata_code),
    lead_tech_id INTEGER REFERENCES employees (emp_id),
    job_type VARCHAR NOT NULL,
    started_on DATE NOT NULL,
    finished_on DATE,
    cost DECIMAL(10, 2),
    remarks VARCHAR
);
CREATE TABLE complaints (
    complaint_id INTEGER PRIMARY KEY,
    ticket_no VARCHAR NOT NULL REFERENCES tickets (ticket_no),
    topic VARCHAR NOT NULL,
    filed_on DATE NOT NULL,
    resolved_on DATE,
    compensation DECIMAL(7, 2)
);
CREATE INDEX ix_flights_route ON flights (route_id);
CREATE INDEX ix_tickets_flight ON tickets (flight_id);
CREATE VIEW flight_delays AS
SELECT flight_id, flight_no, route_id, sched_departure,
       date_diff('minute', sched_arrival, actual_arrival) AS arrival_delay_min
FROM flights
WHERE actual_arrival IS NOT NULL;

COMMENT ON TABLE airports IS 'Airports that the airline serves';
COMMENT ON COLUMN airports.iata_code IS 'Three-letter airport code';
COMMENT ON COLUMN airports.elevation_ft IS 'Elevation above sea level in feet';
COMMENT ON COLUMN airports.runway_count IS 'Number of runways';
COMMENT ON COLUMN airports.is_hub IS 'Whether the airport is one of the airline''s hubs';
COMMENT ON COLUMN aircraft_types.type_code IS 'ICAO aircraft type designator';
COMMENT ON COLUMN aircraft_types.range_km IS 'Maximum range in kilometres';
COMMENT ON COLUMN aircraft_types.fuel_kg_per_h IS 'Fuel consumption in kilograms per hour';
COMMENT ON TABLE aircraft IS 'The fleet, past and present';
COMMENT ON COLUMN aircraft.tail_no IS 'Registration painted on the tail';
COMMENT ON COLUMN aircraft.delivered_on IS 'Delivery date';
COMMENT ON COLUMN aircraft.is_leased IS 'Whether the aircraft is leased';
COMMENT ON COLUMN aircraft.retired_on IS 'Day on which it left the fleet; empty while it flies';
COMMENT ON COLUMN employees.position IS 'Job title';
COMMENT ON COLUMN employees.base_airport IS 'Home base; empty for head office staff';
COMMENT ON COLUMN employees.mgr_id IS 'Direct manager; empty for the chief executive';
COMMENT ON COLUMN employees.salary IS 'Gross yearly salary in euros';
COMMENT ON COLUMN employees.is_part_time IS 'Whether the employee works part time';
COMMENT ON COLUMN routes.origin IS 'Airport of departure';
COMMENT ON COLUMN routes.destination IS 'Airport of arrival';
COMMENT ON COLUMN routes.distance_km IS 'Distance in kilometres';
COMMENT ON COLUMN routes.opened_on IS 'Day of the first flight on the route';
COMMENT ON COLUMN routes.is_seasonal IS 'Whether the route is flown in summer only';
COMMENT ON COLUMN flights.flight_no IS 'Flight number, as on the ticket';
COMMENT ON COLUMN flights.tail_no IS 'The aircraft; empty when none was assigned';
COMMENT ON COLUMN flights.sched_departure IS 'Scheduled departure time';
COMMENT ON COLUMN flights.sched_arrival IS 'Scheduled arrival time';
COMMENT ON COLUMN flights.actual_departure IS 'Actual departure time; empty when cancelled';
COMMENT ON COLUMN flights.actual_arrival IS 'Actual arrival time; empty when cancelled';
COMMENT ON COLUMN flights.status IS 'State of the flight: L = landed, C = cancelled, D = diverted';
COMMENT ON COLUMN flights.delay_code IS 'Reason for a delay or cancellation: WX = weather, TC = technical, AT = air traffic control, CR = crew, RA = late incoming aircraft';
COMMENT ON TABLE flight_crew IS 'Who worked on which flight';
COMMENT ON COLUMN flight_crew.duty IS 'Duty on board: CPT = captain, FO = first officer, PU = purser, CA = cabin attendant';
COMMENT ON COLUMN passengers.dob IS 'Date of birth';
COMMENT ON COLUMN passengers.ff_tier IS 'Frequent flyer tier: B = blue, S = silver, G = gold; empty for those who are not in the programme';
COMMENT ON COLUMN passengers.ff_miles IS 'Frequent flyer miles on the account';
COMMENT ON COLUMN tickets.cabin IS 'Travel class: Y = economy, W = premium economy, J = business';
COMMENT ON COLUMN tickets.seat IS 'Seat number; empty before check-in';
COMMENT ON COLUMN tickets.fare IS 'Fare paid in euros';
COMMENT ON COLUMN tickets.booked_at IS 'Booking time';
COMMENT ON COLUMN tickets.checked_bags IS 'Number of checked bags';
COMMENT ON COLUMN tickets.no_show IS 'Whether the passenger did not turn up; empty for cancelled flights';
COMMENT ON COLUMN maintenance.lead_tech_id IS 'Technician in charge';
COMMENT ON COLUMN maintenance.job_type IS 'Kind of work: A = light check, C = heavy check, U = unplanned repair, P = painting';
COMMENT ON COLUMN maintenance.finished_on IS 'Day of completion; empty while under way';
COMMENT ON COLUMN maintenance.cost IS 'Cost in euros; empty until invoiced';
COMMENT ON COLUMN complaints.topic IS 'What the complaint is about: DLY = delay, BAG = baggage, SVC = service, REF = refund';
COMMENT ON COLUMN complaints.filed_on IS 'Filing date';
COMMENT ON COLUMN complaints.resolved_on IS 'Day of resolution; empty while open';
COMMENT ON COLUMN complaints.compensation IS 'Amount paid in euros; empty if nothing was paid';
