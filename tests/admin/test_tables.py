"""Tables as people see and change them in the admin."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from builder.models import AuditEntry
from runtime.keeping.tables import opened, rows_of
from runtime.models import DataRow, DataTable
from tests.support.people import Place, browser

TABLES = "runtime_datatable"


def columns(*rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """The boxes of the columns, as the page sends them."""
    sent: dict[str, Any] = {"columns-TOTAL_FORMS": len(rows), "columns-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        sent |= {f"columns-{number}-{name}": value for name, value in row.items()}
    return sent


def rows(table: DataTable) -> list[dict[str, Any]]:
    """What is in a table, without where it is kept."""
    found = [dict(row) for row in rows_of(opened(table))]
    return [{name: value for name, value in row.items() if name != "row_id"} for row in found]


def upload(client: Client, table: DataTable, content: bytes) -> str:
    """Take a file over; the table's page afterwards."""
    address = reverse(f"admin:{TABLES}_import", args=[table.id])
    file = SimpleUploadedFile("rows.csv", content)
    return client.post(address, {"file": file}, follow=True).content.decode()


def test_a_person_makes_a_table_and_puts_a_row_into_it(place: Place) -> None:
    client = browser(place.people["editor"])
    boxes = columns(
        {"name": "email", "kind": "text", "is_key": "on"},
        {"name": "since", "kind": "date"},
        {"name": "paid", "kind": "yes_no"},
    )
    answer = client.post(reverse(f"admin:{TABLES}_add"), {"name": " Orders ", **boxes})
    made = DataTable.objects.get(name="Orders")
    assert answer.headers["Location"] == reverse(f"admin:{TABLES}_change", args=[made.id])
    add = f"{reverse('admin:runtime_datarow_add')}?table={made.id}"
    email, since, paid = [f"c{one.id}" for one in made.columns.order_by("id")]
    page = client.post(add, {email: "a@b.c", since: "soon", paid: ""}).content.decode()
    assert "“soon” cannot go into the column “since”, which holds dates" in page
    client.post(add, {email: "a@b.c", since: "2026-03-31", paid: "true"})
    assert rows(made) == [{"email": "a@b.c", "since": "2026-03-31", "paid": True}]
    page = client.post(add, {email: "A@B.C "}).content.decode()
    assert "There is already a row with this “email”." in page
    listed = client.get(f"{reverse('admin:runtime_datarow_changelist')}?table={made.id}")
    assert "a@b.c" in listed.content.decode()
    assert {"table_added", "table_row_added"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_an_operator_changes_and_removes_rows_but_no_columns(place: Place) -> None:
    client, row = browser(place.people["operator"]), place.table.rows.get()
    email, orders = [f"c{one.id}" for one in place.table.columns.order_by("id")]
    address = reverse("admin:runtime_datarow_change", args=[row.id])
    assert "ada@home" in client.get(address).content.decode()
    client.post(address, {email: "two\nlines", orders: "4,5"})
    assert rows(place.table)[0]["orders"] == 3
    client.post(address, {email: "two\nlines", orders: "4.5"})
    assert rows(place.table) == [{"email": "two\nlines", "orders": 4.5}]
    table = reverse(f"admin:{TABLES}_change", args=[place.table.id])
    assert client.post(table, {"name": "Mine"}).status_code == 403
    client.post(reverse("admin:runtime_datarow_delete", args=[row.id]), {"post": "yes"})
    place.table.refresh_from_db()
    assert (rows(place.table), place.table.row_count) == ([], 0)


def test_a_viewer_reads_a_row_and_has_no_boxes(place: Place) -> None:
    row = place.table.rows.get()
    client = browser(place.people["viewer"])
    page = client.get(reverse("admin:runtime_datarow_change", args=[row.id])).content.decode()
    assert "email: ada@home" in page
    assert f'name="c{place.table.columns.earliest("id").id}"' not in page


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ([{"name": "a", "kind": "text"}, {"name": "A ", "kind": "text"}], "same name"),
        ([{"name": "row_id", "kind": "text"}], "cannot be called so"),
        (
            [
                {"name": "a", "kind": "text", "is_key": "on"},
                {"name": "b", "kind": "text", "is_key": "on"},
            ],
            "Only one column",
        ),
        ([{"name": "a", "kind": "data", "is_key": "on"}], "goes for text, numbers and dates"),
    ],
)
def test_columns_that_do_not_go_together_are_refused(
    place: Place, boxes: list[dict[str, Any]], said: str
) -> None:
    client = browser(place.people["editor"])
    answer = client.post(reverse(f"admin:{TABLES}_add"), {"name": "New", **columns(*boxes)})
    assert said in answer.content.decode()
    assert not DataTable.objects.filter(name="New").exists()


