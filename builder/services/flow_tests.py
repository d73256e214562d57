"""Runs saved as tests: tried on the draft with recorded answers, so that nothing leaves."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from builder.models import Flow, FlowTest
from builder.services.audit import record
from builder.services.compare_answers import HOWS, Check, Difference, differences
from builder.services.refusals import NotPossibleError, Refusal
from builder.services.run_again import replay_run
from runtime.models import Run
from runtime.services.keep_runs import keep_run, release_runs
from runtime.services.means_the_same import means_the_same
from runtime.services.notices import Person

MOST_TESTS = 100
MOST_CHECKS = 50


def keep_as_test(run: Run, *, name: str, actor: Person | None) -> FlowTest:
    """Save a run as a test of its flow; raises NotPossibleError."""
    flows = Flow.objects.in_workspace(run.workspace_id)
    flow = flows.filter(id=run.flow_id).first() if run.flow_id else None
    if flow is None:
        raise NotPossibleError(_("The flow of this run was deleted, so there is nothing to test."))
    if not run.over:
        raise NotPossibleError(_("This run is not over yet. Wait until it is."))
    tidy = " ".join(name.split())[:120]
    if not tidy:
        raise NotPossibleError(_("Give the test a name."))
    if flow.tests.filter(name=tidy).exists():
        raise NotPossibleError(_("There is already a test called “%s”.") % tidy)
    if flow.tests.count() >= MOST_TESTS:
        raise NotPossibleError(_("A flow has at most %d tests.") % MOST_TESTS)
    with transaction.atomic():
        test = FlowTest.objects.create(
            flow=flow,
            name=tidy,
            run_id=run.replays or run.id,
            author_id=actor.pk if actor else None,
        )
        keep_run(test.run_id, run.workspace_id)
        record("test_kept", actor=actor, target=flow, details={"test": tidy, "run": str(run.id)})
    return test


def set_checks(test: FlowTest, checks: Sequence[Check], *, actor: Person | None) -> None:
    """Say what is compared; without checks all of it. The last try is judged anew."""
    if len(checks) > MOST_CHECKS:
        raise NotPossibleError(_("A test compares at most %d fields.") % MOST_CHECKS)
    test.checks = [asdict(check) for check in checks]
    test.passed, test.differences = None, []
    with transaction.atomic():
        test.save(update_fields=["checks", "passed", "differences"])
        record("test_changed", actor=actor, target=test.flow, details={"test": test.name})


def drop_test(test: FlowTest, *, actor: Person | None) -> None:
    """Forget a test; its run is kept as long as others are."""
    with transaction.atomic():
        others = FlowTest.objects.filter(run_id=test.run_id).exclude(pk=test.pk)
        if not others.exists():
            release_runs([test.run_id])
        record("test_dropped", actor=actor, target=test.flow, details={"test": test.name})
        test.delete()


def try_tests(flow: Flow, *, actor: Person) -> list[FlowTest]:
    """Start a try of each test on the draft; raises HasProblemsError for a draft with some."""
    for test in flow.tests.all():
        run = Run.objects.filter(id=test.run_id, workspace_id=flow.workspace_id).first()
        test.passed, test.differences, test.tried_run_id = None, [], None
        try:
            if run is None:
                raise NotPossibleError(_("What was recorded is gone. Save another run as a test."))
            test.tried_run_id = replay_run(run, actor=actor)
        except Refusal as refusal:
            if refusal.status == 422:  # the draft cannot run at all
                raise
            test.passed = False
            test.differences = [asdict(Difference("", "run", None, str(refusal)))]
        test.tried_revision = flow.draft_revision
        test.save(update_fields=["passed", "differences", "tried_run_id", "tried_revision"])
    return tests_of(flow)


def tests_of(flow: Flow) -> list[FlowTest]:
    """The flow's tests; tries that have ended meanwhile are judged."""
    tests = list(flow.tests.select_related("flow"))
    waiting = [test for test in tests if test.passed is None and test.tried_run_id]
    tried = Run.objects.in_bulk([test.tried_run_id for test in waiting])
    recorded = Run.objects.in_bulk([test.run_id for test in waiting])
    for test in waiting:
        new, old = tried.get(_id(test.tried_run_id)), recorded.get(test.run_id)
        if new is not None and old is not None and new.over:
            _judge(test, old, new)
    return tests


def parse_checks(text: str) -> list[Check]:
    """Checks as people write them, one a line: `answer.text means`; raises NotPossibleError."""
    checks = []
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        path, how = (words[0], words[1]) if len(words) == 2 else (words[0], "equal")
        if len(words) > 2 or how not in HOWS:
            raise NotPossibleError(
                _("“%(line)s” is not a field and one of: %(hows)s.")
                % {"line": line.strip()[:80], "hows": ", ".join(HOWS)}
            )
        checks.append(Check(path, how))  # type: ignore[arg-type]  # one of them, as asked above
    return checks


def answer_of(run: Run) -> Any:
    """What a run returned: of Respond, else its result."""
    if run.response:
        return json.loads(run.response).get("body")
    return json.loads(run.output) if run.output else None


def _judge(test: FlowTest, old: Run, new: Run) -> None:
    checks = [Check(one["path"], one["how"]) for one in test.checks]
    workspace = str(old.workspace_id)
    found = differences(
        answer_of(old), answer_of(new), checks, lambda a, b: means_the_same(workspace, a, b)
    )
    if old.status != new.status:
        found.insert(0, Difference("", "run", old.status, new.reason or new.status))
    test.passed, test.differences = not found, [asdict(one) for one in found]
    test.save(update_fields=["passed", "differences"])


def _id(run_id: UUID | None) -> UUID:
    return run_id or UUID(int=0)
