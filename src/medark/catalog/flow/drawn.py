"""The picture as SVG: shapes and words that a page colours by its theme, or a file that stands alone"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

from medark.catalog.flow.layout import HIGH, TOP, Layout, Placed, placed
from medark.catalog.flow.marks import LEGEND, SHAPES, TITLES, Colour, Mark
from medark.catalog.flow.nouns import Edge, Flow, Layer
from medark.messages import N_

_MARGIN: Final = 12
_LEGEND: Final = 66  # room below, for what the colours mean
_LETTER: Final = 7.0  # width of a small Latin letter, in the drawing's units
_LARGE_LETTER: Final = 8.2  # capitals, digits
_WIDE_LETTER: Final = 12.6
_GROUP_ROOM: Final = 240
_HEADS: Final = {
    Layer.SOURCE: N_("source systems"), Layer.RAW: N_("tables of sources"), Layer.TABLE: N_("tables of the lake"),
    Layer.DATASET: N_("datasets"), Layer.APP: N_("applications"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed phrases of the picture, translated; what is missing stays English. `title`: its first line."""

    title: str
    told: Mapping[str, str]

    def __call__(self, phrase: str) -> str:
        """One of them."""
        return self.told.get(phrase, phrase)


PHRASES: Final = (
    *_HEADS.values(), *TITLES.values(), *(phrase for legend in LEGEND.values() for phrase in legend.values()),
)  # fmt: skip


def svg(flow: Flow, colour: Colour, words: Words, *, alone: bool = False, focus: str = "") -> str:
    """The picture, coloured by one thing. `alone`: with its own colours, title and legend, for a file."""
    layout = placed(flow)
    below = _LEGEND if alone else 0
    above = 44 if alone else 0
    box = (-_MARGIN, -above, layout.width + 2 * _MARGIN, layout.height + above + below + _MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" viewBox="{box[0]} {box[1]} {box[2]:.0f} {box[3]:.0f}"',
        f' width="{box[2]:.0f}" height="{box[3]:.0f}"' if alone else f' data-width="{box[2]:.0f}"',
        f' role="{"img" if alone else "group"}" aria-label="{escape(words.title)}">',
        *(_alone(box, words) if alone else ()),
        *_headings(layout),
        '<g class="edges" aria-hidden="true">', *(_edge(edge, layout) for edge in _sorted(flow)), "</g>",
        *(_node(one, colour, words, focus) for one in layout.nodes.values()),
        *_columns(layout, words),
        *(_legend(colour, words, layout.height + 28, layout.width) if alone else ()),
        "</svg>",
    ]  # fmt: skip
    return "".join(parts)


def shape(mark: Mark, x: float, y: float) -> str:
    """What tells a class without its colour: a dot, ring, triangle or square, or its number."""
    match SHAPES[mark.name]:
        case "dot":
            return f'<circle class="m m-{mark.name}" cx="{x}" cy="{y}" r="5"/>'
        case "ring":
            return f'<circle class="m ring m-{mark.name}" cx="{x}" cy="{y}" r="4"/>'
        case "triangle":
            return f'<path class="m m-{mark.name}" d="M{x} {y - 5.6}L{x + 5.8} {y + 4.6}H{x - 5.8}Z"/>'
        case "square":
            return f'<rect class="m m-{mark.name}" x="{x - 4.6}" y="{y - 4.6}" width="9.2" height="9.2"/>'
        case "number":
            number = mark.name[-1]
            return (
                f'<rect class="m m-{mark.name}" x="{x - 7}" y="{y - 8}" width="14" height="16" rx="3"/>'
                f'<text class="in m-{mark.name}-text" x="{x}" y="{y}">{number}</text>'
            )
    return f'<path class="m none" d="M{x - 4} {y}h8"/>'


def _headings(layout: Layout) -> Iterator[str]:
    """Above each group what it is called; the names of the columns are drawn last, as a page keeps them in sight."""
    yield '<g aria-hidden="true">'
    for group, x, y in layout.headings:
        yield f'<text class="group" x="{x}" y="{y}">{escape(_cut(group, _GROUP_ROOM))}</text>'
    yield "</g>"


def _columns(layout: Layout, words: Words) -> Iterator[str]:
    wide = layout.width + 2 * _MARGIN
    yield f'<g class="heads" aria-hidden="true"><rect class="bar" x="{-_MARGIN}" width="{wide:.0f}" height="32"/>'
    for layer, x in layout.columns.items():
        yield f'<text class="head" x="{x}" y="{TOP - 24}">{escape(words(_HEADS[layer]))}</text>'
    yield "</g>"


