"""What Segue's processes are told by their surroundings."""

from pathlib import Path

from builder.launch.environment import child_environment, find_project


def test_a_persons_settings_of_python_and_pip_lead_nobody_astray() -> None:
    project = find_project({})
    misleading = {"PYTHONHOME": "/x", "PIP_USER": "1", "DJANGO_SETTINGS_MODULE": "theirs"}
    env = child_environment(project, {**misleading, "HTTPS_PROXY": "http://proxy"})
    assert "PYTHONHOME" not in env
    assert "PIP_USER" not in env
    assert env["DJANGO_SETTINGS_MODULE"] == "builder.settings"
    assert env["HTTPS_PROXY"] == "http://proxy"


def test_everything_kept_follows_one_variable() -> None:
    project = find_project({"SEGUE_DATA": "/somewhere/else"})
    assert project.data == Path("/somewhere/else")
    assert {project.logs.parent, project.run.parent} == {project.data}
    assert child_environment(project, {})["SEGUE_DATA"] == "/somewhere/else"


def test_a_checkout_keeps_its_data_beside_the_source() -> None:
    project = find_project({})
    assert project.is_checkout
    assert project.data == project.root / "data"