def test_rows_stay_when_a_column_is_renamed_and_are_found_by_another_key(place: Place) -> None:
    client = browser(place.people["editor"])
    email, orders = place.table.columns.order_by("id")
    upload(client, place.table, b"email,orders\nbob,3\n")
    both = columns(
        {"id": email.id, "table": place.table.id, "name": "mail", "kind": "text"},
        {
            "id": orders.id,
            "table": place.table.id,
            "name": "orders",
            "kind": "number",
            "is_key": "on",
        },
        initial=2,
    )
    address = reverse(f"admin:{TABLES}_change", args=[place.table.id])
    page = client.post(address, {"name": "Customers", **both}).content.decode()
    assert "“3” is there more than once" in page
    DataRow.objects.filter(table=place.table).latest("id").delete()
    client.post(address, {"name": "Customers", **both})
    assert rows(place.table) == [{"mail": "ada@home", "orders": 3}]
    page = upload(client, place.table, b"orders,mail\n3.0,new\n")
    assert "0 rows added, 1 changed." in page
    assert rows(place.table) == [{"mail": "new", "orders": 3}]


def test_a_file_makes_the_columns_of_an_empty_table(place: Place) -> None:
    table = DataTable.objects.create(workspace_id=place.workspace.id, name="Sheet")
    content = "Nr;Größe;Seit;Ja\n007;1.5;2026-01-02;yes\n;2;2026-01-03;no\n".encode("cp1252")
    assert "2 rows added" in upload(browser(place.people["editor"]), table, content)
    kinds = [one.kind for one in table.columns.order_by("id")]
    assert kinds == ["text", "number", "date", "yes_no"]
    assert rows(table) == [
        {"Nr": "007", "Größe": 1.5, "Seit": "2026-01-02", "Ja": True},
        {"Nr": "", "Größe": 2, "Seit": "2026-01-03", "Ja": False},
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"email,orders\nx,1\ny,many\n", "Line 3: “many” cannot go into the column"),
        (b"email,price\nx,1\n", "no column called “price”"),
        (b"", "The file is empty"),
        (b"PK\x03\x04\x00\x00", "no CSV file"),
        (b"email,orders\nx,1,2\n", "Line 2: There are more cells than columns"),
    ],
)
def test_a_file_goes_in_whole_or_not_at_all(place: Place, content: bytes, said: str) -> None:
    page = upload(browser(place.people["operator"]), place.table, content)
    assert "Nothing was taken over." in page
    assert said in page
    assert rows(place.table) == [{"email": "ada@home", "orders": 3}]


def test_no_cell_of_a_download_is_a_formula_and_it_goes_in_again_as_it_was(place: Place) -> None:
    client = browser(place.people["admin"])
    texts = ["=HYPERLINK(1)", "+1", "-1", "@x", "'=kept", "plain, “quoted”", "two\nlines"]
    content = io.StringIO()
    csv.writer(content).writerows([["email"], *([f"'{t}" if t[0] in "=+-@" else t] for t in texts)])
    upload(client, place.table, content.getvalue().encode())
    address = reverse(f"admin:{TABLES}_export", args=[place.table.id])
    sent = client.get(address).content
    cells = [line[0] for line in csv.reader(io.StringIO(sent.decode("utf-8-sig")))]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    before = rows(place.table)
    assert "0 rows added, 8 changed." in upload(client, place.table, sent)
    assert rows(place.table) == before
    assert [row["email"] for row in before[1:]] == [t.replace("'=kept", "=kept") for t in texts]


def test_rows_of_another_workspace_are_not_listed(place: Place, elsewhere: Place) -> None:
    client = browser(elsewhere.people["admin"])
    address = f"{reverse('admin:runtime_datarow_changelist')}?table={place.table.id}"
    answer = client.get(address)
    assert answer.headers["Location"] == reverse(f"admin:{TABLES}_changelist")
    add = f"{reverse('admin:runtime_datarow_add')}?table={place.table.id}"
    client.post(add, {f"c{place.table.columns.earliest('id').id}": "intruder"})
    assert DataRow.objects.filter(table=place.table).count() == 1


def test_search_looks_into_cells_and_not_into_how_they_are_kept(place: Place) -> None:
    client = browser(place.people["viewer"])
    address = f"{reverse('admin:runtime_datarow_changelist')}?table={place.table.id}&q="
    number = place.table.columns.earliest("id").id
    assert "ada@home" in client.get(f"{address}ADA").content.decode()
    for strange in (f'"{number}"', "zzz"):
        assert "ada@home" not in client.get(address + strange).content.decode()
