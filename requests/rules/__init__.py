"""Safety rules as data: what a condition can say, about which questions, and how it is tried.

language.py   conditions: what they may say, whether they hold, the answer in words
questions.py  the questions of the form that a condition can name
samples.py    made-up answers that a version has to get right before it goes live
replay.py     what a changed rule would have found in requests of the last weeks
first.py      the rules that came with the software
checks.py     a rule about a question that is no longer asked stops the check
"""
