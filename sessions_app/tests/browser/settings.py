"""The service's own settings, with the playback provider as the active one."""

from providers_app import registry
from rtrag_site.settings import *  # noqa: F403 - all of them

registry.KINDS["playback"] = "sessions_app.tests.browser.playback:PlaybackProvider"
RAG_PROVIDER = "playback"
