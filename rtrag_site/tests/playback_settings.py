"""The service's own settings, with the playback provider in the place of the knowledge base."""

from providers_app import registry
from rtrag_site.settings import *  # noqa: F403 - all of them

registry.KINDS["knowledge"] = "rtrag_site.tests.playback:PlaybackProvider"
