"""Which words of patients sound like an emergency, and which ordinary ones do not."""

import re
import tomllib

import pytest

from procedures import content, glossary, safety_text
from procedures.emergency_words import is_crisis, is_emergency

SIGNS = {
    "saddle": [
        "no feeling down there", "can't feel down there", "I don't feel anything down there", "numb down below",
        "lost feeling in my private area", "numb bum", "numb buttock", "my butt feels weird", "numb backside", "numb ass",
        "tingling in my private parts", "pins and needles in my crotch", "my tailbone is numb", "genital numbness",
        "toilet paper feels strange", "I can't feel the toilet paper", "it feels different when I wipe", "numb when wiping",
        "saddle anesthesia", "numbness in the saddle area", "my inner thighs feel dead", "rectal numbness", "numb balls",
        "my bottom has fallen asleep", "between my legs feels like cotton", "numbing between my legs", "less feeling down there",
    ],
    "bladder": [
        "can't pee", "can not pee", "can t pee", "unable to urinate", "wasn't able to pee", "I can barely pee", "no pee comes out",
        "cant go to the bathroom", "trouble going to the bathroom", "weak stream", "my stream is weak", "slow urine stream", "pee stops and starts",
        "peed myself", "pee myself", "wet myself", "peed my pants", "peeing on myself", "wet my bed", "pissed myself", "I had an accident in bed",
        "accident in my pants", "keep having accidents", "pee dribbles out", "urine comes out on its own", "leaking pee", "bedwetting",
        "I haven't peed since yesterday", "not peeing", "stopped peeing", "don't feel when I pee", "I pee without knowing it", "I have to push to pee",
        "can't tell if my bladder is full", "can't empty my bladder", "no urge to pee", "it takes forever to pee", "urinary retention", "incontinent",
        "my pee won't start", "peeing takes forever", "my bladder won't empty", "I don't know when I pee", "I need a catheter to pee",
        "pee running down my leg", "can't hold it in anymore", "numb when I pee", "my bladder feels numb",
    ],
    "bowel": [
        "i pooped myself", "pooping myself", "pooped my pants", "shit myself", "soiled my underwear", "I went in my pants", "poop comes out by itself",
        "can't hold my poop", "I don't feel it when I poop", "no control of my bowels", "bowel accident", "can't hold my gas", "messed myself",
        "can't feel my bowel movement", "lost control of my bowels", "I don't know when I have to poop", "shat myself", "I need diapers now",
    ],
    "both_legs": [
        "cannot feel legs", "my legs don't work", "legs do not work", "legs gave way", "legs gave out", "my legs won't move", "legs stopped working",
        "no feeling in my legs", "lost strength in legs", "legs like jelly", "numb feet", "my legs are asleep", "my legs went out from under me", "both feet tingle", "numb from the waist down",
        "pain in both legs", "both my legs ache", "sciatica in both legs", "bilateral sciatica", "my knees buckle", "can't move my legs", "can't feel my foot",
        "dragging my foot", "my foot drags", "dropped foot", "foot drop", "can't lift my foot", "can't lift my toes", "foot slap", "keep tripping over my foot",
        "suddenly can't walk", "can't walk", "hard to walk since yesterday", "new trouble walking", "paralyzed", "paralised",
    ],
    "sexual": [
        "no sex feeling", "no feeling during sex", "can't feel anything during sex", "sex feels different", "sex feels strange", "can't get hard",
        "can't get it up", "lost my erection", "can't ejaculate", "can't orgasm", "can't cum", "erectile dysfunction", "no sexual feeling", "trouble getting hard", "impotence",
    ],
    "accident_chest": [
        "fell off a ladder", "fell from the roof", "fell down the stairs", "fallen down some steps", "fell 10 feet", "I was in a crash", "fell off my horse", "bad fall", "car accident",
        "bad accident", "hit by a car", "car crash", "run over by a truck", "crashed my motorcycle", "chest pain", "pain in my chest", "chest feels heavy",
        "heart attack", "fever and sleepy", "fever and can't stay awake", "high temperature and confused", "tearing pain in my belly", "ripping back pain",
        "sudden severe belly pain",
    ],
    "breathing": [
        "can't breathe", "hard to breathe", "trouble breathing", "short of breath", "can't catch my breath", "breathing problems", "my throat is closing",
        "swollen face", "my lips are swelling", "swollen eyes and face", "face is puffy", "anaphylaxis", "trouble swallowing", "having an allergic reaction",
    ],
    "chest": ["I fainted", "fainting", "feel faint", "passed out", "blacked out", "he collapsed", "unconscious", "won't wake up"],
    "seizure": ["seizure", "siezure", "I had a fit", "convulsions", "shaking uncontrollably"],
    "numbing_medicine": [
        "ringing ears and confused", "ringing in my ears after the shot", "light-headed and confused", "metal taste in my mouth", "mouth tastes like metal", "numb tongue", "numb lips",
    ],
    "stroke": [
        "stroke", "mini stroke", "face drooping", "slurred speech", "can't speak", "sudden vision loss after epidural", "can't see", "I cannot see!",
        "I can't see out of my left eye", "my eyes are blurry all of a sudden", "went blind", "lost my sight", "double vision", "blindness",
        "one side of my body is numb", "numb on the left side of my body", "blurry vision after injection",
        "trouble seeing after the shot", "leg suddenly weak", "my leg got weak suddenly", "worst headache", "worst headache of my life", "sudden severe headache", "headache and stiff neck",
    ],
    "help": ["emergency", "911", "call an ambulance", "should I go to the ER", "I think I'm dying"],
    "spanish": [
        "me orin\u00e9 encima", "me orine encima", "no puedo orinar", "me hice caca encima", "no aguanto la orina", "me hice pis", "se me escapa la orina", "se me sale la caca", "no controlo la orina",
        "entumecimiento entre las piernas", "adormecimiento en los genitales", "no siento mis partes \u00edntimas", "hormigueo en la ingle",
        "no siento cuando orino", "perd\u00ed el control de la vejiga", "tengo las piernas d\u00e9biles", "no siento las piernas", "no puedo mover las piernas", "debilidad en las dos piernas", "me fallan las piernas", "no puedo caminar",
        "me duelen las dos piernas", "pie ca\u00eddo", "me ca\u00ed de una escalera", "me ca\u00ed por las escaleras", "accidente de auto", "dolor en el pecho",
        "me duele el pecho", "falta de aire", "no puedo respirar", "cara hinchada", "me desmay\u00e9", "convulsiones", "derrame cerebral", "no puedo ver",
        "perd\u00ed la vista", "el peor dolor de cabeza", "disfunci\u00f3n er\u00e9ctil", "no tengo erecci\u00f3n", "cola de caballo", "emergencia",
        "fiebre y confusi\u00f3n", "incontinencia", "orino sin darme cuenta", "perdi control de la orina", "perdi control del intestino",
        "retencion de orina", "no sale la orina", "no orino desde ayer", "no tengo sensibilidad en los genitales", "se me duermen las dos piernas",
        "se me sale el excremento",
    ],
}  # fmt: skip

