"""`clinic`: a hospital with outpatients and wards — five years of visits, diagnoses, drugs, lab values (SQLite).

Its names are in CamelCase, and the laboratory's have spaces in them: real databases are like this.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from querywright.demo.chance import Skewed, at_office_hours, day_between, or_null, price, seasonal_day, weighted
from querywright.demo.words import phone, unique_people, untidy
from querywright.demo.writing import Blueprint

Row = tuple[Any, ...]

FIRST_DAY, LAST_DAY = date(2020, 1, 7), date(2024, 12, 27)
ILL_MONTHS = (1.0, 0.95, 0.85, 0.75, 0.65, 0.55, 0.5, 0.5, 0.65, 0.8, 0.9, 0.9)

DEPARTMENTS = (
    ("Cardiology", 3, "310", 2_450_000.0),
    ("Orthopaedics", 2, "220", 2_120_000.0),
    ("Paediatrics", 1, "140", 1_380_000.0),
    ("Neurology", 4, "405", 1_790_000.0),
    ("Internal Medicine", 2, "201", 2_910_000.0),
    ("Dermatology", 0, None, 640_000.0),
    ("Gynaecology", 3, "350", 1_560_000.0),
    ("Laboratory", -1, "011", 880_000.0),
)
INSURERS = (
    ("Rhön Mutual", "PUB", 80),
    ("Concordia Health", "PUB", 85),
    ("Northern Guild", "PUB", 75),
    ("Helvia Private", "PRV", 95),
    ("St. Luke's Fund", "PRV", 90),
    ("Meridian Care", "PRV", 100),
    ("DentiPlus", "SUP", 40),
    ("Rail Workers' Fund", "PUB", 85),
)
CONDITIONS: dict[str, tuple[str, str, str | None, bool | None]] = {
    "CIR": ("Diseases of the circulatory system", "Cardiology", None, None),
    "CIR.1": ("Hypertensive diseases", "Cardiology", "CIR", None),
    "CIR.10": ("Essential hypertension", "Cardiology", "CIR.1", True),
    "CIR.15": ("Secondary hypertension", "Cardiology", "CIR.1", True),
    "CIR.2": ("Ischaemic heart diseases", "Cardiology", "CIR", None),
    "CIR.20": ("Angina pectoris", "Cardiology", "CIR.2", True),
    "CIR.21": ("Acute myocardial infarction", "Cardiology", "CIR.2", False),
    "CIR.4": ("Atrial fibrillation", "Cardiology", "CIR", True),
    "MUS": ("Diseases of the musculoskeletal system", "Orthopaedics", None, None),
    "MUS.1": ("Arthrosis", "Orthopaedics", "MUS", None),
    "MUS.16": ("Arthrosis of the hip", "Orthopaedics", "MUS.1", True),
    "MUS.17": ("Arthrosis of the knee", "Orthopaedics", "MUS.1", True),
    "MUS.5": ("Low back pain", "Orthopaedics", "MUS", False),
    "MUS.7": ("Fracture of the forearm", "Orthopaedics", "MUS", False),
    "RES": ("Diseases of the respiratory system", "Internal Medicine", None, None),
    "RES.0": ("Acute upper respiratory infection", "Paediatrics", "RES", False),
    "RES.1": ("Influenza", "Internal Medicine", "RES", False),
    "RES.4": ("Chronic lower respiratory diseases", "Internal Medicine", "RES", None),
    "RES.44": ("Chronic obstructive pulmonary disease", "Internal Medicine", "RES.4", True),
    "RES.45": ("Asthma", "Paediatrics", "RES.4", True),
    "END": ("Endocrine and metabolic diseases", "Internal Medicine", None, None),
    "END.1": ("Diabetes mellitus", "Internal Medicine", "END", None),
    "END.10": ("Type 1 diabetes", "Internal Medicine", "END.1", True),
    "END.11": ("Type 2 diabetes", "Internal Medicine", "END.1", True),
    "END.5": ("Hypothyroidism", "Internal Medicine", "END", True),
    "NER": ("Diseases of the nervous system", "Neurology", None, None),
    "NER.4": ("Episodic disorders", "Neurology", "NER", None),
    "NER.40": ("Epilepsy", "Neurology", "NER.4", True),
    "NER.43": ("Migraine", "Neurology", "NER.4", True),
    "NER.20": ("Parkinson's disease", "Neurology", "NER", True),
    "SKN": ("Diseases of the skin", "Dermatology", None, None),
    "SKN.2": ("Atopic eczema", "Dermatology", "SKN", True),
    "SKN.4": ("Psoriasis", "Dermatology", "SKN", True),
    "SKN.5": ("Urticaria", "Dermatology", "SKN", False),
    "GYN": ("Pregnancy and women's health", "Gynaecology", None, None),
    "GYN.8": ("Endometriosis", "Gynaecology", "GYN", True),
    "GYN.3": ("Supervision of pregnancy", "Gynaecology", "GYN", False),
}
MEDICATIONS = (
    ("Cardopril", "tablet"),
    ("Betalox", "tablet"),
    ("Statinor", "tablet"),
    ("Apixal", "tablet"),
    ("Metforan", "tablet"),
    ("Insulin Lenta", "injection"),
    ("Thyrexin", "tablet"),
    ("Salbuvent", "inhaler"),
    ("Bronchovia", "inhaler"),
    ("Ibuflam", "tablet"),
    ("Paracetin", "tablet"),
    ("Paracetin Kids", "syrup"),
    ("Amoxibel", "capsule"),
    ("Migralin", "tablet"),
    ("Epilanta", "capsule"),
    ("Dopavive", "tablet"),
    ("Cortiderm", "ointment"),
    ("Psorilux", "injection"),
    ("Histarol", "tablet"),
    ("Gestavit", "capsule"),
    ("Nitrospray", "spray"),
    ("Calcidol D", "capsule"),
    ("Tussamed", "syrup"),
    ("Zinkderm", "ointment"),
)
LAB_TESTS = (  # name, unit, low, high, price
    ("Haemoglobin", "g/dL", 12.0, 17.5, 6.5),
    ("Glucose, fasting", "mg/dL", 70.0, 100.0, 4.2),
    ("HbA1c", "%", 4.0, 5.7, 14.9),
    ("Creatinine", "mg/dL", 0.6, 1.3, 5.1),
    ("LDL cholesterol", "mg/dL", None, 130.0, 7.8),
    ("TSH", "mIU/L", 0.4, 4.0, 12.3),
    ("C-reactive protein", "mg/L", None, 5.0, 9.4),
    ("Troponin T", "ng/L", None, 14.0, 28.6),
    ("Ferritin", "µg/L", 30.0, 300.0, 15.2),
    ("Vitamin D", "ng/mL", 20.0, 60.0, 22.7),
    ("Leukocytes", "10^9/L", 4.0, 10.0, 6.1),
    ("Potassium", "mmol/L", 3.5, 5.1, 3.9),
)
REASONS = Skewed(
    (
        "Check-up",
        "Follow-up visit",
        "Chest pain",
        "Back pain",
        "Cough and fever",
        "Rash",
        "Headache",
        "Prescription renewal",
        "Dizziness",
        "Knee pain",
        "Child's vaccination",
        "Shortness of breath",
        "can't sleep",
        "Pre-op assessment",
    ),
    0.6,
)
AGES = {  # conditions that come at some ages only: first and last year of life
    "GYN.3": (18, 46), "GYN.8": (15, 60), "NER.20": (50, 120), "RES.44": (40, 120), "CIR.20": (35, 120),
    "CIR.21": (35, 120), "CIR.4": (30, 120), "MUS.16": (45, 120), "MUS.17": (40, 120), "END.11": (25, 120),
    "CIR.10": (28, 120), "CIR.15": (28, 120),
}  # fmt: skip
HINTS = (
    "Take with food", "before bedtime", "Do not drive", " with plenty of water", "Don't stop early", "ONLY WHEN NEEDED",
    "Apply thinly twice a day",
)  # fmt: skip


def blueprint() -> Blueprint:
    """The clinic's rows, drawn in the order in which its tables need them."""
    rng = Random("clinic")
    employees = _employees(rng)
    patients = _patients(rng, 760)
    appointments, departments = _appointments(rng, 2900, patients, employees)
    medications = _medications(rng)
    return Blueprint(
        "clinic",
        "sqlite",
        {
            "Department": [(i, *row) for i, row in enumerate(DEPARTMENTS, 1)],
            "Employee": employees,
            "Insurer": [(i, *row) for i, row in enumerate(INSURERS, 1)],
            "Patient": patients,
            "Appointment": appointments,
            "Condition": [(code, title, parent, chronic) for code, (title, _, parent, chronic) in CONDITIONS.items()],
            "AppointmentDiagnosis": _diagnoses(rng, appointments, departments, patients),
            "Medication": medications,
            "Prescription": _prescriptions(rng, appointments, medications),
            "Lab Test": [(i, *row) for i, row in enumerate(LAB_TESTS, 1)],
            "Lab Result": _lab_results(rng, appointments),
            "Ward": [(i, *row) for i, row in enumerate(WARDS, 1)],
            "Admission": _admissions(rng, 520, patients, employees),
        },
    )


