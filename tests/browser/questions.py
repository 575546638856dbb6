"""The questions of the intake as a patient meets them: mistakes first, then the answer.

Between them, the mistakes show every field of the form in its error state.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .hands import Hands

Act = Callable[[Hands], None]


@dataclass(frozen=True)
class Mistake:
    """What somebody does before Continue, and the errors they are told, in order."""

    acts: tuple[Act, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    slug: str
    heading: str
    mistakes: tuple[Mistake, ...]
    answer: tuple[Act, ...]


def question(slug: str, heading: str, *parts: Mistake, answer: tuple[Act, ...]) -> Question:
    return Question(slug, heading, parts, answer)


def left_empty(*errors: str) -> Mistake:
    return Mistake((), errors)


def wrong(*acts: Act, errors: tuple[str, ...]) -> Mistake:
    return Mistake(acts, errors)


def choose(option: str, of: str = "") -> Act:
    return lambda hands: hands.choose(option, of)


def tick(option: str, of: str = "") -> Act:
    return lambda hands: hands.tick(option, of)


def untick(option: str, of: str = "") -> Act:
    return lambda hands: hands.untick(option, of)


def write(label: str, text: str, of: str = "") -> Act:
    return lambda hands: hands.write(label, text, of)


def a_date(of: str, month: str, day: str, year: str) -> tuple[Act, ...]:
    return write("Month", month, of), write("Day", day, of), write("Year", year, of)


def too_long(name: str, limit: int) -> str:
    return f"{name} must be {limit} characters or fewer"


NO_SIGNS = "No, I do not have any of these"
EMERGENCY = "Do you have any of these now, or have they started in the last 2 weeks?"
BLADDER = (
    "You cannot pee, or your pee is hard to start or stop, is weak or leaks,"
    " or you cannot feel it or a full bladder"
)
WEIGHT_LOSS = "You have lost weight without trying"
PEG = (
    "What number best describes your pain on average in the past week?",
    "What number best describes how, during the past week, pain has interfered with your enjoyment of life?",
    "What number best describes how, during the past week, pain has interfered with your general activity?",
)
HEALTH = {
    "Do you take medicine that thins the blood?": "If yes, which medicine?",
    "Could you be pregnant?": "If yes, what should we know?",
    "Do you have an infection now, or take antibiotics?": "If yes, what is it?",
    "Do you have diabetes?": "If yes, how is it treated?",
    "Have you had a serious reaction to numbing medicine, a steroid or X-ray dye?": (
        "If yes, what was it, and what happened?"
    ),
}
SIGNS = (
    question(
        "emergency-signs", "Check for emergency signs first",
        left_empty("Select the symptoms you have, or select that you have none of them"),
        answer=(tick(NO_SIGNS),),
    ),
    question(
        "urgent-signs", "Check for signs that should not wait",
        left_empty("Select the signs you have, or select that you have none of them"),
        wrong(
            tick(WEIGHT_LOSS), tick(NO_SIGNS),
            errors=("Select the signs you have, or select that you have none of them, but not both",),
        ),
        answer=(tick(WEIGHT_LOSS), untick(NO_SIGNS)),
    ),
)  # fmt: skip
WHO_FOR = question(
    "who-for", "Who is this request for?",
    left_empty("Select who this request is for"),
    answer=(choose("Me"),),
)  # fmt: skip
BIRTH = question(
    "date-of-birth", "What is your date of birth?",
    left_empty("Enter your date of birth"),
    wrong(
        *a_date("What is your date of birth?", "13", "27", "1962"),
        errors=("Your date of birth must have a month from 1 to 12, or a name like March",),
    ),
    answer=a_date("What is your date of birth?", "March", "27", "1962"),
)  # fmt: skip
WISH = (
    question(
        "been-before", "Have you been to this clinic before?",
        left_empty("Select whether you have been to this clinic before"),
        answer=(choose("Not sure"),),
    ),
    question(
        "topic", "What do you want help with?",
        left_empty("Select what you want help with"),
        answer=(choose("Ask about a cluneal nerve block"),),
    ),
)  # fmt: skip
PAIN = (
    question(
        "pain-areas", "Where is your pain?",
        left_empty("Select where your pain is, or select that you have no pain now"),
        wrong(
            tick("Top of the buttock"), tick("I have no pain now"),
            errors=("Select where your pain is, or select that you have no pain now, but not both",),
        ),
        answer=(tick("Lower back"), tick("Top of the buttock"), untick("I have no pain now")),
    ),
    question(
        "pain-side", "Which side is your pain on?",
        left_empty("Select which side your pain is on"),
        answer=(choose("Your left side"),),
    ),
    question(
        "pain-duration", "How long have you had this pain?",
        left_empty("Select how long you have had this pain"),
        answer=(choose("3 to 12 months"),),
    ),
    question(
        "pain-week", "Pain in the past week",
        left_empty(
            "Select a number from 0 to 10 for your pain on average in the past week",
            "Select a number from 0 to 10 for how pain has interfered with your enjoyment of life",
            "Select a number from 0 to 10 for how pain has interfered with your general activity",
        ),
        answer=(choose("7", PEG[0]), choose("8", PEG[1]), choose("6", PEG[2])),
    ),
)  # fmt: skip
HEALTH_PAGE = question(
    "health", "Do any of these apply to you?",
    left_empty(
        "Select whether you take medicine that thins the blood",
        "Select whether you could be pregnant, or that it does not apply",
        "Select whether you have an infection now, or take antibiotics",
        "Select whether you have diabetes",
        "Select whether you have had a serious reaction to numbing medicine, a steroid or X-ray dye",
    ),
    wrong(
        *(act for asked, more in HEALTH.items() for act in (choose("Yes", asked), write(more, "x" * 201))),
        errors=(
            too_long("The name of the medicine", 200),
            too_long("What we should know about pregnancy", 200),
            too_long("What the infection is", 200),
            too_long("How diabetes is treated", 200),
            too_long("What the reaction was, and what happened", 200),
        ),
    ),
    answer=(
        write(HEALTH["Do you take medicine that thins the blood?"], "Apixaban"),
        choose("Does not apply", "Could you be pregnant?"),
        *(choose("No", asked) for asked in list(HEALTH)[2:]),
    ),
)  # fmt: skip
CONTACT = (
    question(
        "name", "What is your name?",
        left_empty("Enter your first name, or your only name"),
        wrong(
            write("First or given name", "x" * 129), write("Last or family name", "x" * 129),
            write("Name you like to be called", "x" * 129),
            errors=(
                too_long("First name", 128), too_long("Last name", 128),
                too_long("The name you like to be called", 128),
            ),
        ),
        answer=(
            write("First or given name", "María José"), write("Last or family name", "Núñez-Ohara"),
            write("Name you like to be called", "Majo"),
        ),
    ),
    question(
        "contact", "How do you want us to contact you?",
        left_empty("Select how you want us to contact you"),
        answer=(choose("Phone call"),),
    ),
    question(
        "phone", "What number do you want us to call?",
        left_empty("Enter the number you want us to call"),
        wrong(
            write("What number do you want us to call?", "555-01"),
            errors=("The phone number has too few numbers. Include the area code",),
        ),
        answer=(write("What number do you want us to call?", "(202) 555-0147"),),
    ),
    question(
        "calls", "When we call",
        left_empty("Select whether we can leave a message"),
        answer=(choose("No, do not leave a message", "Can we leave a message?"), tick("Early evening")),
    ),
    question(
        "email", "What is your email address? (optional)",
        wrong(
            write("What is your email address?", "majo.example.com"),
            errors=("Your email address must have one @ sign, like name@example.com",),
        ),
        answer=(write("What is your email address?", "majo@example.com"),),
    ),
    question(
        "text-reminders", "May we send text reminders?",
        left_empty("Select whether we may send text reminders"),
        answer=(choose("Yes"),),
    ),
)  # fmt: skip
DAYS, TIMES = "Days that suit you", "Parts of the day that suit you"
DATES = ("A date that would suit you (optional)", "A second date (optional)", "A third date (optional)")
VISIT = question(
    "visit", "When could you come?",
    left_empty(
        "Select the days that suit you, or select that you are not sure yet",
        "Select the parts of the day that suit you",
    ),
    wrong(
        tick("Monday"), tick("Not sure yet"), tick("Morning"),
        *a_date(DATES[0], "1", "2", "2020"), *a_date(DATES[1], "Jan", "2", "2999"),
        *a_date(DATES[2], "6", "", ""),
        errors=(
            "Select the days that suit you, or select that you are not sure yet, but not both",
            "The first date must be today or in the future",
            "The second date must be in the next 12 months",
            "The third date must include a day and a year",
        ),
    ),
    answer=(untick("Not sure yet"), *(act for of in DATES for act in a_date(of, "", "", ""))),
)  # fmt: skip
PRACTICAL = (
    question(
        "help", "Do you need help to talk with us or visit?",
        left_empty("Select the help you need, or select that you need none"),
        wrong(
            tick("Large print"), tick("No, I do not need any help"),
            write("What else should we know to help?", "x" * 201),
            errors=(
                "Select the help you need, or select that you need none, but not both",
                too_long("What else we should know", 200),
            ),
        ),
        answer=(
            untick("No, I do not need any help"),
            write("What else should we know to help?", "I bring my sister."),
        ),
    ),
    question(
        "language", "Which language do you want us to use?",
        left_empty("Select a language"),
        answer=(choose("Another language"),),
    ),
    question(
        "language-name", "What is the name of the language?",
        left_empty("Enter the name of the language"),
        wrong(
            write("What is the name of the language?", "x" * 41),
            errors=(too_long("The name of the language", 40),),
        ),
        answer=(write("What is the name of the language?", "Haitian Creole"),),
    ),
    question(
        "payment", "Paying for the visit",
        left_empty(
            "Select whether you will use health insurance",
            "Select whether this is from a work injury or a car accident",
        ),
        answer=(
            choose("Yes", "Will you use health insurance for this visit?"),
            choose("No", "Is this from a work injury or a car accident?"),
        ),
    ),
    question(
        "insurer", "What is the name of the insurance company? (optional)",
        wrong(
            write("What is the name of the insurance company?", "x" * 121),
            errors=(too_long("The name of the insurance company", 120),),
        ),
        answer=(write("What is the name of the insurance company?", "Sample Mutual"),),
    ),
    question(
        "referral", "Do you have a referral or a recent scan?",
        left_empty("Select whether you have a referral or a recent scan"),
        answer=(choose("Yes"),),
    ),
    question(
        "referral-place", "Where was the referral or scan done? (optional)",
        wrong(
            write("Where was the referral or scan done?", "x" * 201),
            errors=(too_long("Where the referral or scan was done", 200),),
        ),
        answer=(write("Where was the referral or scan done?", "Dr. Sample, Main Street"),),
    ),
    question(
        "anything-else", "Is there anything else to help us plan your visit? (optional)",
        wrong(
            write("Is there anything else to help us plan your visit?", "x" * 501),
            errors=(too_long("What you write here", 500),),
        ),
        answer=(write("Is there anything else to help us plan your visit?", "Mornings are hard.\nThank you."),),
    ),
)  # fmt: skip
# All that somebody is asked who asks for themselves and has a reason for each extra question.
FOR_ME = (*SIGNS, WHO_FOR, BIRTH, *WISH, *PAIN, HEALTH_PAGE, *CONTACT, VISIT, *PRACTICAL)

# Asked only after another answer
PROCEDURE_NAME = question(
    "procedure-name", "Which procedure is it about? (optional)",
    wrong(
        write("Which procedure is it about?", "x" * 81), errors=(too_long("The name of the procedure", 80),)
    ),
    answer=(write("Which procedure is it about?", "A heat treatment of the nerve"),),
)  # fmt: skip
CONTACT_PERSON = question(
    "contact-person", "Who should we contact for you?",
    left_empty(
        "Enter their name", "Enter their phone number", "Enter how they are related to you",
    ),
    answer=(
        write("Their name", "Bo Helper"), write("Their phone number", "202 555 0188"),
        write("How they are related to you", "neighbor"),
    ),
)  # fmt: skip
YOUR_DETAILS = question(
    "your-details", "About you, the person who asks",
    left_empty("Enter your name", "Enter your phone number", "Enter how you are related to the patient"),
    wrong(
        write("Your name", "x" * 129), write("Your phone number", "call me"),
        write("How you are related to the patient", "x" * 81),
        errors=(
            too_long("Your name", 128),
            "Your phone number must be written in numbers, like 202-555-0147",
            too_long("How you are related", 80),
        ),
    ),
    answer=(
        write("Your name", "Bo Helper"), write("Your phone number", "202 555 0188"),
        write("How you are related to the patient", "daughter"),
    ),
)  # fmt: skip
