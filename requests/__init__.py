"""Appointment requests: intake, triage, the patient's status page.

This package shadows the PyPI library `requests`, so nothing we install may
import that library; tests/test_repository.py holds it (docs/adr/0001).
"""
