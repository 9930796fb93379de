"""Proposals into effect: by a person's name, or by themselves where they are sure; then what waited is brought in"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from medark.errors import MappingError, NotFoundError
from medark.flows.ingest.standard import standardise_pending
from medark.flows.propose import map_name
from medark.flows.propose.columns import ITSELF, LEAST
from medark.flows.propose.keeping import CAME_BACK, WITHDRAWN, Approval, Kept, learn, put_in_effect, save, save_version
from medark.flows.propose.leaving import leave
from medark.flows.propose.proposing import Proposal, files_of, propose
from medark.flows.propose.tasks import close_tasks, dismiss_tasks, raise_tasks
from medark.flows.raw import must_steward
from medark.flows.staging.staging import Staging
from medark.flows.terms.tasks import bring_up_to_date as ask_of_codes
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.progress import Progress, Silent
from medark.standardise.maps.reading import read_source
from medark.standardise.propose.draft import Draft, sure, without_lists
from medark.standardise.propose.draft.written import MADE
from medark.standardise.propose.names import elements
from medark.standardise.propose.slots import slot_of

FEWEST = 5  # rows of a table that is mapped without asking: fewer show too little
_SILENT = Silent()


def automatic(workspace: Workspace, source: str, progress: Progress = _SILENT, *, asks: bool = False) -> Proposal:
    """Propose for a source; put in effect what is sure (nothing, if it `asks`), bring in its rows, make tasks of the
    rest.
    """
    found = propose(workspace, source)
    many = [name for name in found.open_tables() if found.kept.profiles[name].rows >= FEWEST]
    open_ = [] if asks else [found.drafts[name] for name in many if not _was_put_off(found.kept, name)]
    before = _whole(found, _in_effect(found))
    drafts = _whole(found, {**_in_effect(found), **automatic_part(open_)})
    fresh = [draft.table for draft in open_ if draft.table in drafts]
    if fresh and not _is_hand_made(workspace, source):
        _put(workspace, found, drafts, fresh, ITSELF)
        again = _told_otherwise(before, drafts)
        if again:
            leave(workspace, _records(found, again), progress)
        bring_in(workspace, found, [*fresh, *again], progress)
    raise_tasks(workspace, found)
    return found


def _was_put_off(kept: Kept, name: str) -> bool:
    """Did somebody put it off, or take it out of effect? Then it is theirs to say that it is right."""
    return any(one["act"] in ("skip", WITHDRAWN, CAME_BACK) and one["table"] == name for one in kept.said)


def automatic_part(drafts: Sequence[Draft], least: float = LEAST) -> dict[str, Draft]:
    """Of each table that is sure as a whole, the lines that are. A dictionary is one if another table looks into it."""
    parts = {draft.table: part for draft in drafts if (part := sure(draft, least)) is not None}
    looked_up = {join.table for part in parts.values() for join in part.joins}
    return {name: part for name, part in parts.items() if not part.every_row or name in looked_up}


def approve(
    workspace: Workspace, source: str, by: str, names: Sequence[str] = (), progress: Progress = _SILENT
) -> list[str]:
    """Put tables of a source's proposal in effect in somebody's name (none named: all that can be), and bring their
    rows in. AccessError; NotFoundError for a table that there is not; MappingError if one can't be whole.
    """
    must_steward(workspace, by, "map approved", source=source)
    found = propose(workspace, source)
    wanted = list(names) or [
        name for name, draft in found.drafts.items() if not draft.missing and draft.kind != "other"
    ]
    for name in wanted:
        if name not in found.drafts:
            raise NotFoundError(
                N_("there is no such table in the proposal"), fix=f"medark map show {source}", table=name
            )
        if found.drafts[name].missing:
            fix = f"medark map review . {source}"
            raise MappingError(
                N_("this table lacks what makes it whole"), fix=fix, table=name, needs=found.drafts[name].missing[0]
            )
    if _is_hand_made(workspace, source):
        raise MappingError(N_("there is a map written by hand of this name"), fix="edit it", map=map_name(source))
    before = _whole(found, _in_effect(found))
    wanted = [*wanted, *along(found, wanted)]
    asked = {name: found.drafts[name] for name in wanted}
    drafts = _whole(found, {**_in_effect(found), **_lines_of(found, asked), **asked}, wanted)
    done = [name for name in wanted if name in drafts]
    itself = [name for name in drafts if name not in found.kept.approvals and name not in done]
    others = [name for name in _told_otherwise(before, drafts) if name not in done]
    again = [*others, *(name for name in done if name in found.kept.approvals)]
    _put(workspace, found, drafts, done, by, itself)
    _learn(workspace, found, done)
    close_tasks(workspace, found, done, by)
    close_tasks(workspace, found, itself, ITSELF)
    raise_tasks(workspace, found)
    if again:  # of what it said before, nothing stays
        leave(workspace, _records(found, again), progress)
    bring_in(workspace, found, [*done, *itself, *others], progress)
    return [*done, *itself]


def along(found: Proposal, names: Collection[str]) -> list[str]:
    """Heads and lists that these tables look into and that are not in effect: nothing is made of them but by those."""
    looked = [join.table for name in names for join in found.drafts[name].joins]
    there = (one for one in dict.fromkeys(looked) if one in found.drafts and one not in found.kept.approvals)
    return [one for one in there if found.drafts[one].every_row and one not in names]


def _lines_of(found: Proposal, asked: Mapping[str, Draft]) -> dict[str, Draft]:
    """Lines that are sure and waited for nothing but their head, which is asked for now."""
    heads = {name for name, draft in asked.items() if draft.every_row and draft.kind != "dictionary"}
    open_ = [found.drafts[name] for name in found.open_tables() if not _was_put_off(found.kept, name)]
    return automatic_part([one for one in open_ if any(join.table in heads for join in one.joins)])


def withdraw(
    workspace: Workspace, source: str, by: str, names: Sequence[str], progress: Progress = _SILENT
) -> list[str]:
    """Take tables out of effect, with those that look into them: their rows leave the lake and wait again. They are put
    off, so that nothing is mapped by itself that somebody took back. Returns them. AccessError.
    """
    must_steward(workspace, by, "map withdrawn", source=source, tables=", ".join(names))
    found = propose(workspace, source)
    before = _whole(found, _in_effect(found))
    drafts = _whole(found, {name: draft for name, draft in _in_effect(found).items() if name not in names})
    gone = [name for name in found.kept.approvals if name not in drafts]
    if not gone or _is_hand_made(workspace, source):
        return []
    found.kept.approvals = {name: one for name, one in found.kept.approvals.items() if name in drafts}
    if drafts:
        _put(workspace, found, drafts, (), by)
    else:
        shutil.rmtree(workspace.places.maps / map_name(source))
    found.kept.skipped += [name for name in gone if name not in found.kept.skipped]
    now = int(time.time() * 1000)
    found.kept.said += [{"act": WITHDRAWN, "table": name, "before": None, "by": by, "at_ms": now} for name in gone]
    save(workspace, found.kept)
    dismiss_tasks(workspace, found, gone, by)
    again = [*gone, *_told_otherwise(before, drafts)]
    leave(workspace, _records(found, again), progress)
    bring_in(workspace, found, again, progress)
    return gone


def bring_in(workspace: Workspace, found: Proposal, names: Collection[str], progress: Progress = _SILENT) -> None:
    """Standardise (again) every record that tells of these tables, and what of the source is held back and may be no
    longer: no new delivery is needed.
    """
    mine = {record.record_no for record in workspace.landing.records(source=found.source)}
    numbers = sorted(_records(found, names) | (mine & set(workspace.ledger.quarantine.records())))
    there = {state.record_no for state in workspace.ledger.records.states() if state.state != "erased"}
    workspace.ledger.records.reopen([number for number in numbers if number in there])
    with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
        standardise_pending(workspace, progress, staging)
    ask_of_codes(workspace, sources=[found.source])


def _records(found: Proposal, names: Collection[str]) -> set[int]:
    """The records that tell of tables."""
    return {number for name in names for number in found.kept.records.get(name, ())}


def _in_effect(found: Proposal) -> dict[str, Draft]:
    """Tables that are approved already: whole if a person did, else their sure part."""
    kept: dict[str, Draft] = {}
    for name, approval in found.kept.approvals.items():
        draft = found.drafts.get(name)
        part = draft if draft is None or approval.by != ITSELF else sure(draft, LEAST)
        if part is not None:
            kept[name] = part
    return kept


def _whole(found: Proposal, drafts: Mapping[str, Draft], asked: Collection[str] = ()) -> dict[str, Draft]:
    """Without tables that need another which is not there. What nobody approved or `asked` does without a list."""
    held = dict(drafts)
    while lost := [n for n, d in held.items() if any(j.table not in held for j in d.joins)]:
        itself = [name for name in lost if name not in asked and _is_by_itself(found, name)]
        parts = {name: _without_lists(found, name, held) for name in itself}
        held = {name: one for name, one in held.items() if name not in lost}
        held |= {name: part for name, part in parts.items() if part is not None}
    return held


def _is_by_itself(found: Proposal, name: str) -> bool:
    approval = found.kept.approvals.get(name)
    return approval is None or approval.by == ITSELF


def _without_lists(found: Proposal, name: str, held: Mapping[str, Draft]) -> Draft | None:
    """The sure part of a table without lists that are not there; None if it needs more of what is not."""
    draft = found.drafts[name]
    looked_up = {join.table for join in draft.joins} - held.keys()
    lists = {table for table in looked_up if table in found.drafts and found.drafts[table].kind == "dictionary"}
    part = sure(without_lists(draft, lists), LEAST)
    return part if part is not None and all(join.table in held for join in part.joins) else None


def _told_otherwise(before: Mapping[str, Draft], after: Mapping[str, Draft]) -> list[str]:
    """Tables in effect that say something else now, since a list that they look into came or went."""
    return [name for name, draft in before.items() if name in after and after[name] != draft]


def _put(
    workspace: Workspace,
    found: Proposal,
    drafts: Mapping[str, Draft],
    new: Sequence[str],
    by: str,
    itself: Sequence[str] = (),
) -> None:
    drafts = {name: _with_keys(draft, drafts) for name, draft in drafts.items()}
    files = files_of(workspace, found.source, list(drafts.values()))
    _checked(files, found.source)
    save_version(workspace, found.kept, files)
    now = int(time.time() * 1000)
    found.kept.approvals |= {name: Approval(by, now, found.kept.version) for name in new}
    found.kept.approvals |= {name: Approval(ITSELF, now, found.kept.version) for name in itself}
    found.kept.skipped = [name for name in found.kept.skipped if name not in new]
    put_in_effect(workspace, found.source, files)
    save(workspace, found.kept)


def _with_keys(draft: Draft, drafts: Mapping[str, Draft]) -> Draft:
    """What other tables look up in it is among what it reads."""
    here = [join for other in drafts.values() for join in other.joins if join.table == draft.table]
    wanted = {column for join in here for column in (join.key, *join.where, *join.reads)}
    nothing = {column: reason for column, reason in draft.nothing.items() if column not in wanted}
    return replace(draft, nothing=nothing, looked_up=tuple(sorted(wanted)))


def _checked(files: Mapping[str, str], source: str) -> None:
    """A map that can't be read is never put in effect. MappingError."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / map_name(source)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        read_source(folder)


def _is_hand_made(workspace: Workspace, source: str) -> bool:
    file = workspace.places.maps / map_name(source) / "source.toml"
    return file.is_file() and MADE not in file.read_text("utf-8")


def _learn(workspace: Workspace, found: Proposal, names: Sequence[str]) -> None:
    """Columns of which somebody said what they are, are known by that name from now on."""
    said = {column: (name, slot) for name in names for column, slot in found.kept.slots.get(name, {}).items() if slot}
    told = [(_element(found, name, column, slot), column) for column, (name, slot) in said.items()]
    if told:
        learn(workspace, told)


def _element(found: Proposal, name: str, column: str, slot: str) -> str:
    """The element that fills a slot: the likeliest for the column, or the first there is."""
    reading = next(one for one in found.readings[name].columns if one.name == column)
    likely = (c.element for c in reading.candidates if c.slot == slot and c.element)
    of_slot = (one.name for one in elements().values() if slot_of(one.name, found.readings[name].kind) == slot)
    return next(likely, "") or next(of_slot, "")
