"""The process that an untrusted application lives in: told its files once, then asked, and able to do nothing else"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import sys
from collections.abc import Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from medark.acquire.definitions.confinement import confine
from medark.acquire.definitions.worker import LIBRARY, told_error
from medark.define import Card, Dataset, Rule, everyone, measurements
from medark.define.attached import attach
from medark.flows.worker.answering import Asker
from medark.messages import N_
from medark.sdk import App, CardRule, Publish, Settings
from medark.sdk.calling import answered
from medark.sdk.wire import heard_app, told_app

_DOORS: Final = (  # parts of the kit, and methods, that not every application needs
    "medark.sdk.own_codes", "medark.sdk.registry", "medark.sdk.renal", "medark.analyse.knowledge",
)  # fmt: skip


def main() -> None:
    """Load one application, say what it hands over, then answer until nobody asks any more."""
    asker = Asker()
    told = pickle.loads(asker.heard() or b"")  # from the platform, which is trusted here
    for name in (*LIBRARY, *_DOORS):
        importlib.import_module(name)
    _warm()
    confine(cpu_seconds=int(told["cpu_seconds"]), memory_bytes=int(told["memory_bytes"]))
    app, first = load(told["name"], told["files"], told["settings"])
    asker.say(json.dumps(first).encode())
    while app is not None and (content := asker.heard()) is not None:
        asker.say(json.dumps(_answer(app, content, told["files"])).encode())
    os._exit(0)  # no exit handler of the application's is run


def load(name: str, files: Mapping[str, str], settings: Settings) -> tuple[App | None, dict[str, Any]]:
    """The application, and what is said of it: {"app": …}, or {"error": {what, fix, file, line}}."""
    attach(files)
    sys.meta_path.insert(0, _Package(name, files))
    try:
        app = the_app(importlib.import_module(f"{name}.app"), settings)
        return app, {"app": told_app(app)}
    except BaseException as error:
        return None, {"error": told_error(error, files)}


def the_app(module: ModuleType, settings: Settings) -> App:
    """`app` of a module: an App, or what makes one of the settings."""
    found = getattr(module, "app", None)
    made = found(settings) if callable(found) else found
    if not isinstance(made, App):
        raise TypeError(N_("app.py has no app: write app = App(…), or def app(settings) -> App"))
    return made


def _answer(app: App, content: bytes, files: Mapping[str, str]) -> dict[str, Any]:
    try:
        kind, name, told = pickle.loads(content)
        return {"answer": answered(app, kind, name, told)}
    except BaseException as error:
        place = told_error(error, files)  # its message may hold what the application was told: left out
        return {"error": {**place, "what": N_(f"the application failed: {type(error).__name__}"), "fix": ""}}


def _warm() -> None:
    """Read what the language itself reads from disk while that is still allowed."""
    glucose = measurements.last().value_in("mmol/L", analyte="glucose")
    rule = Rule("r", glucose > 1, Card("一", "one"), {"glucose": glucose})
    app = App(
        cards=(CardRule("r", ("patient-view",), rule),),
        datasets=(Publish("d", Dataset(everyone(), {"glucose": glucose}), {}, {}),),
    )
    heard_app(told_app(app), lambda kind, name, told: None)


class _Package(MetaPathFinder, Loader):
    """The application's files as a package of its name."""

    def __init__(self, name: str, files: Mapping[str, str]) -> None:
        self._name, self._files = name, files

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name != self._name and not name.startswith(self._name + "."):
            return None
        inside = name[len(self._name) + 1 :].replace(".", "/")
        folder = f"{inside}/" if inside else ""
        if f"{inside}.py" in self._files:
            return ModuleSpec(name, self, origin=f"{inside}.py")
        if inside and not any(file.startswith(folder) for file in self._files):
            return None
        return ModuleSpec(name, self, origin=f"{folder}__init__.py", is_package=True)

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        file = str(module.__spec__.origin)  # type: ignore[union-attr]
        exec(compile(self._files.get(file, ""), file, "exec"), module.__dict__)


if __name__ == "__main__":
    main()
