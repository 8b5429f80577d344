"""The dependency contracts hold, and each of them catches every trespass it forbids."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise, permutations, product
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in CONFIG["contracts"]}

Trespass = tuple[str, str]


def _layers(contract: dict[str, Any]) -> Iterator[Trespass]:
    """Every layer importing the one above it, and members of one layer importing each other."""
    for container in contract.get("containers", [""]):
        prefix = f"{container}." if container else ""
        lines = [[prefix + name.strip(" ()") for name in line.split("|")] for line in contract["layers"]]
        for above, below in pairwise(lines):
            yield from product(below, above)
        for line in lines:
            yield from permutations(line, 2)


def _trespasses(contract: dict[str, Any]) -> list[Trespass]:
    """Return (importer, imported) pairs that the contract must refuse."""
    if contract["type"] == "layers":
        return list(_layers(contract))
    if contract["type"] == "independence":
        return list(permutations(contract["modules"], 2))
    assert contract["type"] == "forbidden", "a new type of contract needs its trespasses here"
    return list(product(contract["source_modules"], contract["forbidden_modules"]))


def _lint(folder: Path, *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", _LINT, "--no-cache", "--no-logo", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of everything the contracts speak of, free to be spoilt."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in CONFIG["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def _commit(folder: Path, trespass: Trespass, number: int) -> str:
    """Write the forbidden import, and return the name of the module it now stands in."""
    importer, imported = trespass
    path = folder / importer.replace(".", "/")
    if not path.is_dir():
        module = path.with_suffix(".py")
        module.write_text(f"{module.read_text()}\nimport {imported}\n")
        return importer
    (path / f"trespasser{number}.py").write_text(f"import {imported}\n")
    return f"{importer}.trespasser{number}"


def test_the_contracts_hold() -> None:
    code, output = _lint(ROOT)
    assert code == 0, output
    assert f"{len(CONTRACTS)} kept, 0 broken" in output


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_contract_catches_every_trespass(copy: Path, name: str) -> None:
    trespasses = _trespasses(CONTRACTS[name])
    assert trespasses
    wanted = [(_commit(copy, trespass, number), trespass[1]) for number, trespass in enumerate(trespasses)]
    code, output = _lint(copy, "--contract", name)
    assert code == 1, output
    missed = [
        f"{importer} -> {imported}"
        for importer, imported in wanted
        if f"{importer} -> {imported}" not in output
    ]
    assert missed == [], output
