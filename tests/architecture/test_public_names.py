"""The names that others may use: pinned, so that a change of them is a decision."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import medark

PACKAGES = [info.name for info in pkgutil.walk_packages(medark.__path__, "medark.") if info.ispkg]


def test_the_package_has_few_names():
    assert sorted(medark.__all__) == ["Client", "__version__", "open"]


@pytest.mark.parametrize("name", PACKAGES)
def test_what_a_package_offers_is_there(name):
    package = importlib.import_module(name)
    offered = getattr(package, "__all__", [])
    assert [item for item in offered if not hasattr(package, item)] == []
    assert len(set(offered)) == len(offered)


def test_the_version_is_the_projects():
    from importlib.metadata import version

    assert medark.__version__ == version("medark")