def _sorted(flow: Flow) -> list[Edge]:
    """The thick ones first, so that thin ones lie on top."""
    return sorted(flow.edges, key=lambda edge: -(edge.rows or 0))


def _edge(edge: Edge, layout: Layout) -> str:
    one, other = layout.nodes[edge.source], layout.nodes[edge.target]
    x1, x2 = one.x + one.wide, other.x
    bend = max(40.0, (x2 - x1) / 2)
    y1, y2 = f"{one.middle:.1f}", f"{other.middle:.1f}"
    path = f"M{x1:.0f} {y1}C{x1 + bend:.0f} {y1} {x2 - bend:.0f} {y2} {x2:.0f} {y2}"
    kind = "read" if edge.rows is None else f"w{_wide(edge.rows)}"
    told = f"<title>{escape(edge.told)}</title>" if edge.told else ""
    ends = f'data-from="{escape(edge.source)}" data-to="{escape(edge.target)}"'
    return f'<path class="{kind}" d="{path}" {ends}>{told}</path>'


def _wide(rows: int) -> int:
    """How thick: by tens, from 1 to 7.

    >>> _wide(5), _wide(40_000), _wide(10**9)
    (1, 5, 7)
    """
    return max(1, min(7, len(str(rows))))


def _node(one: Placed, colour: Colour, words: Words, focus: str) -> str:
    node, mark = one.node, one.node.mark(colour)
    note = " · ".join(part for part in (node.note, mark.told if SHAPES[mark.name] != "number" else "") if part)
    room = one.wide - 30 - 14 - _width(note)
    means = words(LEGEND[colour].get(mark.name, ""))
    full = " · ".join(part for part in (node.name, node.title, f"{words(TITLES[colour])}: {means} {mark.told}") if part)
    begin = f'<a href="{escape(node.address)}"' if node.address else "<g"
    focused = " focus" if node.key == focus else ""
    return (
        f'{begin} class="node{focused}" data-node="{escape(node.key)}"><title>{escape(full)}</title>'
        f'<rect class="box" x="{one.x}" y="{one.y}" width="{one.wide}" height="{HIGH}" rx="6"/>'
        f'<path class="side m-{mark.name}" d="M{one.x + 6} {one.y}h-1a5 5 0 0 0 -5 5v{HIGH - 10}a5 5 0 0 0 5 5h1z"/>'
        f"{shape(mark, one.x + 18, one.middle)}"
        f'<text class="name" x="{one.x + 30}" y="{one.middle}">{escape(_cut(node.name, room))}</text>'
        f'<text class="note" x="{one.x + one.wide - 9}" y="{one.middle}">{escape(note)}</text>'
        f"{'</a>' if node.address else '</g>'}"
    )


def _width(text: str) -> float:
    return sum(_wide_of(letter) for letter in text)


def _wide_of(letter: str) -> float:
    if letter > "\u2e80":
        return _WIDE_LETTER
    return _LARGE_LETTER if letter.isupper() or letter.isdecimal() else _LETTER


def _cut(text: str, room: float) -> str:
    """As much of a text as there is room for.

    >>> _cut("drug_exposure", 53), _cut("note", 50)
    ('drug_e…', 'note')
    """
    if _width(text) <= room:
        return text
    kept, wide = "", _LETTER
    for letter in text:
        wide += _wide_of(letter)
        if wide > room:
            break
        kept += letter
    return f"{kept}…"


def _legend(colour: Colour, words: Words, y: float, most: float) -> Iterator[str]:
    """What the colours and shapes mean, over as many lines as they take."""
    x = begin = 24 + _width(words(TITLES[colour])) * 1.1
    yield f'<g class="legend"><text class="head" x="0" y="{y}">{escape(words(TITLES[colour]))}</text>'
    for name, phrase in LEGEND[colour].items():
        told = words(phrase)
        if x + 24 + _width(told) > most:
            x, y = begin, y + 24
        yield shape(Mark(name), round(x, 1), y) + f'<text class="name" x="{x + 14:.1f}" y="{y}">{escape(told)}</text>'
        x += 38 + _width(told)
    yield "</g>"


def _alone(box: tuple[float, float, float, float], words: Words) -> Iterator[str]:
    yield f"<style>{_style()}</style>"
    yield f'<rect class="paper" x="{box[0]}" y="{box[1]}" width="{box[2]:.0f}" height="{box[3]:.0f}"/>'
    yield f'<text class="title" x="0" y="-14">{escape(words.title)}</text>'


@cache
def _style() -> str:
    return files(__package__).joinpath("alone.css").read_text(encoding="utf-8")
