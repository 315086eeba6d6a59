"""Every noun of administration."""

from affluent.centre.administration.agents import AGENTS
from affluent.centre.administration.api_keys import KEYS
from affluent.centre.administration.brands import BRANDS
from affluent.centre.administration.channels import CHANNELS
from affluent.centre.administration.decline_reasons import DECLINE_REASONS
from affluent.centre.administration.defaults import DEFAULTS
from affluent.centre.administration.hours import HOURS
from affluent.centre.administration.macros import MACROS
from affluent.centre.administration.media import MEDIA
from affluent.centre.administration.motives import MOTIVES
from affluent.centre.administration.noun import Noun
from affluent.centre.administration.problems import PROBLEMS
from affluent.centre.administration.queues import QUEUES
from affluent.centre.administration.reserves import RESERVES
from affluent.centre.administration.rules import RULES
from affluent.centre.administration.segments import SEGMENTS
from affluent.centre.administration.skill_groups import GROUPS
from affluent.centre.administration.skills import SKILLS
from affluent.centre.administration.teams import TEAMS
from affluent.centre.administration.voice_servers import VOICE_SERVERS
from affluent.centre.administration.webhooks import WEBHOOKS

NOUNS: dict[str, Noun] = {
    noun.key: noun
    for noun in (
        BRANDS,
        TEAMS,
        SKILLS,
        GROUPS,
        HOURS,
        QUEUES,
        AGENTS,
        RESERVES,
        MEDIA,
        DEFAULTS,
        CHANNELS,
        MACROS,
        DECLINE_REASONS,
        MOTIVES,
        SEGMENTS,
        PROBLEMS,
        RULES,
        KEYS,
        WEBHOOKS,
        VOICE_SERVERS,
    )
}
