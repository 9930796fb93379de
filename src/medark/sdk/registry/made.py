"""An application made of registries: their datasets, tasks, measures and pages"""

from __future__ import annotations

from collections.abc import Iterator

from medark.sdk.app import App, Page
from medark.sdk.registry.datasets import datasets
from medark.sdk.registry.file import Registry
from medark.sdk.registry.pages import codebook, completeness, missing, overview, person
from medark.sdk.registry.tasks import measures, tasks


def registry_app(name: str, *registries: Registry) -> App:
    """Everything that the application of this name hands over for its registries."""
    return App(
        datasets=tuple(one for registry in registries for one in datasets(registry)),
        tasks=tuple(one for registry in registries for one in tasks(registry)),
        measures=tuple(one for registry in registries for one in measures(registry)),
        pages=tuple(one for registry in registries for one in pages(name, registry)),
    )


def pages(app: str, registry: Registry) -> Iterator[Page]:
    """The pages of a registry."""
    yield overview(app, registry)
    yield completeness(app, registry)
    yield missing(app, registry)
    yield person(app, registry)
    yield codebook(app, registry)
