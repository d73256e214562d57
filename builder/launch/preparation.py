"""Runs `prepare` before the processes start, and knows when the served files must be gathered."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from builder.launch.commands import run_quietly
from builder.launch.environment import Project
from builder.launch.messages import Screen


def prepare(
    project: Project, env: Mapping[str, str], screen: Screen, *, base_url: str, links: int
) -> list[str]:
    """Bring the data folder up to date; returns that many one-time sign-in links."""
    stamp = project.data / "static" / ".gathered-from"
    served = _fingerprint(project)
    stale = not stamp.exists() or stamp.read_text() != served
    argv: list[str | Path] = [project.python, "-m", "builder.launch.prepare", base_url, str(links)]
    if stale:
        argv.append("--collect")
    with screen.step("Preparing the data"):
        said = run_quietly(
            argv,
            log=project.logs / "prepare.log",
            env=env,
            cwd=project.root,
            failure="Segue's data could not be prepared.",
        )
    if stale:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(served)
    answer = json.loads(said.splitlines()[-1])
    return [str(link) for link in answer["links"]]


def _fingerprint(project: Project) -> str:
    """One hash over what `collectstatic` would gather: packages, the canvas, our own files."""
    digest = hashlib.sha256(str(project.root).encode())
    single = [project.requirements / "runtime.txt", project.frontend / "dist" / ".built-from"]
    own = [
        path
        for part in ("builder", "runtime")
        for path in (project.root / part).glob("**/static/**/*")
        if path.is_file()
    ]
    for path in [*single, *sorted(own)]:
        if path.is_file():
            digest.update(f"{path.relative_to(project.root)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
