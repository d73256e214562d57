"""Runs `prepare` before the processes start, and knows when the served files must be gathered."""

import hashlib
import json
from collections.abc import Mapping

from builder.launch.commands import run_quietly
from builder.launch.environment import Project
from builder.launch.messages import Screen


def prepare(project: Project, env: Mapping[str, str], screen: Screen) -> None:
    """Bring the database up to date, with what a first start makes."""
    _run(project, env, screen, "-", "0")


def prepare_to_serve(
    project: Project, env: Mapping[str, str], screen: Screen, *, base_url: str, links: int
) -> list[str]:
    """Also gather the files for browsers; returns that many one-time sign-in links."""
    stamp = project.data / "static" / ".gathered-from"
    served = _fingerprint(project)
    if stamp.exists() and stamp.read_text() == served:
        return _run(project, env, screen, base_url, str(links))
    made = _run(project, env, screen, base_url, str(links), "--collect")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(served)
    return made


def _run(project: Project, env: Mapping[str, str], screen: Screen, *argv: str) -> list[str]:
    with screen.step("Preparing the data"):
        said = run_quietly(
            [project.python, "-m", "builder.launch.prepare", *argv],
            log=project.logs / "prepare.log",
            env=env,
            cwd=project.root,
            failure="Segue's data could not be prepared.",
        )
    return [str(link) for link in json.loads(said.splitlines()[-1])["links"]]


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
