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
    """Lower case words with one space between them; can't, unable to and can barely are all cannot."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = " ".join(re.findall(r"\w+", re.sub(r"['\u2018\u2019\u02bc`\u00b4]", "", letters)))
    return CANNOT.sub("cannot", words)


def near(one: str, other: str) -> str:
    """One within a few words of the other, whichever comes first."""
    return f"{then(one, other, GAP)}|{then(other, one, GAP)}"


def then(one: str, other: str, gap: int = 2) -> str:
    """One before the other, with at most so many words between them."""
    return rf"\b(?:{one})\b(?: \w+){{0,{gap}}} \b(?:{other})\b"


def whole(*phrases: str) -> str:
    return "|".join(rf"\b(?:{phrase})\b" for phrase in phrases)


CANNOT = re.compile(
    r"\b(?:cant|can t|can not|could not|couldnt|unable to|(?:not|isnt|wasnt|arent|werent) (?:be(?:en|ing)? )?able to"
    r"|c(?:an|ould) (?:barely|hardly|no longer))\b"
)
NOT = r"dont|doesnt|didnt|wont|isnt|arent|havent|hasnt|not|never|no longer"
MY = r"(?:(?:my|his|her|the|their|your|left|right|big) )*"
# The medicine numbs on purpose: "the numbing shot in my buttock" is no sign.
NUMBED = r"numb(?!ing (?:medic\w+|shots?|injections?|drugs?|needles?|creams?|gels?|sprays?|agents?|the|a|nerve)\b)\w*"
NO_FEELING = (
    r"no (?:\w+ )?(?:feelings?|sensations?)|cannot feel|lo(?:st|ss|sing)\b.{0,12}(?:feeling|sensation)|less feeling"
    rf"|(?:{NOT}|barely|hardly) (?:really )?feel(?:ing)?(?! (?:\w+ )?(?:well|better|good|safe|sure|ready|like|pains?|relief|sick)\b)"
)
NUMB = (
    rf"{NUMBED}|{NO_FEELING}|tingl\w*|prickl\w*|pins and needles|dead"
    r"|f(?:eels?|elt|eeling) (?:\w+ )?(?:different(?! (?:from|than|to)\b)|strange|weird|funny|odd|wrong|dull|like cotton)"
    r"|(?:strange|weird|funny|odd|different|changed) (?:feeling|sensation)|(?:feeling|sensation) (?:has |is )?changed"
    r"|(?:falls?|fell|fallen|falling|feels?|felt|goes|gone|went|is) asleep"
)
SADDLE = (
    r"groins?|genitals?|between (?:\w+ )?(?:legs|thighs)|(?:inner|inside) thighs?|private (?:parts?|areas?|regions?)|privates"
    r"|down there|down below|anus|anal|rect(?:um|al)|back passage|perine\w+|crotch|pubic|pelvis|vagina\w*|vulva|labia|clit\w*"
    r"|penis|penile|scrotum|testic\w+|balls(?! of)|dick|buttocks?|butt|butthole|bum|ass|arse|asshole|backside|rear end"
    r"|bottom(?! of)|behind$|tailbone|saddle|toilet paper|wip(?:e|ed|ing)"
)
TROUBLE = (
    r"cannot|trouble|hard|difficult\w*|problems?|struggl\w+|no longer|lo(?:st|ss|se|sing)|no control|control"
    r"|leak\w*|drip(?:s|ping|ped)|dribbl\w*|trickl\w*|weak|slow|accidents?|hold|retention|blocked|involuntar\w+|strain\w*|nothing comes out"
    r"|without (?:feeling|knowing|noticing|warning|control)|no urge|stops? and starts?|starts? and stops?|by (?:itself|accident)|push to"
)
WASTE = (
    r"pee|peed|pees|peeing|wee|weeing|piss\w*|urin\w+|void(?:ing)?|pass(?:ing)? (?:water|gas|stool)|hold (?:\w+ )?gas|farts?"
    r"|(?<!blood )stream|bladder|bowels?|poop\w*|poo|(?<!like )(?:shit|crap)\w*|stools?|feces|faeces|toilet"
)
BATHROOM = (
    r"(?:go|going|get|getting|using|use) (?:to )?(?:the |a )?(?:bathroom|restroom|washroom|loo|potty)"
    r"|(?:bathroom|restroom) (?:trouble|problems?|accidents?|issues?)"
)
SOILS = r"poop\w*|peed?|pees|peeing|wee|weed|weeing|piss\w*|urinat\w+|wet(?:ting|ted)?|sh[ia]t\w*|crap\w*|soil\w*|mess(?:ed|ing)|soak\w*"
CLOTHES = r"pants|underwear|underpants|panties|undies|trousers|clothes|sheets"
FAILS = (
    rf"weak\w*|{NUMBED}|{NO_FEELING}|paraly\w*|g(?:ive|ives|iving|ave) (?:way|out)|collaps\w*|buckl\w*|cannot move"
    r"|jelly|rubber|lo(?:st|ss|sing) (?:of )?(?:\w+ )?(?:strength|power|control|use)|no (?:strength|power|control)"
)
LEGS = r"legs|feet|thighs|knees|waist down|hips down|lower (?:body|half)"
BOTH = r"(?:both|bilateral)(?: \w+){0,2} (?:legs?|feet|thighs|calves|knees)|two (?:\w+ )?legs|each leg"
FACE = r"face(?! down)"
SIGHT = r"sight|eyesight|vision"
# What somebody looks for on the site or in the diary, and does not see.
TO_LOOK_FOR = (
    r"a|an|the|my|your|you|dr|any|how|why|what|where|when|which|who|that|this|it|them|him|her|if|anyone|anybody"
    r"|pictures?|images?|anything (?:on|in|about|here)"
)
BEGAN = r"new|newly|sudden|suddenly|now|today|since|overnight|started"
SPANISH = (
    near(
        r"entumec\w*|entumid\w*|adormec(?!er\b)\w*|dormid[oa]s?|hormigue\w*|se me d(?:uerm|urm)\w+|no (?:me )?s(?:iento|entir)|sin sensibilidad|no tengo (?:\w+ )?sensibilidad|perdi\w* (?:\w+ )?sensibilidad",
        r"entre (?:las|mis) piernas|entrepierna|ingles?|genital\w*|partes? (?:intimas?|privadas?)|nalgas?|gluteos?|trasero|culo"
        r"|vagina|pene|testiculos?|piernas|pies|limpiar\w*",
    ),
    near(r"debil\w*|no (?:puedo )?m(?:uevo|over)|no (?:me )?responden|fall(?:an|aron)|ceden|cedieron|due(?:len|le)|dolor", r"(?:dos|ambas) piernas"),
    near(r"debil\w*|no (?:puedo )?m(?:uevo|over)|no (?:me )?responden|fall(?:an|aron)|ceden|cedieron", r"(?:las|mis) piernas"),
    then(r"piernas", r"debiles|dormidas|adormecidas"),
    near(r"no|problemas?|perdi\w*|falta|sin|disfuncion", r"erecc\w+|erectil|eyacul\w+|orgasmos?"),
    near(r"hinchad\w*|hinchazon|hincho", r"cara|garganta|lengua|labios?"),
    near(r"fiebre", r"confu\w+|somnolen\w+|sueno|adormilad\w+"),
    then(r"no (?:puedo |me )?(?:aguant\w+|control\w+|sient\w+|sentir)|perdi(?:da)?(?: (?:de|del|el))* control", r"orin\w+|pipi|pis|caca|popo|heces|vejiga|esfinter\w*|intestinos?|excrement\w+"),
    then(r"orino|meo|orine|hago (?:pis|pipi|popo|caca)", r"sin (?:darme cuenta|querer|sentir\w*)"),
    then(r"no (?:me )?(?:sale|salio)", r"orina|pis|pipi"),
    whole(
        r"no (?:orino|meo|he (?:orinado|podido orinar))|retencion (?:urinaria|de (?:la )?orina)",
        r"no puedo (?:orinar|mear|hacer (?:pis|pipi|popo|caca)|ir al bano|respirar|caminar|andar|mover\w*|tragar|hablar|pararme|sentir)",
        r"no puedo (?:levantar el pie|ver(?! (?:al?|el|la|los|las|mi|un|una)\b))",
        r"(?:orine|orino|hice|hago|hizo|pipi|pis|caca|popo|mee|cague) encima|me (?:orine|orino|mee|meo|cague|cago)",
        r"me hice (?:pis|pipi|popo|caca)|se me (?:escapa|sale|salio)n? (?:\w+ )?(?:orina|pis|pipi|heces|popo|caca|excrement\w+)",
        r"pie caido|cola de caballo|derrame cerebral|infarto|ataque (?:al|del) corazon|desmay\w+",
        r"(?:dolor|opresion|presion) (?:de|en el) pecho|duele el pecho|falta (?:de|el) aire|me ahogo|dificultad para respirar",
        r"(?:perdi|perdida de|perder) (?:la )?(?:vista|vision)|no veo (?:nada|bien|con)|ceguera|peor dolor de cabeza|dolor desgarrador",
        r"c(?:ai|aerme|aida) (?:\w+ )?(?:de|desde|por) (?:el|la|las|los|un|una) (?:escaleras?|techo|caballo|arbol|moto)",
        r"accidente (?:grave|fuerte|de (?:auto|coche|carro|moto|transito|trafico))|atropell\w+",
        r"emergencia|urgencias|ambulancia",
    ),
)  # fmt: skip
SIGNS = re.compile(
    "|".join(
        (
            near(NUMB, SADDLE),
            near(TROUBLE, WASTE),
            near(NO_FEELING, WASTE),
            then(NUMBED, WASTE),
            then(WASTE, NUMBED),
            then(r"takes (?:\w+ )?(?:long|forever|ages|minutes)", r"pee|urinate|poop"),
            then(r"peeing|urinating", r"takes (?:\w+ )?(?:long|forever|ages|minutes)"),
            then(rf"(?:{NOT}) (?:know|notice|realize)", WASTE, GAP),
            then(WASTE, rf"(?:{NOT}) (?:come|start|stop|empty)", 0),
            then(r"catheter", WASTE),
            near(r"cannot|trouble|hard|difficult\w*|problems?|struggl\w+|no longer", BATHROOM),
            near(r"accidents?", rf"{CLOTHES}|bed|myself"),
            then(SOILS, rf"myself|himself|herself|themselves|the bed|{MY}(?:{CLOTHES}|bed|chair|couch|seat|mattress)"),
            then(WASTE, r"(?:com(?:es?|ing)|came|falls?|slips?|runs?|running|ran|squirts?) (?:out|down|by)"),
            then(r"went|go|going", rf"in {MY}(?:{CLOTHES})", 0),
            then(rf"{NOT}|stopped|havent been", r"pee|peed|peeing|urinat\w+|passed (?:water|urine)", 1),
            near(FAILS, LEGS),
            then(r"legs|feet", r"(?:are|feel|fell|fall|went|go) (?:asleep|dead|limp|out)", 0),
            then(r"legs|feet", rf"(?:{NOT}) (?:\w+ )?(?:work\w*|mov\w*|hold\w*|respond\w*|carry\w*|support\w*)|stop\w* working"),
            near(r"hurts?|hurting|pains?|painful|ach\w+|sore|burn\w*|sciatica|tingl\w*|pins and needles|weak\w*|numb\w*", BOTH),
            near(r"erections?|ejaculat\w*|orgasms?|climax", r"cannot|trouble|problems?|lost|loss|new|different|changed?|no"),
            near(r"sex|sexual|intercourse", rf"cannot|trouble|lost|loss|different|changed?|numb|strange|weird|{NO_FEELING}"),
            near(BEGAN, r"(?:hard|trouble|difficult\w*|problems?) (?:to |with |in )?walk\w*"),
            near(r"chest", r"pains?|hurts?|hurting|ach\w+|tight\w*|pressure|heav\w+|squeez\w+|crushing|burn\w*|stab\w*"),
            near(r"fever\w*|temperature", r"drows\w*|sleepy|confus\w*|letharg\w+|stay awake|stiff neck"),
            near(r"tearing|ripping", r"pains?|back|belly|stomach|abdom\w+|tummy|chest"),
            then(r"sudden\w* (?:and )?(?:severe|terrible|horrible|awful|unbearable|violent|intense)", r"pain", 3),
            near(r"swell\w*|swollen|swole|puffy|puffed", rf"{FACE}|throat|tongue|lips?|mouth"),
            near(r"ringing|buzzing|tinnitus", r"metal\w*|confus\w*|light ?headed|dizzy|ears?"),
            near(r"light ?headed", r"confus\w*"),
            near(r"tastes?|tasting", r"metal\w*|penn(?:y|ies)|copper"),
            near(rf"{NUMBED}|tingl\w*|droop\w*|paraly\w*", rf"{FACE}|tongue|lips?|mouth"),
            near(rf"{NUMBED}|tingl\w*|weak\w*", r"(?:one|left|right) side of (?:\w+ )?body"),
            near(r"sciatica", r"bilateral|both sides"),
            near(r"headaches?|head (?:pain|hurts)", r"worst|sudden\w*|thunderclap|exploding|stiff neck"),
            near(r"lo(?:st|ss|sing)|sudden\w*|double", SIGHT),
            near(r"sudden\w*|all of a sudden", r"blurr\w+|blind"),
            near(rf"blurr\w+ (?:{SIGHT}|eyes?)|(?:{SIGHT}|eyes?) (?:\w+ )?blurr\w+|trouble seeing", r"after|since|injection|shot|block|epidural"),
            near(r"sudden\w*", r"weak\w* (?:\w+ )?(?:leg|foot|arm)"),
            then(r"leg|foot|arm", r"sudden\w* (?:\w+ )?weak\w*|weak\w* (?:\w+ )?sudden\w*"),
            then(r"trouble|hard|difficult\w*|short\w*|struggl\w+|problems?|cannot|catch|out of", r"breath\w*"),
            then(r"breathing", r"trouble|problems?|hard|difficult\w*|stopped", 1),
            then(r"fell|fall(?:s|en|ing)?|tumbled|jumped", r"(?:off|from|out of|down) (?:of )?(?:\w+ )?(?:ladders?|roof|horse|bike|bicycle|"
                 r"motorcycle|scooter|tree|scaffold\w*|truck|car|balcony|deck|wall|porch|building|window|bridge|cliff|stairs?|stairway"
                 r"|staircase|steps|escalator|height|trampoline)", 1),
            whole(
                r"ca[uw]d\w* equin\w*|cauda",
                r"saddle an(?:a)?esthesia",
                r"incont[ie]n\w+|bed ?wet\w*|diapers?",
                r"(?:weak|slow|thin|poor) (?:\w+ )?(?:stream|urine flow|flow of urine)",
                r"cannot hold (?:it|it in|in|myself)",
                r"no (?:sex|sexual) (?:feelings?|sensations?|function)",
                r"erectile|impoten\w+|cannot (?:get|keep) it up|cannot (?:get|stay|keep) (?:it )?(?:hard|erect)|cannot (?:cum|climax)|(?:trouble|problems?) (?:getting|staying) (?:hard|erect)",
                rf"drop(?:ped|ping)? (?:foot|feet)|(?:foot|feet|toes?) (?:\w+ )?(?:drop\w*|drags?|dragging)|drag\w* {MY}(?:foot|feet|toes?|legs?)",
                rf"cannot (?:lift|raise|move|feel|wiggle|bend) {MY}(?:f(?:oo|ee)t|toes?|legs?|ankle)|foot (?:is )?(?:slap|flop)\w*|keep tripping|trip\w* (?:over|on) {MY}(?:foot|feet|toes?)",
                r"cannot (?:walk|stand|move|breathe?|swallow|wake|speak|talk)|(?:trouble|hard to|difficulty) swallow\w*",
                r"paraly[sz]\w+|paralis\w+|parapleg\w+",
                r"(?:bad|serious|severe|car|road|traffic|bike|motorcycle|major|terrible) (?:accident|crash|wreck)|(?:bad|hard|serious|terrible) fall",
                r"(?:had|having|have) (?:an )?accidents?|crashed (?:my|the|into)|in a (?:\w+ )?(?:crash|wreck)",
                r"fell (?:about |from )?\w+ (?:feet|foot|meters|stories|floors)",
                r"(?:hit|struck|run over|ran over|knocked down) by (?:a |the )?(?:\w+ )?(?:car|truck|bus|van|train|bike|motorcycle|suv)",
                r"(?:i|keep|kept|she|he|feel\w*|felt|almost|nearly|going to) faint\w*|faint(?:ed|ing)|passed out|passing out|pass out|blacked out|unconsc?i\w+",
                r"(?:he|she|i|they|husband|wife|mother|mom|father|dad|son|daughter) (?:just |has |have )?collapsed|(?:wont|will not|doesnt|does not) wake up|hard to wake (?:him|her|up)",
                r"s(?:ei|ie)[zs]ures?|convuls\w+|(?:having|had|has|have) a fit|a fit after|shak\w+ (?:uncontrol\w+|all over)|uncontrol\w+ shak\w+",
                r"heart attack|cardiac arrest|pain in (?:my|his|her|the) heart|heart (?:pain|hurts|stopped)",
                r"strokes?|(?:face|mouth) (?:is )?droop\w*|slurr\w+|speech (?:is )?slurr\w*|aneurysm|anaphyla\w+|thunderclap",
                r"(?:having|have|had) an? (?:\w+ )?allergic reaction",
                r"(?:throat|airway) (?:is |feels )?(?:clos\w+|tight\w*)|choking|gasping|wheez\w+|breathless\w*|(?:not|stopped) breathing|suffocat\w+",
                rf"cannot see(?! (?:{TO_LOOK_FOR})\b)|(?:go|going|gone|went|turned) blind|blindness|seeing double",
                r"emergenc(?:y|ies)|911|ambulance|(?:go|going|get|come) to (?:the )?er|(?:i am|im|i m) dying",
            ),
            *SPANISH,
        )
    )
)  # fmt: skip
# "I hurt myself lifting a box" tells how the back pain began.
HOW_IT_BEGAN = (
    r"lifting|moving|bending|playing|falling|working|running|exercising|picking|carrying|twisting|doing|getting|reaching|jumping"
    r"|skiing|gardening|at|while|when|if|in|by|on (?:a|the|my)|more|again|last|yesterday|years|months|weeks|days"
)
CRISIS = re.compile(
    whole(
        r"s(?:ui|u)cid\w*|suiside",
        r"(?:kill|killing|harm|harming|cut|cutting|hang|hanging|shoot) (?:my|your) ?self|self harm\w*",
        rf"(?:want|going|need|urge|plan\w*|tempted) to hurt myself|(?:think\w*|thoughts?) (?:of|about) hurting myself|hurt(?:ing)? (?:my ?)self(?! (?:{HOW_IT_BEGAN})\b)",
        r"end(?:ing)? (?:my life|it all)|(?:want|going) to end it|kms|take my (?:own )?life",
        r"(?:want|wanted|wish|like) to die|wish i (?:was|were) dead|(?:want to|would rather|wanna|id rather|rather) be dead|better off (?:dead|without me)|wish i (?:was|were) never born",
        r"(?:dont|do not) want to (?:live|be alive|be here|go on|wake up)|(?:no|a|any|the) (?:reason|point) (?:to|in|of) liv\w+|not worth living",
        r"tired of (?:living|life)|nothing to live for|give up on life|giving up on life",
        r"life (?:is|feels) too hard|cannot go on|cannot (?:take|do|bear) (?:it|this|life|(?:this|the) pain) any ?more|cannot live (?:like this|with (?:this|the) pain)",
        r"overdos\w+|took too many pills|feel\w* hopeless",
        r"quiero morir\w*|matarme|me (?:quiero|quisiera|voy a) matar|no quiero (?:vivir|seguir|estar viv[oa])|quitarme la vida",
        r"me (?:quiero|quisiera|voy a) quitar la vida|prefiero (?:morir\w*|estar muert[oa])|no vale la pena (?:vivir|seguir)",
        r"hacerme dano|lastimarme|acabar con mi vida",
    )
)  # fmt: skip
