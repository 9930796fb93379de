"""The map as a picture in a file: SVG, and PNG of the same"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from medark.cli.console import say
from medark.cli.files import whole
from medark.errors import NotFoundError, UsageError
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.flows.catalog import Drawable
    from medark.flows.workspace import Workspace
    from medark.model.access import Reader
    from medark.model.progress import Progress

_TITLE = N_("Data map of {workspace}")


def write_picture(
    workspace: Workspace, reader: Reader, places: Mapping[str, str], colour: str, focus: str, progress: Progress
) -> None:
    """Write it to each place that is named (`svg`, `png`). UsageError; NotFoundError for a focus that is not there."""
    from medark.catalog.flow import Colour, Words, svg
    from medark.catalog.flow.drawn import PHRASES
    from medark.flows.catalog import bring_up_to_date, picture, shown
    from medark.flows.data_map import work_out
    from medark.flows.figures.image import png

    if colour and colour not in set(Colour):
        raise UsageError("there is no such colour", fix=", ".join(Colour), colour=colour)
    work_out(workspace, reader, progress)
    bring_up_to_date(workspace, reader, progress)
    found = picture(workspace, reader)
    chosen = Colour(colour) if colour else found.colours[0]
    drawn_of = shown(found.flow, found.raw, _key(found, focus))
    title = _(_TITLE, workspace=workspace.path.resolve().name)
    words = Words(title, {phrase: _(phrase) for phrase in PHRASES})
    drawn = svg(drawn_of.flow, chosen, words, alone=True, focus=drawn_of.focus.key if drawn_of.focus else "")
    for form, place in places.items():
        if place:
            with whole(Path(place)) as file:
                file.write(png(drawn) if form == "png" else drawn.encode())
            say(_("the picture is {file}", file=place))


def _key(found: Drawable, name: str) -> str:
    """A node's key, by that or by what it is called; "" for none."""
    if not name:
        return ""
    for node in (*found.flow.nodes, *found.raw.nodes):
        if name in (node.key, node.key.partition(":")[2], node.name):
            return node.key
    raise NotFoundError("nothing in the picture is called so", fix="medark map WS shows what there is", name=name)
