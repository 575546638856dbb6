"""Words of pages without editions, for tests.

signed_off()                  a clinician has signed off all of them
signed_off("glossary", ...)   only these
"""

from procedures import publishing, shared_words
from procedures.models import SharedWords
from tests.builders import a_user


def current(name: str) -> SharedWords:
    shared_words.load()
    return SharedWords.objects.of(shared_words.hashes()).get(name=name)


def signed_off(*names: str) -> None:
    clinician = a_user("Clinician", credential="MD", first_name="Ada", last_name="Sample")
    for name in names or sorted(shared_words.ALL):
        publishing.sign_off_words(current(name), by=clinician)
