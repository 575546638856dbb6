"""Scripts that measure; each says in its first lines what and against which limit."""

import os
import tempfile

os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
os.environ["CLINIC_MODE"] = "development"
os.environ.setdefault("CLINIC_DATA_DIR", tempfile.mkdtemp(prefix="clinic-bench-own-"))
