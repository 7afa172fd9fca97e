"""Running all campaigns along the evaluation tree (integration.md 5.2 to 5.5).

In a stackable group the state flows from one member to the next. Members of any other group are tried one after the
other from the same state; the pieces of those that apply are put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby

from tercel.evaluation.candidates import candidates
from tercel.evaluation.choice import Part, choose_by_item, choose_for_session
from tercel.evaluation.engine import Engine
from tercel.evaluation.program import CompiledCampaign
from tercel.evaluation.tree import Group
from tercel.language.errors import AbortedError

NOT_FIRST = "CampaignIsNotFirst"
LOWER_DISCOUNT = "CampaignGaveLowerDiscount"


def run_campaigns(engine: Engine) -> None:
    """Run every campaign that can fire, in the order of the evaluation tree.

    When the allowance is spent nothing more can be computed, and what was granted stays granted.
    """
    program, snapshot = engine.program, engine.snapshot
    found = candidates(program, snapshot, engine.run)
    try:
        if program.is_plain or snapshot.forces_complete_evaluation:
            for campaign in found:
                engine.run_campaign(campaign)
        else:
            Walk(engine).run_group(program.tree, 0, found)
    except AbortedError as error:
        engine.is_complete = False
        with suppress(AbortedError):  # there may be too many effects already
            engine.report(error)


class Walk:
    """One walk along the tree. The depth of a group is its place in ``CompiledCampaign.groups``; the campaigns given
    with it are those below it that can fire. ``aborted`` is the error that ended the evaluation amid a try."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.aborted: AbortedError | None = None

    def run_group(self, group: Group, depth: int, campaigns: list[CompiledCampaign]) -> None:
        """Run the members of a group.

        Raises:
            AbortedError: the allowance of the evaluation is spent.
        """
        if group.mode != "stackable":
            for part in self.choose(group, depth, campaigns):
                self.engine.put_back(part.piece)
            if self.aborted is not None:
                raise self.aborted
            return
        for member, below in members(depth, campaigns):
            if isinstance(member, Group):
                self.run_group(member, depth + 1, below)
            else:
                self.engine.run_campaign(member)

    def choose(self, group: Group, depth: int, campaigns: list[CompiledCampaign]) -> list[Part]:
        """Try the members of a group; the parts that apply. The state is left as it was."""
        is_first_wins = group.mode == "listOrder" and group.scope == "session"
        tries: list[list[Part]] = []
        for member, below in members(depth, campaigns):
            if self.aborted is not None:
                break
            if is_first_wins and any(part.is_triggered for part in _joined(tries)):
                self.skip(below)
            else:
                tries.append(self.attempt(member, depth + 1, below))
        kept = self.chosen(group, tries)
        applying = {part.campaign.id for part in kept}
        for part in _joined(tries):
            if part.is_triggered and part.campaign.id not in applying:
                self.engine.exclusions[part.campaign.id] = (
                    NOT_FIRST if group.mode == "listOrder" else LOWER_DISCOUNT
                )
        return kept

    def chosen(self, group: Group, tries: list[list[Part]]) -> list[Part]:
        """The parts that a group keeps, for its scope."""
        session = self.engine.run.session
        if group.scope == "cartItem" and session is not None:
            return choose_by_item(group.mode, tries, session.cart_items, self.engine.working.taken)
        return choose_for_session(group.mode, tries)

    def skip(self, campaigns: list[CompiledCampaign]) -> None:
        """Leave campaigns out that come after the first one; their codes are tested all the same."""
        for campaign in campaigns:
            self.engine.exclusions[campaign.id] = NOT_FIRST
            self.engine.judge_codes(campaign)

    def attempt(
        self, member: Group | CompiledCampaign, depth: int, campaigns: list[CompiledCampaign]
    ) -> list[Part]:
        """What a member does, campaign by campaign, and with the state left as it was."""
        if isinstance(member, CompiledCampaign):
            return [self.attempt_campaign(member)]
        if member.mode != "stackable":
            return self.choose(member, depth, campaigns)
        engine = self.engine
        mark = engine.working.mark()
        parts = []
        for child, below in members(depth, campaigns):
            if self.aborted is not None:
                break
            for part in self.attempt(child, depth + 1, below):
                engine.put_back(part.piece)
                parts.append(part)
        engine.take_out(mark)
        return parts

    def attempt_campaign(self, campaign: CompiledCampaign) -> Part:
        """What a campaign does; one that spends the allowance has done what it did until then."""
        engine = self.engine
        mark = engine.working.mark()
        try:
            engine.run_campaign(campaign)
        except AbortedError as error:
            self.aborted = error
        return Part(campaign, engine.take_out(mark), campaign.id in engine.triggered)


def members(
    depth: int, campaigns: Iterable[CompiledCampaign]
) -> Iterator[tuple[Group | CompiledCampaign, list[CompiledCampaign]]]:
    """The members of a group at a depth, in order, each with its campaigns."""

    def key(campaign: CompiledCampaign) -> tuple[bool, int | None]:
        is_below = len(campaign.groups) > depth + 1
        return is_below, campaign.groups[depth + 1].id if is_below else campaign.id

    for (is_group, _), found in groupby(campaigns, key):
        below = list(found)
        yield below[0].groups[depth + 1] if is_group else below[0], below


def _joined(tries: list[list[Part]]) -> Iterator[Part]:
    for parts in tries:
        yield from parts
