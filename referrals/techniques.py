"""DISARM 1.6 techniques as receivers' tools know them: names, and the older ids that MISP's galaxy still uses.

Names are those of the DISARM framework 1.6 (DISARM Foundation, CC BY-SA 4.0), only for what findings may carry.
"""

from typing import Final

SOURCE: Final = "DISARM"
"""The framework's own STIX file says mitre-attack here, which sends readers to another catalogue."""
ADDRESS: Final = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/generated_pages/techniques/{}.md"

NAMES: Final = {
    "T0049": "Flood Information Space",
    "T0049.002": "Flood Existing Hashtag",
    "T0049.003": "Bots Amplify via Automated Forwarding and Reposting",
    "T0049.005": "Conduct Swarming",
    "T0084": "Reuse Existing Content",
    "T0084.001": "Use Copypasta",
    "T0084.002": "Plagiarise Content",
    "T0087.001": "Develop AI-Generated Videos (Deepfakes)",
    "T0098": "Establish Inauthentic News Sites",
    "T0115": "Post Content",
    "T0116": "Comment or Reply on Content",
    "T0116.001": "Post Inauthentic Social Media Comment",
    "T0118": "Amplify Existing Narrative",
    "T0119": "Cross-Posting",
    "T0121": "Manipulate Platform Algorithm",
    "T0128.005": "Change Names of Information Assets",
    "T0143.002": "Fabricated Persona",
    "T0143.003": "Impersonated Persona",
    "T0145": "Establish Account Imagery",
    "T0146": "Account Asset",
    "T0146.007": "Automated Account Asset",
    "T0149": "Online Infrastructure",
    "T0149.001": "Domain Asset",
    "T0150": "Asset Origin",
    "T0150.001": "Newly Created Asset",
    "T0150.002": "Dormant Asset",
    "T0150.004": "Repurposed Asset",
    "T0150.005": "Compromised Asset",
    "T0150.008": "Bulk Created Asset",
}

GALAXY: Final = {
    "T0049": "Flooding the Information Space",
    "T0049.002": "Hijack Existing Hashtag",
    "T0049.003": "Bots Amplify via Automated Forwarding and Reposting",
    "T0049.005": "Conduct Swarming",
    "T0084": "Reuse Existing Content",
    "T0084.001": "Use Copypasta",
    "T0084.002": "Plagiarise Content",
    "T0098": "Establish Inauthentic News Sites",
    "T0118": "Amplify Existing Narrative",
    "T0119": "Cross-Posting",
    "T0121": "Manipulate Platform Algorithm",
    "T0143.002": "Create Personas",  # T0097 there
    "T0143.003": "Prepare Assets Impersonating Legitimate Entities",  # T0099 there
    "T0146.007": "Create Bot Accounts",  # T0090.003 there
    "T0150.005": "Compromise Legitimate Accounts",  # T0011 there
}
"""DISARM 1.6 to the value in MISP's galaxy, which has an older edition. Where it has nothing that means the same, no tag
is better than a wrong one."""


def name(technique: str) -> str:
    """The technique's name, or its id where the table has none."""
    return NAMES.get(technique, technique)


def galaxy_tag(technique: str) -> str | None:
    """The tag of MISP's galaxy `disarm-techniques` for a DISARM 1.6 id; None where the galaxy has nothing that fits."""
    value = GALAXY.get(technique)
    return f'misp-galaxy:disarm-techniques="{value}"' if value else None