CRISIS = [
    "hurt myself", "I want to hurt myself", "I might hurt myself", "thinking about hurting myself", "harming yourself", "cut myself on purpose",
    "I want to die", "suicide", "suicidal", "kill myself", "i want to kill my self", "end my life", "I don't want to live anymore", "better off without me", "no point in living",
    "tired of living", "nothing to live for", "can't take it anymore", "life is too hard", "I don't want to be here anymore", "took too many pills",
    "I want to end it", "no point of living", "I can't live with this pain", "quiero morir", "no quiero vivir", "quitarme la vida", "suicidarme", "hacerme da\u00f1o",
    "me quiero matar", "me voy a matar", "me quiero quitar la vida", "no quiero estar vivo", "prefiero morir", "no vale la pena vivir",
    "I want to be dead", "I would rather be dead",
]  # fmt: skip

ORDINARY = [
    # what people search for
    "nerve block", "cluneal nerve block", "nerve injection for upper buttock pain", "butt pain", "bum pain", "pain in the bottom", "buttock pain",
    "sciatica", "slipped disc", "herniated disc", "pinched nerve", "leg pain", "weak leg", "back pain", "pain when walking", "spinal stenosis",
    "heavy legs", "facet joint pain", "medial branch block", "radiofrequency ablation", "burning the nerve", "sacroiliac joint", "si joint injection",
    "trigger point injection", "muscle knot", "epidural", "caudal epidural", "lumbar epidural steroid injection", "steroid shot", "steroid flare",
    "local anesthetic", "numbing medicine", "numbing shot in the buttock", "numbing cream", "numb skin", "sedation", "blood thinner", "blood sugar",
    "osteoporosis", "osteoarthritis of the spine", "fever", "infection", "bruise", "headache after epidural", "pelvic joint", "hip bone pain", "pain diary",
    "side effects", "severe allergic reaction", "dry needling", "physical therapy", "tight muscle", "face down", "cost", "insurance", "blind study",
    "double blind trial", "weak evidence", "collapsed disc", "weak immune system", "weight loss", "cancer", "night pain", "a lump on my back",
    # what they ask
    "Can I go to the bathroom before the injection?", "Will it hurt?", "Does it hurt?", "How long does numbness last?", "Can I walk after?",
    "Can I see the doctor?", "I can't see a doctor before May", "I can't see the picture on the page", "Can I drive home?", "How long does it take?",
    "Will I be awake or asleep for the buttock injection?", "Where does the numbing medicine go in the buttock?", "Does the numbing shot reach the legs?",
    "Is a weak leg after it normal?", "My leg is weak for a few hours", "I have a fever. Can I come?", "How is butt pain different from sciatica?",
    "What is different about the buttock nerves?", "Can I have sex after it?", "Can I eat before?", "Do I have to stop my medicine?", "May I take a bath?",
    "The bandage fell off", "Can I sleep on my stomach?", "What if the block does not work and my leg still hurts?", "Can I exercise with pain?",
    "I hurt myself lifting a box", "I hurt my back at work", "Can I hurt myself if I move too early?", "Which hip is it?", "How many shots can I have?",
    "Do I need an MRI?", "When will I feel better?", "Will my insurance pay?", "Is the joint at the dimple?", "What is a shot in the back?",
    "Does a fall cause sacroiliac pain?", "Is there a restroom?", "Is it hard to find the clinic?", "Can the steroid get into the blood stream?",
    "I went to bed with pain", "Do you see people with arthritis?", "Is the pain in my hips from sitting?", "Will I have a warm, red face?",
    "Why do my butt muscles feel tight?", "How long until I can work?", "Can I hold my phone during the block?", "What happens in the first hours?",
    "Do the nerves grow back?", "What is neuropathy?", "Hace un a\u00f1o que me duele la espalda", "\u00bfCu\u00e1nto cuesta la inyecci\u00f3n?",
    "Does the pain feel different from other buttock pain?", "I don't feel well and my legs hurt", "I don't feel better in my legs",
    "I can't get up from a chair", "The pain doesn't wake me at night", "I can't take this medicine anymore", "It hurts like shit and I cannot sleep",
    "pain on both sides of my back", "numb on one side of my back", "Do I lie face down when I am numbed?", "no end in sight to this pain",
    "It takes 15 minutes. Can I use the toilet before?", "Should I hold my breath?", "I have not slept well for two weeks and my feet hurt",
    "My legs hurt when I fall asleep", "Can I put a pillow between my legs?", "Does the dye come out in urine?", "restless legs", "leg cramps",
    "The doctor's sex does not matter to me", "trouble with the website", "I can't find the form", "I can't come on Monday", "kill the pain",
    "no puedo hacer ejercicio", "no puedo ver al m\u00e9dico", "medicina para adormecer la nalga", "bloqueo del nervio", "quiero matar el dolor", "no tengo dolor en la pierna", "prefiero la ma\u00f1ana", "sudden pain in my leg",
    "a weak leg after the block", "I have trouble seeing which form to use", "dolor de espalda", "dolor en la nalga", "me duele la pierna",
]  # fmt: skip