WARDS = (
    ("Ward A", 1, 22), ("Ward B", 2, 28), ("Children's Ward", 3, 18), ("Stroke Unit", 4, 12), ("Ward C", 5, 34),
    ("Intensive Care", 5, 10), ("Maternity", 7, 20),
)  # fmt: skip


def _employees(rng: Random) -> list[Row]:
    """A medical director; heads of department; senior doctors and head nurses; doctors, nurses, technicians."""
    people = iter(unique_people(rng, 130))
    rows: list[Row] = []

    def hire(title: str, department: int | None, manager: int | None, low: float, high: float) -> int:
        first, last, _ = next(people)
        hired = day_between(rng, date(2000, 2, 1), date(2023, 9, 1))
        pay = round(low + (high - low) * (0.6 * rng.random() + 0.4 * (2024 - hired.year) / 24), 2)
        doctor = any(word in title.lower() for word in ("doctor", "head of", "director"))
        licence = f"{rng.choice('KLMN')}{rng.randint(10_000, 99_999)}" if doctor and rng.random() > 0.05 else None
        rows.append((len(rows) + 1, first, last, title, department, manager, hired, pay, licence, rng.random() < 0.78))
        return len(rows)

    director = hire("Medical Director", None, None, 215_000, 225_000)
    for department, (name, *_) in enumerate(DEPARTMENTS, 1):
        head = hire(f"Head of {name}", department, director, 118_000, 182_000)
        if name == "Laboratory":
            for _ in range(6):
                hire("Laboratory Technician", department, head, 36_000, 52_000)
            continue
        for _ in range(rng.randint(1, 2)):
            senior = hire("Senior Doctor", department, head, 108_000, 152_000)
            for _ in range(rng.randint(1, 3)):
                hire("Doctor", department, senior, 68_000, 98_000)
        sister = hire("Head Nurse", department, head, 54_000, 66_000)
        for _ in range(rng.randint(3, 7)):
            hire("Nurse", department, sister, 37_000, 53_000)
    return rows


