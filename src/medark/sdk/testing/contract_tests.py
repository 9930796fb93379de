"""The contract as tests: one for each promise, in the author's own test file"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from medark.define.attached import attach
from medark.errors import UsageError
from medark.sdk.app import App
from medark.sdk.app_toml import read_manifest
from medark.sdk.contract import PROMISES, Fault
from medark.sdk.manifest import FILE, Manifest
from medark.sdk.settings import settled
from medark.sdk.wire import heard_app, told_app

Promise = Callable[[Manifest, App], Iterator[Fault]]
_BESIDE = (".csv", ".json")


def app_in(folder: Path | str, settings: Mapping[str, Any] | None = None) -> tuple[Manifest, App]:
    """The manifest and the application of a folder, with these settings and defaults for the others.

    UsageError for a manifest that is wrong, or a folder without an app.
    """
    place = Path(folder)
    if not (place / FILE).is_file():
        raise UsageError("there is no app.toml", fix="name the folder that holds it", path=str(folder))
    manifest = read_manifest((place / FILE).read_text(encoding="utf-8"))
    beside = {path.relative_to(place).as_posix(): path for path in sorted(place.rglob("*")) if path.suffix in _BESIDE}
    attach({name: path.read_text(encoding="utf-8-sig") for name, path in beside.items()})
    try:
        found = getattr(_imported(manifest.name, place), "app", None)
        made = found(settled(manifest.setting_specs, settings or {})) if callable(found) else found
    finally:
        attach({})
    if not isinstance(made, App):
        raise UsageError("app.py has no app", fix="app = App(…), or def app(settings) -> App", path=str(folder))
    return manifest, made


def contract_tests(folder: Path | str) -> type:
    """A class with a test for each promise of an application: `TestContract = contract_tests(HERE)`."""
    kept = {f"test_{promise.__name__.lstrip('_')}": _test(promise, folder) for promise in PROMISES}
    return type("TestContract", (), {**kept, "test_it_is_handed_over_without_its_code": _crossing(folder)})


def _test(promise: Promise, folder: Path | str) -> Callable[[object], None]:
    def test(_self: object) -> None:
        faults = list(promise(*app_in(folder)))
        assert not faults, "\n".join(f"{one.at}: {one.what}. Write: {one.fix}" for one in faults)

    return test


def _crossing(folder: Path | str) -> Callable[[object], None]:
    def test(_self: object) -> None:
        _manifest, app = app_in(folder)
        assert told_app(heard_app(told_app(app), _no_code)) == told_app(app)

    return test


def _no_code(kind: str, name: str, told: object) -> object:
    raise AssertionError("an application is handed over without any of its code being run")


def _imported(name: str, folder: Path) -> ModuleType:
    """The module app.py of a folder, as the platform imports it: a part of a package of the application's name."""
    for loaded in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[loaded]
    first = folder / "__init__.py"
    package = importlib.util.spec_from_file_location(name, first) if first.is_file() else ModuleSpec(name, None)
    assert package is not None
    package.submodule_search_locations = [str(folder)]
    sys.modules[name] = importlib.util.module_from_spec(package)
    if package.loader is not None:
        package.loader.exec_module(sys.modules[name])
    return importlib.import_module(f"{name}.app")
