"""The house itself: what must stay true of its files, whatever they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted([ROOT / "app.py", *ROOT.glob("cmi/**/*.py"), *ROOT.glob("pages/**/*.py")])
LOCKS = ["requirements.lock", "requirements-dev.lock"]
README = ROOT / "README.md"


def config() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def targets() -> set[str]:
    """What `make` can be asked for."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def readme() -> str:
    if not README.exists():
        pytest.skip("there is no README yet")
    return README.read_text(encoding="utf-8")


# What the README promises


def test_every_make_command_of_the_readme_exists() -> None:
    asked = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)`", readme(), re.MULTILINE))
    commands = {command for pair in asked for command in pair if command}
    assert {"run", "test"} <= commands
    assert commands <= targets()


def test_every_cmi_command_of_the_readme_exists() -> None:
    commands = set(re.findall(r"^cmi ([a-z]+)", readme(), re.MULTILINE))
    cli = (ROOT / "cmi" / "cli.py").read_text(encoding="utf-8")
    assert commands
    assert commands <= set(re.findall(r'add_parser\("([a-z]+)"', cli))


def test_every_file_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"`((?:cmi|pages|tests|data|benchmarks)/[\w./-]+)`", readme()))
    named -= {"data/local/"}  # made on the first import
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_target_that_needs_no_file_of_its_own_name_says_so() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(" ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)).split())
    assert targets() <= phony


# What a page may not do


def test_no_page_lies_directly_in_the_folder_of_pages() -> None:
    # Streamlit would open it without app.py, and so without what app.py guards.
    assert list((ROOT / "pages").glob("*.py")) == []
    assert list((ROOT / "pages").glob("*/*.py"))


def test_every_page_stands_in_the_menu_once() -> None:
    app = (ROOT / "app.py").read_text(encoding="utf-8")
    shown = re.findall(r'"(pages/[\w/]+\.py)"', app)
    there = [p.relative_to(ROOT).as_posix() for p in (ROOT / "pages").glob("*/*.py")]
    assert sorted(shown) == sorted(there)


@pytest.mark.parametrize(
    "word",
    ["unsafe_allow_html", "st.html(", "st.components", "<style", "eval(", "pickle"],
)
def test_no_code_lets_text_become_a_page_or_a_program(word: str) -> None:
    assert [p.name for p in CODE if word in p.read_text(encoding="utf-8")] == []


def test_only_a_pack_that_runs_nothing_is_shown_as_a_page_within_the_page() -> None:
    assert [p.name for p in CODE if "st.iframe" in p.read_text(encoding="utf-8")] == ["packing.py"]
    head = (
        (ROOT / "cmi/reports/paper/paper.html").read_text(encoding="utf-8").partition("<style")[0]
    )
    assert """content="default-src 'none'; style-src 'unsafe-inline'">""" in head


# What the server may not do


def test_the_server_is_seen_from_this_machine_only_and_tells_nobody() -> None:
    assert config()["server"]["address"] == "127.0.0.1"
    assert config()["browser"]["gatherUsageStats"] is False
    assert config()["server"]["enableXsrfProtection"] is True


def test_a_fault_never_shows_its_details_to_the_reader() -> None:
    assert config()["client"]["showErrorDetails"] in ("type", "none")


# What is installed


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_version_and_hashes_for_each_package_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|git\+|file:|--index-url|--extra-index-url|--find-links", text)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    packages = [line for line in lines if line and not line.startswith(" ")]
    hashes = [line for line in lines if line.startswith(" ")]
    assert packages
    assert hashes
    assert all(re.match(r"[a-z0-9][a-z0-9._-]*==[^ ;]+( ; .+)? \\$", line) for line in packages)
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)


def test_the_lock_for_tests_holds_what_the_product_runs_with() -> None:
    runs, tests = (
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in LOCKS
    )
    assert runs < tests


def test_the_locks_hold_every_package_that_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / LOCKS[0]).read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    asked = {re.split(r"[<>=\[ ]", wanted)[0].lower() for wanted in project["dependencies"]}
    assert asked <= locked


# What a file looks like


def test_every_module_is_short_and_says_in_its_first_line_what_it_is_for() -> None:
    lines = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8").splitlines() for p in CODE}
    assert len(lines) > 50
    assert [name for name, text in lines.items() if len(text) > 300] == []
    assert [name for name, text in lines.items() if not text or not text[0].startswith('"""')] == []
