"""The rules of ARCHITECTURE: who may import whom, and how the tree is kept readable."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODES = ROOT / "runtime" / "nodes"
LONGEST_FILE = 400
LONGEST_GUIDE = 40
BINARY = {".whl", ".png", ".woff2", ".ico", ".mo"}
MADE = {"migrations", "node_modules", "dist", "__pycache__"}
GUIDED = (
    "builder", "builder/launch", "builder/models", "builder/services", "builder/api",
    "builder/admin", "runtime", "runtime/graph", "runtime/sdk", "runtime/engine", "runtime/nodes",
    "runtime/credentials", "runtime/providers", "runtime/store", "runtime/worker",
    "runtime/ingress", "runtime/models", "runtime/services", "runtime/testing", "frontend",
    "tests",
)  # fmt: skip


def sources(*suffixes: str) -> Iterator[Path]:
    """The files people write: no migrations, nothing generated, nothing installed."""
    for top in ("builder", "runtime", "frontend", "tests"):
        for path in (ROOT / top).rglob("*"):
            inside = path.relative_to(ROOT)
            generated = ".gen." in path.name or path.name.endswith(".d.ts")
            if path.suffix in suffixes and not MADE & set(inside.parts) and not generated:
                yield path


def imports(path: Path) -> set[str]:
    """The dotted names a module imports, `a.b` for `from a import b` too."""
    found: set[str] = set()
    for part in ast.walk(ast.parse(path.read_text())):
        if isinstance(part, ast.Import):
            found |= {name.name for name in part.names}
        elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
            found |= {part.module} | {f"{part.module}.{name.name}" for name in part.names}
        elif isinstance(part, ast.ImportFrom) and part.level:
            found.add("." * part.level)
    return found


def node_files() -> list[Path]:
    return [path for path in NODES.rglob("*.py") if path.name != "__init__.py"]


def test_import_linter_keeps_its_contracts() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_node_imports_the_sdk_and_protocols_and_nothing_else_of_ours() -> None:
    spoken = (
        "protocols",
        "talk",
        "turn",
        "work",
        "conversation",
        "judging",
        "alike",
        "cases",
        "choose",
        "facts",
        "wordings",
        "samples",
        "service",
        "pictures",
        "thoughts",
    )  # what a node may say to models, and how
    # How other programs are spoken to, over the client that steps have.
    others = ("runtime.mcp.talk", "runtime.mcp.offers", "runtime.searching.places")
    pure = ("runtime.sdk", "runtime.guarding", "runtime.knowledge", *others)
    allowed = (*pure, *(f"runtime.providers.{name}" for name in spoken))
    wrong = {
        str(path.relative_to(ROOT)): sorted(names)
        for path in node_files()
        if (
            names := {
                name
                for name in imports(path)
                if name.startswith((".", "builder", "runtime"))
                and not name.startswith(allowed)
                and name not in ("runtime", "runtime.providers", "runtime.mcp", "runtime.searching")
            }
        )
    }
    assert not wrong


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(".py", ".ts", ".tsx", ".css")
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_node_type_is_named_outside_its_own_file() -> None:
    types = {
        match[1]: path
        for path in node_files()
        if (
            match := re.search(
                r'^\s+type(?:, [\w, ]+)? = \(?"([a-z_]+\.[a-z_]+)"', path.read_text(), re.MULTILINE
            )
        )
    }
    named = [
        f"{path.relative_to(ROOT)}: {type_}"
        for path in sources(".py", ".ts", ".tsx")
        if not {"tests", "examples", "testing"} & set(path.relative_to(ROOT).parts)
        and ".test." not in path.name
        for type_, own in types.items()
        if path != own and re.search(rf"""["']{re.escape(type_)}["']""", path.read_text())
    ]
    assert not named


@pytest.mark.parametrize("folder", GUIDED)
def test_each_main_folder_has_a_short_guide(folder: str) -> None:
    guide = ROOT / folder / "README.md"
    assert guide.is_file(), f"{folder} needs a README.md: contracts, how to add X, pitfalls"
    assert len(guide.read_text().splitlines()) <= LONGEST_GUIDE


def test_only_the_canvas_folder_imports_the_canvas_library() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources(".ts", ".tsx")
        if "frontend/src/canvas" not in path.as_posix()
        and re.search(r"""from ["']@xyflow/react""", path.read_text())
    ]
    assert not wrong


def test_panels_do_not_import_panels() -> None:
    panels = ROOT / "frontend" / "src" / "panels"
    wrong = [
        str(path.relative_to(ROOT))
        for path in panels.rglob("*.ts*")
        if re.search(r"""from ["'](?:\.\./)+panels/|from ["']@/panels/""", path.read_text())
    ]
    assert not wrong


def test_the_tree_names_no_place_of_one_machine() -> None:
    """A path of somebody's workplace in the tree works nowhere else."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    places = re.compile(rf"{re.escape(str(ROOT))}/|/root/|/home/(?!user|you)\w+/|/Users/\w+/")
    wrong = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in BINARY or path == Path(__file__) or not path.is_file():
            continue
        wrong += [f"{name}: {hit[0]}" for hit in places.finditer(path.read_text(errors="replace"))]
    assert not wrong


def test_nothing_is_left_to_be_done_later() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(".py", ".ts", ".tsx")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX|NotImplementedError|pytest\.skip|mark\.skip)\b", line)
    ]
    assert not wrong