def _patients(rng: Random, count: int) -> list[Row]:
    towns = {
        "Ravensburg": 44.0,
        "Lindau": 16,
        "Wangen": 13,
        "Bad Waldsee": 8,
        "Tettnang": 8,
        "Konstanz": 6,
        "Zürich": 2,
    }
    blood = {"O+": 36.0, "A+": 33, "B+": 9, "AB+": 4, "O-": 7, "A-": 7, "B-": 2, "AB-": 1}
    rows: list[Row] = []
    for i, (first, last, sex) in enumerate(unique_people(rng, count), 1):
        born = day_between(rng, date(1931, 1, 1), date(2021, 6, 1))
        registered = day_between(rng, max(date(2016, 3, 1), born), date(2024, 11, 20))
        grown = born.year < 2007
        rows.append(
            (
                i,
                first,
                last,
                sex,
                born,
                or_null(rng, 0.28, weighted(rng, blood)),
                or_null(rng, 0.03, weighted(rng, towns)),
                or_null(rng, 0.12, phone(rng)),
                or_null(rng, 0.07, Skewed(range(1, 9), 0.9).pick(rng)),
                registered,
                or_null(rng, 0.18, rng.random() < 0.24) if grown else False,
            )
        )
    return rows


def _appointments(
    rng: Random, count: int, patients: list[Row], employees: list[Row]
) -> tuple[list[Row], dict[int, str]]:
    """The appointments by time, and the department of each."""
    doctors = [e for e in employees if "Doctor" in e[3] or (e[3].startswith("Head of") and e[4] != len(DEPARTMENTS))]
    for_children = [d for d in doctors if d[4] == 3]
    for_adults = [d for d in doctors if d[4] != 3]
    frail = Skewed(sorted(patients, key=lambda p: p[4].year + rng.gauss(0, 26)), 0.5)
    drafts: list[Row] = []
    while len(drafts) < count:
        patient = frail.pick(rng)
        day = seasonal_day(rng, max(FIRST_DAY, patient[9]), date(2025, 1, 31), ILL_MONTHS, 1.15)
        doctor = rng.choice(for_children if day.year - patient[4].year < 16 else for_adults)
        if day.weekday() == 6 or (patient[3] == "M" and doctor[4] == 7):
            continue
        drafts.append((patient, doctor, at_office_hours(rng, day, 8, 17)))
    drafts.sort(key=lambda draft: (draft[2], draft[0][0], draft[1][0]))
    rows: list[Row] = []
    departments: dict[int, str] = {}
    for i, (patient, doctor, moment) in enumerate(drafts, 1):
        departments[i] = DEPARTMENTS[doctor[4] - 1][0]
        status = "B" if moment.date() > LAST_DAY else weighted(rng, {"C": 82, "X": 11, "N": 7})
        minutes = 5 * rng.randint(2, 12) if status == "C" else None
        senior = 1.6 if doctor[3] != "Doctor" else 1.0
        fee = round(senior * (28 + 1.55 * minutes) * rng.uniform(0.9, 1.15), 2) if minutes else None
        fee = 25.0 if status == "N" else fee
        reason = or_null(rng, 0.1, untidy(rng, REASONS.pick(rng)))
        rows.append((i, patient[0], doctor[0], moment, minutes, status, reason, fee))
    return rows, departments


