"""The question protocol (F4): why each page exists and what becomes of its answers.

A page without a row does not pass the tests, so nobody adds a question without
saying who needs it.
"""

from dataclasses import dataclass

WITH_THE_REQUEST = "24 hours in a draft that is not sent; then as long as the request."


@dataclass(frozen=True)
class Protocol:
    purpose: str
    used_by: str
    if_unanswered: str
    if_risk: str = "Carries no sign of risk."
    retention: str = WITH_THE_REQUEST


PROTOCOL: dict[str, Protocol] = {
    "emergency-signs": Protocol(
        purpose="Send people with signs of squeezed nerves or another emergency to an emergency room.",
        used_by="The patient at once; triage when a sign was ticked and then changed.",
        if_unanswered="The form does not go on.",
        if_risk="The form stops for good; a change of mind is flagged on top of the queue.",
        retention="A ticked sign is not kept; only that none was left, as long as the request.",
    ),
    "urgent-signs": Protocol(
        purpose="Find signs that a nurse should check on the same working day.",
        used_by="Triage nurse, before anything else.",
        if_unanswered="The form does not go on.",
        if_risk="Flag to call today; the patient is told to call too.",
    ),
    "who-for": Protocol(
        purpose="Speak to the right person in the right words.",
        used_by="The form itself; everybody who calls.",
        if_unanswered="The form does not go on.",
    ),
    "your-details": Protocol(
        purpose="Know who asks for the patient and reach them.",
        used_by="Reception and triage when they call.",
        if_unanswered="The form does not go on; asked only of somebody who asks for another.",
    ),
    "date-of-birth": Protocol(
        purpose="Match the record; the clinic sees adults only.",
        used_by="Reception.",
        if_unanswered="The form does not go on.",
        if_risk="Under 18: a page says who can help; the date is not kept.",
    ),
    "been-before": Protocol(
        purpose="Look for an earlier record.",
        used_by="Reception.",
        if_unanswered="The form does not go on; not sure is an answer.",
    ),
    "topic": Protocol(
        purpose="Plan the right kind and length of visit.",
        used_by="Triage and reception.",
        if_unanswered="The form does not go on; not sure is an answer.",
    ),
    "procedure-name": Protocol(
        purpose="Bring the request to somebody who does this procedure.",
        used_by="Triage.",
        if_unanswered="Staff ask when they call.",
    ),
    "pain-areas": Protocol(
        purpose="See whether the pain lies where this clinic's procedures help.",
        used_by="Triage nurse and clinician.",
        if_unanswered="The form does not go on; not sure is an answer.",
    ),
    "pain-side": Protocol(
        purpose="Keep everybody from planning for the wrong side.",
        used_by="Clinician and procedure room.",
        if_unanswered="The form does not go on; not sure is an answer.",
    ),
    "pain-duration": Protocol(
        purpose="Tell new pain from lasting pain.",
        used_by="Triage nurse and clinician.",
        if_unanswered="The form does not go on; not sure is an answer.",
    ),
    "pain-week": Protocol(
        purpose="A first score (PEG, Krebs 2009) to compare with later ones.",
        used_by="Clinician; never shown as a result to the patient.",
        if_unanswered="Needed from patients; who asks for another may leave it out and staff ask.",
    ),
    "health": Protocol(
        purpose="Find what must be planned with other doctors before an injection.",
        used_by="Triage nurse and clinician, before a time is offered.",
        if_unanswered="The form does not go on; not sure is an answer and leads to a call.",
        if_risk="A yes or a not sure raises a flag to sort out before booking.",
    ),
    "name": Protocol(
        purpose="Address the patient and match the record.",
        used_by="Everybody who is in contact with the patient.",
        if_unanswered="The form does not go on; one name is enough.",
    ),
    "contact": Protocol(
        purpose="Reach the patient in the way they choose.",
        used_by="Reception and triage.",
        if_unanswered="The form does not go on.",
    ),
    "contact-person": Protocol(
        purpose="Reach the patient through a person they trust.",
        used_by="Reception and triage.",
        if_unanswered="The form does not go on; asked only who chose this way.",
    ),
    "phone": Protocol(
        purpose="Call to agree a time, or today when a sign needs a check.",
        used_by="Reception and triage.",
        if_unanswered="Only who wants email, or to be reached through somebody, can leave it out.",
    ),
    "calls": Protocol(
        purpose="Keep the request private on a shared phone and miss fewer calls.",
        used_by="Whoever calls; shown loudly beside the number.",
        if_unanswered="Without best times staff call in opening hours.",
    ),
    "email": Protocol(
        purpose="Send whoever is the contact a receipt and the private link, without any health detail.",
        used_by="The outbox; reception.",
        if_unanswered="The person who sent it keeps the link of the status page and the reference.",
    ),
    "text-reminders": Protocol(
        purpose="Consent that the law asks for before automated texts.",
        used_by="The reminder sender.",
        if_unanswered="The form does not go on; no is an answer and changes no care.",
    ),
    "visit": Protocol(
        purpose="Offer times that suit.",
        used_by="Reception when it offers times.",
        if_unanswered="Not sure is an answer; dates can be left out.",
        if_risk="Today as a date shows that the form is too slow for help today, with the phone.",
    ),
    "help": Protocol(
        purpose="Arrange interpreters, access and comfort before the visit.",
        used_by="Reception; the clinician for who cannot lie face down.",
        if_unanswered="The form does not go on; none is an answer.",
    ),
    "language": Protocol(
        purpose="Speak and write in the patient's language.",
        used_by="Everybody who is in contact with the patient.",
        if_unanswered="The form does not go on.",
    ),
    "language-name": Protocol(
        purpose="Find the right interpreter.",
        used_by="Reception.",
        if_unanswered="The form does not go on; asked only who chose another language.",
    ),
    "payment": Protocol(
        purpose="The estimate that is owed to who pays alone; another payer after an injury.",
        used_by="Billing.",
        if_unanswered="The form does not go on; not sure is an answer.",
    ),
    "insurer": Protocol(
        purpose="See what the insurance covers before the visit.",
        used_by="Billing.",
        if_unanswered="Staff ask when they call.",
    ),
    "referral": Protocol(
        purpose="Ask for reports before the visit.",
        used_by="Reception.",
        if_unanswered="The form does not go on; not sure is an answer.",
    ),
    "referral-place": Protocol(
        purpose="Know whom to ask for the report.",
        used_by="Reception.",
        if_unanswered="Staff ask when they call.",
    ),
    "anything-else": Protocol(
        purpose="What no question asked and the visit needs.",
        used_by="Triage, on every working day.",
        if_unanswered="Nothing is missing.",
        if_risk="The emergency text and 988 stand above the box; staff read it in triage.",
    ),
}
