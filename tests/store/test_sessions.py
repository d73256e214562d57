"""A worker writes by one session, also when it lost the one before in the middle of a commit."""

import secrets
import threading
import time

import dj_database_url
import pytest

from runtime.store.connect import connect
from runtime.store.dialect import DatabaseDownError


def test_a_session_that_was_lost_does_nothing_once_another_writes(postgres_url: str) -> None:
    settings = dict(dj_database_url.parse(postgres_url))
    key = secrets.randbits(62)
    lost, seen = connect(settings), connect(settings)
    lost.write_alone(key)
    seen.run("CREATE TABLE written (by_whom text)")
    began = threading.Event()

    def commit() -> None:
        began.set()
        with lost.transaction():
            lost.run("INSERT INTO written VALUES ('the lost one')")
            lost.run("SELECT pg_sleep(20)")

    def lose() -> None:
        with pytest.raises(DatabaseDownError):
            commit()

    writer = threading.Thread(target=lose)
    writer.start()
    began.wait(5)
    until = time.monotonic() + 10
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%%'"
    while not seen.run(asleep)[0][0] and time.monotonic() < until:
        time.sleep(0.01)
    after = connect(settings)
    after.write_alone(key)
    after.run("INSERT INTO written VALUES ('the one after')")
    writer.join(10)
    assert seen.run("SELECT by_whom FROM written") == [("the one after",)]
    for db in (lost, seen, after):
        db.close()


def test_others_are_left_alone(postgres_url: str) -> None:
    settings = dict(dj_database_url.parse(postgres_url))
    first, second = connect(settings), connect(settings)
    first.write_alone(5)
    second.write_alone(6)
    assert first.run("SELECT 1") == [(1,)]
    first.close()
    second.close()