def _diagnoses(rng: Random, appointments: list[Row], departments: dict[int, str], patients: list[Row]) -> list[Row]:
    """One to three conditions a completed visit, mostly of its own department, the first one primary."""
    leaves = [code for code, row in CONDITIONS.items() if row[3] is not None]
    own = {name: [code for code in leaves if CONDITIONS[code][1] == name] for name, *_ in DEPARTMENTS[:-1]}
    common = ["CIR.10", "END.11", "MUS.5", "RES.0", *(code for code in leaves if not code.startswith("GYN"))]
    rows: list[Row] = []
    for visit in appointments:
        if visit[5] != "C" or rng.random() < 0.08:
            continue
        age = visit[3].year - patients[visit[1] - 1][4].year
        anything = Skewed(_at_age(common, age))
        codes = [Skewed(_at_age(own[departments[visit[0]]], age) or _at_age(common, age)).pick(rng)]
        codes += [anything.pick(rng) for _ in range(weighted(rng, {0: 68, 1: 24, 2: 8}))]
        rows += [(visit[0], code, place == 0) for place, code in enumerate(dict.fromkeys(codes))]
    return rows


def _at_age(codes: list[str], age: int) -> list[str]:
    return [code for code in codes if AGES.get(code, (0, 120))[0] <= age <= AGES.get(code, (0, 120))[1]]


