"""The services that applications give: one for each application and hook that it has cards for"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from medark.define.concepts.ids import ConceptIds
from medark.define.concepts.set import ConceptSet
from medark.errors import DefinitionError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.running import Running
from medark.flows.definitions.concepts import sets_of
from medark.flows.hooks.prepared import Prepared, merged, named
from medark.flows.workspace import Workspace
from medark.sdk.app import CardRule

_SERVICES: Final = "services of hooks"


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its id is the application's name, which all its hooks share. Texts are by language."""

    id: str
    hook: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    reads: Mapping[str, frozenset[str]]


def services_of(loaded: Loaded) -> tuple[Service, ...]:
    """The services of an application, in the order in which its cards name hooks; worked out once while it runs."""
    kept = loaded.kept.get(_SERVICES)
    if not isinstance(kept, tuple):
        kept = loaded.kept[_SERVICES] = tuple(_services(loaded))
    return kept


def _services(loaded: Loaded) -> Iterator[Service]:
    manifest = loaded.manifest
    for hook in dict.fromkeys(hook for card in loaded.app.cards for hook in card.hooks):
        reads = merged([named(card) for card in _cards(loaded, hook)])
        yield Service(manifest.name, hook, manifest.title, manifest.description, reads)


def prepared(workspace: Workspace, running: Running, loaded: Loaded, hook: str) -> Prepared | None:
    """An application's rules at a hook, compiled once for each vocabulary; None if it has none there.

    Whoever comes while they are compiled waits for that. A rule whose concepts the vocabulary no longer has is left
    out, and that is noted.
    """
    key = ("hook", hook)
    kept = loaded.kept.setdefault(key, _Kept())
    assert isinstance(kept, _Kept)
    if kept.stamp == workspace.vocabulary.digest:
        return kept.prepared
    with kept.making:
        stamp = workspace.vocabulary.digest
        if kept.stamp != stamp:
            cards = _cards(loaded, hook)
            kept.prepared = _compiled(workspace, running, loaded, cards) if cards else None
            kept.stamp = stamp
    return kept.prepared


def prepared_at_hand(workspace: Workspace, loaded: Loaded, hook: str) -> Prepared | None:
    """The same, if they are compiled."""
    kept = loaded.kept.get(("hook", hook))
    is_now = isinstance(kept, _Kept) and kept.stamp == workspace.vocabulary.digest
    return kept.prepared if is_now and isinstance(kept, _Kept) else None


def _compiled(workspace: Workspace, running: Running, loaded: Loaded, cards: Sequence[CardRule]) -> Prepared:
    resolved: dict[ConceptSet, ConceptIds] = {}
    sound: list[CardRule] = []
    with workspace.engine.session() as session:
        try:
            return Prepared(cards, sets_of(workspace, session, *(card.rule for card in cards)))
        except DefinitionError:  # of one of them at least
            pass
        for card in cards:
            try:
                resolved |= sets_of(workspace, session, card.rule)
            except DefinitionError as error:
                running.note(loaded.name, loaded.manifest.version, error)
            else:
                sound.append(card)
    return Prepared(sound, resolved)


@dataclass(slots=True)
class _Kept:
    """`prepared` is of the vocabulary `stamp`: written first, as others look at the stamp."""

    stamp: str = ""
    prepared: Prepared | None = None
    making: threading.Lock = field(default_factory=threading.Lock)


def _cards(loaded: Loaded, hook: str) -> list[CardRule]:
    return [card for card in loaded.app.cards if hook in card.hooks]
