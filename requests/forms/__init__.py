"""One form a question page; requests/steps.py puts them in order."""