def _medications(rng: Random) -> list[Row]:
    rows: list[Row] = []
    for name, form in MEDICATIONS:
        for strength in sorted(rng.sample((5, 10, 20, 50, 100, 250, 500), k=rng.randint(1, 3))):
            cost = price(rng, 180, 900) if name == "Psorilux" else price(rng, 4, 75)
            strong = None if form == "ointment" else float(strength)
            rows.append((len(rows) + 1, name, form, strong, round(cost + strength / 40, 2), cost > 60))
            if form == "ointment":
                break
    return rows


def _prescriptions(rng: Random, appointments: list[Row], medications: list[Row]) -> list[Row]:
    common = Skewed(rng.sample(medications, k=len(medications) - 4), 0.7)
    rows: list[Row] = []
    for visit in appointments:
        if visit[5] != "C":
            continue
        for drug in sorted({common.pick(rng)[0] for _ in range(weighted(rng, {0: 45, 1: 33, 2: 15, 3: 7}))}):
            days = weighted(rng, {5: 10, 7: 22, 10: 18, 14: 17, 30: 22, 90: 11})
            hint = or_null(rng, 0.55, rng.choice(HINTS))
            refills = rng.randint(0, 5) if days >= 30 else 0
            rows.append((len(rows) + 1, visit[0], drug, weighted(rng, {1: 48, 2: 30, 3: 22}), days, refills, hint))
    return rows


def _lab_results(rng: Random, appointments: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for visit in appointments:
        if visit[5] != "C" or rng.random() > 0.42:
            continue
        for test in sorted(rng.sample(range(len(LAB_TESTS)), k=weighted(rng, {1: 4, 2: 3, 3: 2, 5: 1}))):
            _, _, low, high, _ = LAB_TESTS[test]
            middle = (low + high) / 2 if low is not None else high * 0.6
            value = or_null(rng, 0.03, round(middle * rng.lognormvariate(0.0, 0.28), 2))
            flag = None if value is None else "L" if low is not None and value < low else "H" if value > high else "N"
            taken: datetime = visit[3] + timedelta(minutes=rng.randint(5, 90))
            rows.append((len(rows) + 1, visit[0], test + 1, taken, value, flag))
    return rows


def _admissions(rng: Random, count: int, patients: list[Row], employees: list[Row]) -> list[Row]:
    """Stays by time; nobody lies in two beds at once, intensive care is dear, the last stays are not over."""
    doctors: dict[int, list[int]] = {}
    for person in employees:
        if "Doctor" in person[3]:
            doctors.setdefault(person[4], []).append(person[0])
    drafts: dict[tuple[int, int], Row] = {}
    while len(drafts) < count:
        patient = rng.choice(patients)
        day = seasonal_day(rng, max(FIRST_DAY, patient[9]), LAST_DAY, ILL_MONTHS)
        ward = 3 if day.year - patient[4].year < 16 else weighted(rng, {1: 21, 2: 24, 4: 9, 5: 25, 6: 10, 7: 11})
        if ward == 7 and (patient[3] == "M" or not 18 < day.year - patient[4].year < 46):
            continue
        kind = weighted(rng, {"EM": 80, "TR": 20} if ward in (4, 6) else {"EM": 38, "EL": 55, "TR": 7})
        nights = 1 + int(rng.expovariate(1 / (7 if ward in (4, 5) else 4)))
        came = at_office_hours(rng, day, 0 if kind == "EM" else 8, 24 if kind == "EM" else 15)
        left = at_office_hours(rng, day + timedelta(days=nights), 9, 16)
        over = left.date() <= LAST_DAY
        cost = round(nights * (2100 if ward == 6 else 520) * rng.uniform(0.8, 1.5) + price(rng, 150, 6000), 2)
        doctor = or_null(rng, 0.04, rng.choice(doctors[WARDS[ward - 1][1]]))
        billed = over and (LAST_DAY - left.date()).days > 20
        drafts.setdefault(
            (patient[0], day.year),
            (patient[0], ward, doctor, kind, came, left if over else None, cost if billed else None),
        )
    ordered = sorted(drafts.values(), key=lambda draft: (draft[4], draft[0]))
    return [(i, *draft) for i, draft in enumerate(ordered, 1)]
