"""The sheets of chance that demography draws from; a word once given is never reused."""

from __future__ import annotations

from sim.core.chance import declare_sheet

FAMILY = declare_sheet("demography.family", ("separate", "move_within", "move_out"))
NEWBORN = declare_sheet("demography.newborn", ("sex",))
SEPARATION = declare_sheet("demography.separation", ("man_leaves", "shares", "destination", "accepts"))
COUPLE = declare_sheet("demography.couple", ("age_gap", "woman_hosts", "destination", "accepts"))
LEAVER = declare_sheet("demography.leaver", ("leaves_place", "shares", "destination", "accepts"))
SHARING = declare_sheet("demography.sharing", ("starts_sharing",))
MOVE = declare_sheet("demography.move", ("destination", "accepts"))
COUPLE_HEAD = declare_sheet("demography.couple_head", ("man_heads",))
STREAM = declare_sheet("demography.stream", ("donor",))
DONOR = declare_sheet("demography.donor", ("chosen",))
