"""The service's own settings in a process that tests: with its defaults and a data folder of its own."""

import atexit
import os
import shutil
import tempfile

from rtrag_site.tests.environ import isolated

_data_dir = tempfile.mkdtemp(prefix="rtrag-test-")
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)
_environment = isolated(os.environ, RTRAG_DATA_DIR=_data_dir)
os.environ.clear()
os.environ.update(_environment, DJANGO_SETTINGS_MODULE=__name__)

from rtrag_site.settings import *  # noqa: E402, F403 - read from the environment made above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["TEST"] = {"NAME": f"{_data_dir}/test.sqlite3"}  # noqa: F405 - a file: the journal's thread shares it
