"""The Celery application. Celery brings the work and the workers; the database is the truth."""

from __future__ import annotations

import os

import django
from celery import Celery, Task
from django.apps import apps
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
if not apps.ready:  # the worker command starts here; the web server has done it already
    django.setup()

QUEUE = "flows"
app = Celery("segue")
app.conf.update(
    broker_url=os.environ.get("REDIS_URL", ""),
    broker_transport="runtime.worker.transport:Transport",
    result_backend=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=False,  # the hint is acknowledged at once; what it speaks of is a row
    task_default_queue=QUEUE,
    # Without bookkeeping of what was not acknowledged yet: three round trips to Redis a message.
    task_queues=[Queue(QUEUE, no_ack=True)],
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=100,  # messages are cheap hints: never wait for them one by one
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "socket_timeout": 5,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
    timezone="UTC",
    enable_utc=True,
)


@app.task(name="segue.announce")
def announce(runs: list[str]) -> None:
    """Say that runs are ready. Workers take the message in their strategy; this body never runs."""


# What Celery's consumer reads of a message (its protocol, version 2) to find the task.
HINT_HEADERS = {"lang": "py", "task": "segue.announce", "id": "hint", "root_id": "hint"}
announce_task: Task[..., None] = announce
announce_task.Strategy = "runtime.worker.strategy:strategy"

from celery.signals import setup_logging  # noqa: E402

from runtime.worker.bootstep import install  # noqa: E402  needs Django to be ready

install(app)


@setup_logging.connect
def keep_our_logs(**_: object) -> None:
    """Celery sets up loggers of its own unless somebody says that it is done."""
