"""A backup from the admin: who gets it, and what comes."""

import io
import zipfile
from pathlib import Path

from django.conf import settings
from django.test import AsyncClient

from builder.models import AuditEntry, Role
from builder.services.people import invite
from tests.support.people import Place, browser, make_place


async def test_an_admin_downloads_everything(place: Place) -> None:
    client = AsyncClient()
    await client.aforce_login(
        place.people["admin"], backend="django.contrib.auth.backends.ModelBackend"
    )
    answer = await client.post("/admin/backup/")
    got = b"".join([part async for part in answer])  # type: ignore[attr-defined]
    names = zipfile.ZipFile(io.BytesIO(got)).namelist()
    assert answer.headers["Content-Disposition"].endswith('.zip"')
    assert "database/segue.sqlite3" in names
    assert not [name for name in names if name.startswith("keys/")]
    assert list((Path(settings.DATA_DIR) / "backups").iterdir()) == []
    assert await AuditEntry.objects.filter(action="backup_made").aexists()


def test_only_who_looks_after_every_workspace_sees_it(place: Place) -> None:
    admin = browser(place.people["admin"])
    assert admin.get("/admin/backup/").status_code == 200
    for role in ("viewer", "operator", "editor"):
        assert browser(place.people[role]).get("/admin/backup/").status_code == 403
        assert browser(place.people[role]).post("/admin/backup/").status_code == 403
    other = make_place("elsewhere")
    assert admin.get("/admin/backup/").status_code == 403, "it would hold the other workspace too"
    invite(other.workspace.id, "admin@home", Role.ADMIN, actor=other.people["admin"])
    assert browser(place.people["admin"]).get("/admin/backup/").status_code == 200
