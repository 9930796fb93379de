"""The mentions of a text: known words, and words built as those of their kind are; of those that meet the longest"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from medark.standardise.notes.english import by_ending
from medark.standardise.notes.growing import Ends, ended, grown
from medark.standardise.notes.lexicon import Cue, Lexicon, Meanings, Word
from medark.standardise.notes.nouns import Kind, Span

# What may follow a disease: that it was operated on, its stage, its grade between brackets.
_DISEASE = re.compile(
    r"(?:\((?:高|中|低|中低|中-低|高中|中高|未)(?:度)?分化\)|[ⅰⅱⅲⅳivx]{1,3}(?:-[ⅰⅱⅲⅳivx]{1,3})?[abc]?\d?[期级]|[1-5][级期])?"
    r"(?:[,，\s]?(?:极|很)?高危)?(?:失代偿期|代偿期|急性发作期?|急性加重期?)?"
    r"(?:后遗症|综合治疗后|根治术后|手术后|术后|化疗后|放疗后)?"
)
_NUMBERED = re.compile(r"\((?:第?[\d、,，a-z]{1,8}组?|[\u3400-\u9fff]{2,10})\)淋巴结|肝s\d(?:[/、]s?\d)?")
IDLE = "idle"  # a span of an everyday word: it takes its place and is no mention
_FORM = re.compile(
    r"(?:钠|钙|钾|酯)?(?:缓释|控释|肠溶|分散|咀嚼|泡腾)?(?:片|胶囊|颗粒|注射液|脂质体|口服液|滴丸|软膏|栓|吸入气雾剂|气雾剂|吸入粉雾剂|粉吸入剂|吸入溶液|混悬液|糖浆)?"
)
# What says that something is looked for or seen, right before it.
_SEEN = re.compile(
    r"(?:未见|未及|未触及|未扪及|未探及|无|可见|似见|见|示|有|伴|考虑|少许|少量|可疑)"
    r"(?:明显|明确|确切|新发|急性|少量|少许|轻度|可疑|多发|游离|肿大|小|增厚及|硬膜下及|活动性|淡薄|异常|阳性|、)*$"
)
_DOUBTED = re.compile(r"可能|待排|不除外|不能除外")
_ALSO = re.compile(r"(?:\((?:[a-z0-9-]{2,10}(?:手?术)?|[^()]{0,20}(?:切除?|术|吻合|切))\)|dixon|miles)?")
_AFTER = {Kind.DISEASE: _DISEASE, Kind.DRUG: _FORM, Kind.OPERATION: _ALSO}
_SALT = re.compile(
    r"(?:注射用|重组人?|氢溴酸|硫酸氢|重酒石酸|氯化|盐酸|硫酸|酒石酸|富马酸|苯磺酸|马来酸|琥珀酸|醋酸|磷酸|甲磺酸|枸橼酸|硝酸|拜|左旋|左|右旋|右)+$"
)
_VITAL = frozenset(
    ("体重", "体温", "呼吸", "脉搏", "心率", "身高", "血压", "temperature", "temp", "pulse", "respirations", "resp",
     "weight", "height", "heart rate")
)  # fmt: skip
_NUMBER = re.compile(r"\s*[:=为是]?\s*[<>≤≥]?\d")
_OF_BODY = frozenset((Kind.DISEASE, Kind.SYMPTOM, Kind.IMAGING))
_ORDER = {
    Kind.OPERATION: 0,
    Kind.IMAGING: 1,
    Kind.DISEASE: 2,
    Kind.SYMPTOM: 3,
    Kind.TEST: 4,
    Kind.DRUG: 5,
    Kind.BODY: 6,
}


@dataclass(slots=True)
class Found:
    """What was found in a text: mentions that do not overlap, body parts inside others, and cues."""

    spans: list[Span]
    nested: list[Span]
    cues: list[tuple[int, int, Cue]]


@dataclass(slots=True)
class _Gathered:
    spans: list[Span] = field(default_factory=list)
    heads: list[tuple[int, int, Kind]] = field(default_factory=list)
    alone: list[tuple[int, int, Kind]] = field(default_factory=list)
    endings: list[tuple[int, int, Kind]] = field(default_factory=list)
    ends: Ends = field(default_factory=Ends)
    cues: list[tuple[int, int, Cue]] = field(default_factory=list)


def find(
    text: str,
    written: str,
    language: str,
    lexicon: Lexicon,
    more: Iterable[Span] = (),
    listed: Iterable[Span] = (),
) -> Found:
    """All of it for a folded text. `more` are mentions that something else found, a model for one: they come first.
    `listed` are items of lists of diagnoses: each is one, whatever it is made of.
    """
    gathered = _Gathered(list(listed))
    for start, end, means in lexicon.found(text):
        _sort(gathered, start, end, means, text, written, language)
    spans = gathered.spans
    if language == "zh":
        spans += _numbered(text)
        spans += [Span(*one, found_by="pattern") for one in gathered.alone]
        spans += grown(text, gathered.heads, gathered.ends) + ended(text, gathered.endings)
        spans = [_with_after(text, span) for span in spans]
    else:
        spans += by_ending(text) + _joined(text, spans)
    given = list(more)
    chosen, nested = longest([span for span in spans if not any(span.overlaps(one) for one in given)], len(text))
    chosen = _known_as(chosen, spans)
    return Found(sorted([*given, *chosen], key=_place), nested, _widest(gathered.cues))


def _known_as(chosen: Sequence[Span], spans: Sequence[Span]) -> list[Span]:
    """Those that no list has with what is known of the longest word that they end with: 左肾囊肿 is a 肾囊肿."""
    known: dict[tuple[int, Kind], Span] = {}
    for span in spans:
        if span.name or span.code or span.concept_id:
            place = span.end, span.kind
            if place not in known or span.start < known[place].start:
                known[place] = span
    return [
        replace(span, name=word.name, code=word.code, concept_id=word.concept_id)
        if span.found_by == "pattern"
        and not (span.code or span.concept_id)
        and (word := known.get((span.end, span.kind)))
        and span.start < word.start
        else span
        for span in chosen
    ]


def longest(spans: Sequence[Span], length: int) -> tuple[list[Span], list[Span]]:
    """Those to keep, in order, and body parts that lie inside one of them: of spans that meet, the longest stays."""
    taken = bytearray(length)
    chosen, nested = [], []
    for span in sorted(spans, key=lambda one: (-one.length, one.start, one.found_by == "pattern", _ORDER[one.kind])):
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * span.length
            chosen.append(span)
        elif span.kind is Kind.BODY and span.found_by != IDLE:
            nested.append(span)
    return sorted((one for one in chosen if one.found_by != IDLE), key=_place), nested


def _numbered(text: str) -> list[Span]:
    """Groups of lymph nodes and segments of the liver: (第8组)淋巴结, 肝s4."""
    return [Span(one.start(), one.end(), Kind.BODY, found_by="pattern") for one in _NUMBERED.finditer(text)]


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """A part of the body and what is wrong or looked at there, in one English mention: "knee swelling", "chest CT"."""
    begins: dict[int, list[Span]] = {}
    for span in spans:
        if span.kind in _OF_BODY:
            begins.setdefault(span.start, []).append(span)
    return [
        Span(body.start, other.end, other.kind, found_by="pattern")
        for body in spans
        if body.kind is Kind.BODY and text[body.end : body.end + 1] == " "
        for other in begins.get(body.end + 1, ())
    ]


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _sort(gathered: _Gathered, start: int, end: int, means: Meanings, text: str, written: str, language: str) -> None:
    for word in means.words:
        if word.kind is Kind.BODY and language == "zh":
            gathered.heads.append((start, end, Kind.BODY))
        if _counts(word, start, end, text, written, language):
            span = Span(start, end, word.kind, word.name, word.code, word.concept_id)
            gathered.spans.append(span)
    if means.cue is not None:
        gathered.cues.append((start, end, means.cue))
    if means.is_idle and not means.words:
        gathered.spans.append(Span(start, end, Kind.BODY, found_by=IDLE))
    gathered.ends.note(start, end, means)
    gathered.heads.extend((start, end, kind) for kind in means.heads)
    if means.is_alone and (_SEEN.search(text, max(0, start - 12), start) or _DOUBTED.match(text, end)):
        gathered.alone.extend((start, end, kind) for kind in means.heads)
    gathered.endings.extend((start, end, kind) for kind in means.endings)


def _counts(word: Word, start: int, end: int, text: str, written: str, language: str) -> bool:
    """Does an abbreviation stand for its word here? A letter only before a number, in English only in capitals."""
    if end - start == 1 and text[start].isascii():
        return word.kind is Kind.TEST and _NUMBER.match(text, end) is not None
    if word.text in _VITAL:
        return _NUMBER.match(text, end) is not None
    if word.is_short and text[end : end + 1] == "-" and text[end + 1 : end + 2].isalnum():
        return False  # the beginning of a number, as pt-0017
    if word.is_short and word.kind is Kind.TEST and text[max(0, start - 2) : start].rstrip()[-1:].isdigit():
        return False  # a unit: 5 mg is no magnesium
    if not word.is_short or language == "zh":
        return True
    return not written[start:end].islower()


def _with_after(text: str, span: Span) -> Span:
    """The span with what belongs to it on both sides: the stage of a disease, the salt and the form of a drug."""
    after = _AFTER.get(span.kind)
    found = after.match(text, span.end) if after else None
    end = found.end() if found else span.end
    start = span.start
    if span.kind is Kind.DRUG and (salt := _SALT.search(text, max(0, start - 6), start)):
        start = salt.start()
    if (start, end) == (span.start, span.end):
        return span
    return Span(start, end, span.kind, span.name, span.code, span.concept_id, span.found_by)


def _widest(cues: list[tuple[int, int, Cue]]) -> list[tuple[int, int, Cue]]:
    """Of cues that overlap the longest: 不除外 is not 除外."""
    kept: list[tuple[int, int, Cue]] = []
    last = -1
    for start, end, cue in sorted(cues, key=lambda one: (one[0], -one[1])):
        if end <= last:
            continue
        if kept and start < last and end - start <= kept[-1][1] - kept[-1][0]:
            continue
        if kept and start < last:
            kept.pop()
        kept.append((start, end, cue))
        last = end
    return kept
