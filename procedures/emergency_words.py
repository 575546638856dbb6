"""Tells words that sound like an emergency, for the search and for patients' questions (R1, R6).

The patterns follow the items of the emergency cards in content/safety.toml, in
the wordings people type: any case, with or without apostrophes and accents. They
take no notice of "no" and "not": a card too many is better than one too few.
What only the urgent card names (a fever, one weak leg) does not count.
"""

import re
import unicodedata

# How many words may stand between the two halves of a sign.
GAP = 5


def is_emergency(text: str) -> bool:
    """Whether the emergency card belongs above everything else; true of a crisis as well."""
    return bool(SIGNS.search(plain(text))) or is_crisis(text)


def is_crisis(text: str) -> bool:
    """Whether the words are about harming oneself: the crisis line belongs there too."""
    return bool(CRISIS.search(plain(text)))


def plain(text: str) -> str:
    """Lower case words with one space between them; can't and cannot are the same."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = " ".join(re.findall(r"\w+", re.sub(r"['\u2018\u2019\u02bc`\u00b4]", "", letters)))
    return re.sub(r"\b(cant|can not|could not|couldnt|unable to|not able to)\b", "cannot", words)


def near(one: str, other: str) -> str:
    """One within a few words of the other, whichever comes first."""
    between = rf"(?: \w+){{0,{GAP}}} "
    return rf"\b(?:{one})\b{between}\b(?:{other})\b|\b(?:{other})\b{between}\b(?:{one})\b"


def whole(*phrases: str) -> str:
    return "|".join(rf"\b(?:{phrase})\b" for phrase in phrases)


NUMB = (
    r"numb\w*|tingl\w*|no feeling|no sensation|cannot feel|lo(?:st|ss)\b.{0,12}feeling|pins and needles|dead"
)
SADDLE = (
    r"groins?|genitals?|between (?:\w+ )?legs|inner thighs?|private parts?|privates|anus|rectum|perineum"
    r"|crotch|vagina|vulva|penis|scrotum|testicles?|buttocks?|butt|bottom(?! of)|saddle|wip(?:e|ing)"
)
TROUBLE = (
    r"cannot|trouble|hard|difficult\w*|problems?|struggl\w+|no longer|lo(?:st|ss|se|sing)|control"
    r"|leak\w*|weak|accidents?|hold|retention|blocked"
)
WASTE = r"pee|peeing|wee|urin\w+|pass(?:ing)? water|bladder|bowels?|poop\w*|poo|stools?|feces|faeces|toilet"
FAILS = r"weak\w*|numb\w*|paraly\w*|g(?:ive|ives|iving|ave) (?:way|out)|collaps\w*|buckl\w*|cannot move|no feeling"
SIGNS = re.compile(
    "|".join(
        (
            near(NUMB, SADDLE),
            near(TROUBLE, WASTE),
            near(FAILS, r"legs"),
            near(r"hurts?|hurting|pains?|painful", r"(?:both|two) (?:\w+ )?legs"),
            near(r"erections?|ejaculat\w*|orgasms?", r"cannot|trouble|problems?|lost|loss|new|different|changed?|no"),
            near(r"sex|sexual", r"cannot|trouble|lost|loss|different|changed?|numb"),
            near(r"new|newly|sudden|suddenly", r"(?:hard|trouble|difficult\w*|problems?) (?:to |with |in )?walk\w*"),
            near(r"chest", r"pains?|hurts?|hurting|tight\w*|pressure"),
            near(r"fever", r"drows\w*|sleepy|confus\w*"),
            near(r"tearing|ripping", r"pains?|back|belly|stomach|chest"),
            near(r"swell\w*|swollen", r"face|throat|tongue|lips?"),
            near(r"ringing|buzzing", r"metal\w*|confus\w*|light ?headed|dizzy"),
            near(r"taste|tastes", r"metal\w*"),
            whole(
                r"cauda equina",
                r"saddle an(?:a)?esthesia",
                r"incontinen\w+",
                r"(?:wet|wetting|soiled|soiling) (?:myself|himself|herself|the bed)",
                r"erectile \w+",
                r"impoten\w+",
                r"drop(?:ped)? foot|foot drop|cannot lift (?:my |the |her |his )?f(?:oo|ee)t",
                r"cannot (?:walk|stand|move|breathe?|swallow|wake)",
                r"paraly[sz]\w+",
                r"(?:bad|serious|severe|car|road|traffic|bike|motorcycle) (?:accident|crash|wreck)",
                r"hit by a (?:car|truck|bus)",
                r"(?:trouble|hard|difficulty|difficult|short|shortness)(?: to| of| with| in)? breath\w*",
                r"(?:i|keep|kept|she|he) faint\w*|fainted|passed out|passing out|blacked out|unconscious",
                r"seizures?|convuls\w+|having a fit|had a fit",
                r"heart attack|a stroke|anaphyla\w+",
                r"emergenc(?:y|ies)|911|ambulance",
                r"no puedo (?:orinar|respirar|caminar)|dolor (?:de|en el) pecho|emergencia",
            ),
        )
    )
)  # fmt: skip
CRISIS = re.compile(
    whole(
        r"suicid\w*",
        r"(?:kill|killing|harm|harming|hurting) myself|want to hurt myself|self harm\w*",
        r"end (?:my life|it all)|take my (?:own )?life",
        r"(?:want|wanted|wish|like) to die|wish i (?:was|were) dead|better off dead",
        r"(?:dont|do not) want to (?:live|be alive|go on)|no reason to live|not worth living",
        r"life (?:is|feels) too hard|cannot go on|overdos\w+",
        r"quiero morir\w*|matarme",
    )
)
