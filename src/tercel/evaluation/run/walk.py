"""Walk along the evaluation tree (behaviour/evaluation 2; behaviour/groups 1, 2, 3, 4).

In a stackable group the state flows from one member to the next. Members of any other group are evaluated one after the
other from the same state, and only the segments of those that apply are put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from tercel.evaluation.program.program import CompiledCampaign
from tercel.evaluation.program.tree import Group
from tercel.evaluation.run.candidates import candidates
from tercel.evaluation.run.choice import Trial, choose_by_item, choose_for_session
from tercel.evaluation.run.engine import Engine
from tercel.language.errors import AbortedError, AllSpentError

NOT_FIRST = "CampaignIsNotFirst"
LOWER_DISCOUNT = "CampaignGaveLowerDiscount"


def run_campaigns(engine: Engine) -> None:
    """Run every campaign that can fire, in the order of the evaluation tree.

    When the allowance is spent the walk ends, and what was granted stays granted.
    """
    program, snapshot = engine.program, engine.snapshot
    found = candidates(program, snapshot, engine.run)
    try:
        if program.is_plain or snapshot.forces_complete_evaluation:
            for campaign in found:
                engine.run_campaign(campaign)
        else:
            Walk(engine).run_group(program.tree, 0, found)
    except AllSpentError as error:
        engine.is_complete = False
        engine.report(error)


class Walk:
    """One walk along the tree.

    The depth of a group is its index in ``CompiledCampaign.groups``; the campaigns passed with a group are those below it that can
    fire. ``aborted`` is the error that ended the evaluation during a trial.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.aborted: AllSpentError | None = None

    def run_group(self, group: Group, depth: int, campaigns: list[CompiledCampaign]) -> None:
        """Run the members of a group.

        Raises:
            AllSpentError: the allowance of the evaluation is spent.
        """
        if group.mode != "stackable":
            for trial in self.choose(group, depth, campaigns):
                self.keep(trial)
            if self.aborted is not None:
                raise self.aborted
            return
        for member, below in members(depth, campaigns):
            if isinstance(member, Group):
                self.run_group(member, depth + 1, below)
            else:
                self.engine.run_campaign(member)

    def choose(self, group: Group, depth: int, campaigns: list[CompiledCampaign]) -> list[Trial]:
        """Evaluate the members of a group and return the trials that apply. The state is unchanged afterwards."""
        is_first_wins = group.mode == "listOrder" and group.scope == "session"
        tries: list[list[Trial]] = []
        for member, below in members(depth, campaigns):
            if self.aborted is not None:
                break
            if is_first_wins and any(trial.is_triggered for trial in _joined(tries)):
                self.skip(below)
            else:
                tries.append(self.try_member(member, depth + 1, below))
        kept = self.chosen(group, tries)
        applying = {trial.campaign.id for trial in kept}
        for trial in _joined(tries):
            if trial.is_triggered and trial.campaign.id not in applying:
                self.engine.exclusions[trial.campaign.id] = (
                    NOT_FIRST if group.mode == "listOrder" else LOWER_DISCOUNT
                )
        return kept

    def keep(self, trial: Trial) -> bool:
        """Put back the result of a campaign; return False, with an ``error`` effect, when the answer has no room for it."""
        engine, campaign = self.engine, trial.campaign
        try:
            engine.put_back(trial.segment)
        except AbortedError as error:
            assert campaign.ruleset is not None, "it has run"
            engine.triggered.pop(campaign.id, None)
            engine.host.stand_at(campaign)
            engine.host.begin_rule(campaign.ruleset.rules[0])
            engine.report(error)
            return False
        return True

    def chosen(self, group: Group, tries: list[list[Trial]]) -> list[Trial]:
        """Return the trials that a group keeps, by its scope."""
        if group.scope == "cartItem" and self.engine.run.session is not None:
            return choose_by_item(group.mode, tries, self.engine.journal)
        return choose_for_session(group.mode, tries)

    def skip(self, campaigns: list[CompiledCampaign]) -> None:
        """Exclude campaigns behind the first one that applied; their codes are tested all the same."""
        for campaign in campaigns:
            self.engine.exclusions[campaign.id] = NOT_FIRST
            self.engine.judge_codes(campaign)

    def try_member(
        self, member: Group | CompiledCampaign, depth: int, campaigns: list[CompiledCampaign]
    ) -> list[Trial]:
        """Evaluate a member and return its trials, campaign by campaign. The state is unchanged afterwards."""
        if isinstance(member, CompiledCampaign):
            return [self.try_campaign(member)]
        if member.mode != "stackable":
            return self.choose(member, depth, campaigns)
        engine = self.engine
        checkpoint = engine.journal.checkpoint()
        trials: list[Trial] = []
        for child, below in members(depth, campaigns):
            if self.aborted is not None:
                break
            trials += filter(self.keep, self.try_member(child, depth + 1, below))
        engine.take_out(checkpoint)
        return trials

    def try_campaign(self, campaign: CompiledCampaign) -> Trial:
        """Evaluate a campaign and return its trial; one that spends the allowance keeps its results up to then."""
        engine = self.engine
        checkpoint = engine.journal.checkpoint()
        try:
            engine.run_campaign(campaign)
        except AllSpentError as error:
            self.aborted = error
        return Trial(campaign, engine.take_out(checkpoint), campaign.id in engine.triggered)


def members(
    depth: int, campaigns: Iterable[CompiledCampaign]
) -> Iterator[tuple[Group | CompiledCampaign, list[CompiledCampaign]]]:
    """Yield the members of the group at a depth, in order, each with its campaigns."""

    def key(campaign: CompiledCampaign) -> tuple[bool, int | None]:
        is_below = len(campaign.groups) > depth + 1
        return is_below, campaign.groups[depth + 1].id if is_below else campaign.id

    for (is_group, _), found in groupby(campaigns, key):
        below = list(found)
        yield below[0].groups[depth + 1] if is_group else below[0], below


def _joined(tries: list[list[Trial]]) -> Iterator[Trial]:
    for trials in tries:
        yield from trials