# These name a sign: a card beside them is right.
HEADINGS_WITH_A_CARD = {
    "Know when to call us and when to call 911",
    "Seizure from the numbing medicine",
    "Stroke, loss of sight, paralysis, death",
    "Cauda equina syndrome",
    "Foot drop",
}


@pytest.mark.parametrize("text", [text for texts in SIGNS.values() for text in texts])
def test_a_sign_in_plain_words_is_an_emergency(text: str):
    assert is_emergency(text)


def test_signs_are_listed_for_every_item_of_the_cards():
    body = safety_text.file_body()
    items = [*body["emergency"]["items"], *body["after"]["emergency"]["items"]]

    assert {item["key"] for item in items} - {"bladder_bowel"} <= set(SIGNS)


@pytest.mark.parametrize("text", CRISIS)
def test_words_about_harming_oneself_are_a_crisis_and_an_emergency(text: str):
    assert (is_crisis(text), is_emergency(text)) == (True, True)


def test_the_crisis_line_counts_in_its_own_words():
    assert is_crisis(safety_text.file_body()["crisis"]["text"])


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_neither_an_emergency_nor_a_crisis(text: str):
    assert (is_emergency(text), is_crisis(text)) == (False, False)


def test_headings_and_terms_of_the_pages_are_no_emergency_unless_they_name_one():
    assert {text for text in [*headings(), *terms()] if is_emergency(text)} == HEADINGS_WITH_A_CARD


def headings() -> list[str]:
    names = re.compile(
        r'^(?:#+ (.+?)(?: \{.*)?|(?:plain_name|medical_name|name|title|label) = "(.+)")$', re.M
    )
    pages = [path.read_text(encoding="utf-8") for path in content.FOLDER.glob("*.md")]
    return [heading or name for text in pages for heading, name in names.findall(text)]


def terms() -> list[str]:
    return [
        row["term"]
        for row in tomllib.loads(glossary.FILE.read_text(encoding="utf-8")).values()
        if "term" in row
    ]
