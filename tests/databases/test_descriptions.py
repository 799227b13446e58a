"""Column descriptions beside a database: used where they can be, reported where not, never in the way."""

import pytest

from querywright.databases.descriptions import describe, read_descriptions
from querywright.databases.schema import Column, Schema, Table

HEADER = "original_column_name,column_name,column_description,data_format,value_description\n"


@pytest.fixture
def schema():
    patient = Table("Patient", (Column("ID", "INTEGER", "integer"), Column("SEX", "TEXT", "text", description="sex")))
    return Schema("clinic", "sqlite", (patient, Table("visit", (Column("on", "TEXT", "text"),))))


@pytest.fixture
def write(tmp_path):
    def write(name, text, encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding) if isinstance(text, str) else text)

    return write


def column(schema, table, name):
    return schema.table(table).column(name)


def test_a_file_describes_the_table_of_its_name_blind_to_case(schema, tmp_path, write):
    write("patient.csv", HEADER + "id,,number of the patient,integer,\nSEX,,,text,F = female\n")
    described = describe(schema, tmp_path)
    assert column(described, "Patient", "ID").description == "number of the patient"
    assert column(described, "Patient", "SEX").value_description == "F = female"
    assert described.table("visit") is schema.table("visit")


def test_the_engines_own_comment_comes_first_and_the_file_adds_to_it(schema, tmp_path, write):
    write("Patient.csv", HEADER + "SEX,,F or M,,\n")
    assert column(describe(schema, tmp_path), "Patient", "SEX").description == "sex; F or M"
    write("Patient.csv", HEADER + "SEX,,Sex,,\n")
    assert column(describe(schema, tmp_path), "Patient", "SEX").description == "sex"


def test_the_written_out_name_describes_a_column_that_has_nothing_else(schema, tmp_path, write):
    write("visit.csv", HEADER + "on,date of the visit,,,\n")
    assert column(describe(schema, tmp_path), "visit", "on").description == "date of the visit"
    write("visit.csv", HEADER + "on,ON,,,\n")
    assert column(describe(schema, tmp_path), "visit", "on").description is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_three_encodings_are_read(schema, tmp_path, write, encoding):
    write("patient.csv", HEADER + "ID,,numéro – 5 €,,\n", encoding)
    assert column(describe(schema, tmp_path), "Patient", "ID").description == "numéro – 5 €"


def test_text_over_several_lines_becomes_one_line(schema, tmp_path, write):
    write("patient.csv", HEADER + 'ID,,"first\n  second",,"a\r\nb"\n')
    assert column(describe(schema, tmp_path), "Patient", "ID").description == "first second"
    assert column(describe(schema, tmp_path), "Patient", "ID").value_description == "a b"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("nothing.csv", HEADER + "ID,,x,,\n", "nothing.csv: there is no table 'nothing'"),
        ("patient.csv", HEADER + "age,,x,,\n", "patient.csv:2: table Patient has no column 'age'"),
        ("patient.csv", "a,b\n1,2\n", "patient.csv: there is no column original_column_name"),
        ("patient.csv", "", "patient.csv: there is no column original_column_name"),
        ("patient.csv", HEADER + '"' + "x" * 200_000, "patient.csv: field larger than field limit (131072)"),
    ],
)
def test_what_cannot_be_used_is_reported_and_stops_nothing(schema, tmp_path, write, name, text, problem):
    write(name, text)
    write("visit.csv", HEADER + "on,,the day,,\n")
    described = read_descriptions(schema, tmp_path)
    assert described.problems == (problem,)
    assert column(described.schema, "visit", "on").description == "the day"


@pytest.mark.parametrize(
    "text",
    [
        " Original_Column_Name , Column_Description \n ID , the number \n\n,,,\n",
        "original_column_name,column_description\nID,the number,too,many,cells\n",
        "column_description,original_column_name\nthe number,ID\n",
        b"original_column_name,column_description\nID,the number\x00\n",
        "original_column_name,column_description\r\nID,the number\r\nSEX\r\n",
    ],
)
def test_untidy_files_are_read_all_the_same(schema, tmp_path, write, text):
    write("patient.csv", text)
    described = read_descriptions(schema, tmp_path)
    assert described.problems == ()
    assert column(described.schema, "Patient", "ID").description == "the number"


def test_without_a_folder_the_schema_is_as_it_was(schema, tmp_path):
    assert describe(schema, tmp_path / "none") is schema
