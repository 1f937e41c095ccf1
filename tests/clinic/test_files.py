"""Files: what is taken, what they are called, who may read them and how they are served."""

import base64

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from clinic.actions import store_file
from clinic.files import MOST_BYTES, FileRefused, inspect
from clinic.models import StoredFile
from tests.conftest import NOON
from tests.layers import layer

PDF, PNG, JPEG = b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n....", b"\xff\xd8\xff\xe0...."
API = "/api/v1/files/"


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [(PDF, "application/pdf", ".pdf"), (PNG, "image/png", ".png"), (JPEG, "image/jpeg", ".jpg")],
)
def test_the_first_bytes_say_what_it_is_whatever_it_is_called(content, media_type, ending):
    inspected = inspect("scan.exe", content)
    assert (inspected.media_type, inspected.name) == (media_type, f"scan{ending}")


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90", b"<html>", b"<svg xmlns=''>", b" %PDF-1.7", b"GIF89a", b"PK\x03\x04"]
)
def test_anything_else_is_refused(content):
    with pytest.raises(FileRefused, match="neither a PDF nor"):
        inspect("scan.pdf", content)


def test_ten_megabytes_are_taken_and_one_byte_more_is_not():
    assert inspect("a.pdf", PDF.ljust(MOST_BYTES, b"0")).media_type == "application/pdf"
    with pytest.raises(FileRefused, match="larger than 10 MB"):
        inspect("a.pdf", PDF.ljust(MOST_BYTES + 1, b"0"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\scans\\ruth.tiff", "ruth.pdf"),
        ('a"; filename=evil\r\nX: y.pdf', "a__ filename_evil__X_ y.pdf"),
        ("Año ñ.pdf", "Año ñ.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 156 + ".pdf"),
    ],
)
def test_names_are_made_safe(name, kept):
    assert inspect(name, PDF).name == kept


@layer
def stored(clinic, clinician) -> StoredFile:
    return store_file(clinic=clinic, name="scan.pdf", content=PDF, at=NOON, by=clinician)


def test_researchers_and_strangers_store_nothing(clinic, researcher, stranger):
    for person in (researcher, stranger):
        with pytest.raises(PermissionDenied):
            store_file(clinic=clinic, name="scan.pdf", content=PDF, at=NOON, by=person)


def test_the_page_serves_it_as_it_came_and_lets_it_do_nothing(client, clinician, stored):
    client.force_login(clinician)
    answer = client.get(reverse("file", args=[stored.public_id]))
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="scan.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store, private"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_picture_is_shown_in_place(client, clinic, clinician):
    picture = store_file(clinic=clinic, name="Año.png", content=PNG, at=NOON, by=clinician)
    client.force_login(clinician)
    answer = client.get(reverse("file", args=[picture.public_id]))
    assert answer["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_others_find_no_such_file(client, stranger, researcher, stored):
    address = reverse("file", args=[stored.public_id])
    assert client.get(address).status_code == 302
    for person in (stranger, researcher):
        client.force_login(person)
        assert client.get(address).status_code == 404


def test_the_file_page_takes_no_post(client, clinician, stored):
    client.force_login(clinician)
    assert client.post(reverse("file", args=[stored.public_id])).status_code == 405


def body(clinic, file: bytes, **changes: object) -> dict[str, object]:
    content = base64.b64encode(file).decode()
    return {"clinic": str(clinic.public_id), "name": "scan.pdf", "content": content, **changes}


def test_the_api_takes_ten_megabytes_and_gives_them_back(program, clinic, clinician):
    content = PDF.ljust(MOST_BYTES, b"7")
    made = program(clinician).post(API, body(clinic, content))
    assert made.status_code == 201
    assert made.json()["media_type"] == "application/pdf"
    assert "content" not in made.json()
    read = program(clinician).get(f"{API}{made.json()['id']}/content/")
    assert read.content == content
    assert "sandbox" in read["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"content": "not base64!"}, "not_base64", "content"),
        ({"content": base64.b64encode(b"<html>").decode()}, "file_refused", "content"),
        ({"content": base64.b64encode(PDF.ljust(MOST_BYTES + 1)).decode()}, "file_refused", "content"),
        ({"extra": 1}, "unknown_field", "extra"),
    ],
)
def test_the_api_says_what_is_wrong(program, clinic, clinician, changes, code, field):
    answer = program(clinician).post(API, body(clinic, PDF, **changes))
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)


def test_a_body_over_the_limit_is_refused_here_and_a_smaller_one_elsewhere(program, clinic, clinician):
    answer = program(clinician).post(API, body(clinic, b"0" * 11_000_000))
    assert (answer.status_code, answer.json()["message"]) == (413, "The request body is larger than 14 MB.")
    answer = program(clinician).post("/api/v1/patients/", {"x": "0" * 1_100_000})
    assert (answer.status_code, answer.json()["message"]) == (413, "The request body is larger than 1 MB.")


def test_the_api_hides_other_clinics_files(program, stranger, stored):
    assert program(stranger).get(f"{API}{stored.public_id}/").status_code == 404
    assert program(stranger).get(f"{API}{stored.public_id}/content/").status_code == 404
