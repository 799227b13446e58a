CREATE TABLE Department (
    DepartmentID INTEGER PRIMARY KEY,
    Name TEXT NOT NULL UNIQUE,
    Floor INTEGER NOT NULL,
    PhoneExt TEXT,
    YearlyBudget REAL NOT NULL
);
CREATE TABLE Employee (
    EmployeeID INTEGER PRIMARY KEY,
    FirstName TEXT NOT NULL,
    LastName TEXT NOT NULL,
    JobTitle TEXT NOT NULL,
    DepartmentID INTEGER REFERENCES Department (DepartmentID),
    ManagerID INTEGER REFERENCES Employee (EmployeeID),
    HireDate DATE NOT NULL,
    Salary REAL NOT NULL,
    LicenseNo TEXT,
    IsFullTime BOOLEAN NOT NULL
);
CREATE TABLE Insurer (
    InsurerID INTEGER PRIMARY KEY,
    Name TEXT NOT NULL UNIQUE,
    PlanType TEXT NOT NULL,
    CoveragePct INTEGER NOT NULL
);
CREATE TABLE Patient (
    PatientID INTEGER PRIMARY KEY,
    FirstName TEXT NOT NULL,
    LastName TEXT NOT NULL,
    Sex TEXT NOT NULL,
    BirthDate DATE NOT NULL,
    BloodType TEXT,
    City TEXT,
    Phone TEXT,
    InsurerID INTEGER REFERENCES Insurer (InsurerID),
    RegisteredOn DATE NOT NULL,
    IsSmoker BOOLEAN
);
CREATE TABLE Appointment (
    AppointmentID INTEGER PRIMARY KEY,
    PatientID INTEGER NOT NULL REFERENCES Patient (PatientID),
    DoctorID INTEGER NOT NULL REFERENCES Employee (EmployeeID),
    ScheduledAt DATETIME NOT NULL,
    DurationMin INTEGER,
    Status TEXT NOT NULL,
    Reason TEXT,
    Fee DECIMAL(8, 2)
);
CREATE TABLE Condition (
    Code TEXT PRIMARY KEY,
    Title TEXT NOT NULL,
    ParentCode TEXT REFERENCES Condition (Code),
    IsChronic BOOLEAN
);
CREATE TABLE AppointmentDiagnosis (
    AppointmentID INTEGER NOT NULL REFERENCES Appointment (AppointmentID),
    ConditionCode TEXT NOT NULL REFERENCES Condition (Code),
    IsPrimary BOOLEAN NOT NULL,
    PRIMARY KEY (AppointmentID, ConditionCode)
);
CREATE TABLE Medication (
    MedicationID INTEGER PRIMARY KEY,
    Name TEXT NOT NULL,
    Form TEXT NOT NULL,
    StrengthMg REAL,
    PackPrice DECIMAL(7, 2) NOT NULL,
    NeedsApproval BOOLEAN NOT NULL
);
CREATE TABLE Prescription (
    PrescriptionID INTEGER PRIMARY KEY,
    AppointmentID INTEGER NOT NULL REFERENCES Appointment (AppointmentID),
    MedicationID INTEGER NOT NULL REFERENCES Medication (MedicationID),
    DosesPerDay INTEGER NOT NULL,
    Days INTEGER NOT NULL,
    Refills INTEGER NOT NULL,
    Instructions TEXT
);
CREATE TABLE "Lab Test" (
    "Test ID" INTEGER PRIMARY KEY,
    "Test Name" TEXT NOT NULL UNIQUE,
    Unit TEXT NOT NULL,
    "Low Limit" REAL,
    "High Limit" REAL,
    Price DECIMAL(6, 2) NOT NULL
);
CREATE TABLE "Lab Result" (
    "Result ID" INTEGER PRIMARY KEY,
    AppointmentID INTEGER NOT NULL REFERENCES Appointment (AppointmentID),
    "Test ID" INTEGER NOT NULL REFERENCES "Lab Test" ("Test ID"),
    "Taken At" DATETIME NOT NULL,
    "Measured Value" REAL,
    Flag TEXT
);
CREATE TABLE Ward (
    WardID INTEGER PRIMARY KEY,
    Name TEXT NOT NULL UNIQUE,
    DepartmentID INTEGER NOT NULL REFERENCES Department (DepartmentID),
    Beds INTEGER NOT NULL
);
CREATE TABLE Admission (
    AdmissionID INTEGER PRIMARY KEY,
    PatientID INTEGER NOT NULL REFERENCES Patient (PatientID),
    WardID INTEGER NOT NULL REFERENCES Ward (WardID),
    AttendingID INTEGER REFERENCES Employee (EmployeeID),
    AdmissionType TEXT NOT NULL,
    AdmittedAt DATETIME NOT NULL,
    DischargedAt DATETIME,
    TotalCost DECIMAL(10, 2)
);
CREATE INDEX IX_Appointment_Patient ON Appointment (PatientID);
CREATE INDEX IX_Appointment_Doctor ON Appointment (DoctorID);
CREATE INDEX IX_Prescription_Appointment ON Prescription (AppointmentID);
CREATE INDEX "IX Lab Result Appointment" ON "Lab Result" (AppointmentID);
CREATE VIEW "Current Inpatients" AS
SELECT a.AdmissionID, p.PatientID, p.FirstName, p.LastName, w.Name AS WardName, a.AdmittedAt
FROM Admission AS a
JOIN Patient AS p ON p.PatientID = a.PatientID
JOIN Ward AS w ON w.WardID = a.WardID
WHERE a.DischargedAt IS NULL;
