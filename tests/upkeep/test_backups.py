"""The drill: make runs, back up, lose everything, restore, and go on, on both databases."""

import os
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.utils import timezone

from builder.launch import environment
from builder.models import Flow, FlowVersion, Membership
from builder.services import backup_about
from builder.services.backup_about import read_about
from builder.services.before_upgrade import before_upgrade
from builder.services.make_backup import make_backup
from builder.services.refusals import NotPossibleError
from builder.services.restore_backup import restore_backup
from runtime.models import Run, RunStatus
from runtime.services.approvals import questions_of
from runtime.services.credentials import open_credential
from runtime.services.decide import Decided, decide
from runtime.services.engine_connection import close_engine_connection
from tests.support.house import House, adopt, house_on
from tests.support.people import CANARY
from tests.support.servers import fresh_database

WAITING: dict[str, Any] = {
    "format": "segue.flow/1",
    "nodes": [
        {"id": "n_start", "key": "start", "name": "Start", "type": "trigger.manual"},
        {
            "id": "n_ask",
            "key": "ask",
            "name": "Ask",
            "type": "flow.approval",
            "params": {"question": "Shall it go on?"},
        },
    ],
    "edges": [{"source": "n_start", "target": "n_ask"}],
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    servers: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[House]:
    """A Segue on each of the two databases, with a data folder of its own."""
    with ExitStack() as stack:
        database = None
        if request.param == "postgresql":
            fresh = fresh_database(servers[environment.TEST_POSTGRES_URL])
            database = stack.enter_context(fresh)
        data = tmp_path_factory.mktemp("data")
        stack.enter_context(override_settings(DATA_DIR=data))
        stack.enter_context(django_db_blocker.unblock())
        yield stack.enter_context(house_on(data, database))


@pytest.fixture
def data(house: House) -> Path:
    """The data folder."""
    return Path(settings.DATA_DIR)


def waiting_run(house: House) -> Run:
    run = house.start(house.flow("Asks", WAITING), {"id": 7})
    house.work(lambda: Run.objects.get(id=run.id).status == RunStatus.WAITING)
    return run


def lose_everything() -> None:
    """The disk is gone: an empty database, as a new install finds it."""
    close_engine_connection()
    if connection.vendor == "sqlite":
        connection.close()
        for path in Path(str(connection.settings_dict["NAME"])).parent.glob("house.sqlite3*"):
            path.unlink()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def test_what_was_lost_comes_back_and_goes_on(house: House, data: Path, tmp_path: Path) -> None:
    run, place = waiting_run(house), house.place
    Session.objects.create(
        session_key="k" * 32, session_data="", expire_date=timezone.now() + timedelta(days=1)
    )
    (data / "files" / "ab").mkdir(parents=True, exist_ok=True)
    (data / "files" / "ab" / "cd").write_bytes(b"kept")
    passing = ["practice/practice-model.json", "files/incoming/half", "run/lock", "x/y.lock"]
    for name in passing:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(b"of this moment only")
    made = make_backup(tmp_path / "elsewhere" / "mine.zip", with_keys=True)
    assert not {f"files/{name}" for name in passing} & set(zipfile.ZipFile(made.path).namelist())
    lose_everything()
    (data / "files" / "ab" / "cd").unlink()

    done = restore_backup(made.path)

    assert (done.before, done.locked) == (None, 0)
    assert (data / "files" / "ab" / "cd").read_bytes() == b"kept"
    assert (data / "secrets" / "encryption_keys").stat().st_mode & 0o077 == 0
    assert set(Flow.objects.values_list("name", flat=True)) == {"Flow of house", "Asks"}
    assert Membership.objects.count() == 4
    assert open_credential(place.workspace.id, place.credential.id).secret["token"] == CANARY
    assert Session.objects.count() == 0, "nobody is signed in by a backup"

    (asked,) = questions_of(Run.objects.get(id=run.id))
    assert decide(asked, by=place.people["admin"], approved=True) is Decided.TAKEN
    assert house.finish(run.id).status == RunStatus.SUCCEEDED
    # New rows find free numbers.
    house.flow("After", WAITING)


def test_what_is_there_is_not_replaced_unasked_and_is_kept(house: House, tmp_path: Path) -> None:
    made = make_backup(tmp_path / "one.zip")
    house.flow("Later", WAITING, live=False)
    with pytest.raises(NotPossibleError, match="--replace"):
        restore_backup(made.path)
    assert Flow.objects.filter(name="Later").exists()

    done = restore_backup(made.path, replace=True)
    assert not Flow.objects.filter(name="Later").exists()
    assert done.before is not None
    restore_backup(done.before.path, replace=True)
    assert Flow.objects.filter(name="Later").exists()


def test_a_backup_is_of_one_moment_while_others_write(house: House, tmp_path: Path) -> None:
    """Flows are made all the time: each flow in the backup has its versions, none is half there."""
    over = threading.Event()

    def write() -> None:
        adopt()
        number = 0
        while not over.is_set():
            house.flow(f"Flow {number}", WAITING)
            number += 1
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        before = Flow.objects.count()
        while Flow.objects.count() == before:
            path = make_backup(tmp_path / f"{uuid4()}.zip").path
    finally:
        over.set()
        writer.join()
    restore_backup(path, replace=True)
    versions = set(FlowVersion.objects.values_list("flow_id", flat=True))
    # Publishing writes both in one transaction.
    assert versions == set(Flow.objects.filter(live_version=1).values_list("id", flat=True))


def test_a_damaged_backup_changes_nothing(house: House, tmp_path: Path) -> None:
    house.flow("Mine", WAITING, live=False)
    good = make_backup(tmp_path / "good.zip").path
    about = zipfile.ZipFile(good).read("about.json")
    cut, foreign, hollow = (tmp_path / f"{name}.zip" for name in ("cut", "foreign", "hollow"))
    cut.write_bytes(good.read_bytes()[:-2000])
    foreign.write_bytes(b"PK nothing of ours")
    with zipfile.ZipFile(hollow, "w") as archive:
        archive.writestr("about.json", about)
        archive.writestr("database/segue.sqlite3", b"SQLite format 3\0 not at all")
        archive.writestr("database/columns.json", '{"builder_flow": ["id"]}')
        archive.writestr("database/builder_flow.copy", b"no id\n")
    for path in (cut, foreign, hollow, tmp_path / "missing.zip"):
        with pytest.raises(NotPossibleError):
            restore_backup(path, replace=True)
        assert Flow.objects.filter(name="Mine").exists(), path


def test_files_of_a_backup_stay_in_the_data_folder(house: House, tmp_path: Path) -> None:
    good = make_backup(tmp_path / "good.zip").path
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("files/../../outside", b"!")
    with pytest.raises(NotPossibleError, match="no backup of Segue"):
        restore_backup(good, replace=True)
    assert not (tmp_path.parent / "outside").exists()


def test_the_commands_say_what_they_did_and_what_to_keep(
    house: House, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*argv: str) -> str:
        out = StringIO()
        call_command(*argv, stdout=out)
        return out.getvalue()

    file = str(tmp_path / "b.zip")
    without = said("backup", file)
    assert f"{Flow.objects.count()} flows" in without
    assert "no connection can be read" in without
    assert not [name for name in zipfile.ZipFile(file).namelist() if name.startswith("keys/")]
    assert CANARY.encode() not in Path(file).read_bytes()
    with pytest.raises(CommandError, match="there already"):
        said("backup", file)
    assert "keep it where nobody else" in said("backup", str(tmp_path / "c.zip"), "--with-keys")
    with Path(os.devnull).open() as nobody, monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", nobody)
        with pytest.raises(CommandError, match="--yes"):
            said("restore", file, "--replace")
    (data / "secrets").mkdir(exist_ok=True)
    (data / "secrets" / "encryption_keys").write_text(Fernet.generate_key().decode())
    restored = said("restore", file, "--replace", "--yes")
    assert "It is restored" in restored
    assert "before-restore" in restored
    assert "One connection cannot be read" in restored


def test_an_upgrade_is_backed_up_and_a_newer_version_refused(house: House, tmp_path: Path) -> None:
    assert before_upgrade() is None, "nothing is pending"
    flows = Flow.objects.count()
    call_command("migrate", "builder", "0002", verbosity=0)
    made = before_upgrade()
    assert made is not None
    assert made.path.name.startswith("before-upgrade")
    call_command("migrate", verbosity=0)
    restore_backup(made.path, replace=True)  # brings the schema of then up to now
    assert before_upgrade() is None
    assert Flow.objects.count() == flows

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('runtime', '9_new', %s)",
            [timezone.now()],
        )
    with pytest.raises(NotPossibleError, match="newer Segue"):
        before_upgrade()
    newer = make_backup(tmp_path / "newer.zip").path
    with pytest.raises(NotPossibleError, match="newer Segue"):
        read_about(newer)
    MigrationRecorder.Migration.objects.filter(name="9_new").delete()


def test_a_backup_of_the_other_database_is_named(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_backup(tmp_path / "b.zip").path
    monkeypatch.setattr(backup_about, "connection", Elsewhere())
    with pytest.raises(NotPossibleError, match="DATABASE_URL"):
        read_about(path)


class Elsewhere:
    """What a Segue on another kind of database would say of itself."""

    vendor = "mysql"
