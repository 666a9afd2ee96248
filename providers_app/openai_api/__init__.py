"""The service as a model, for every client that speaks OpenAI's API: `/v1/chat/completions` and `/v1/models`.

Its format is https://platform.openai.com/docs/api-reference/chat; `docs/http-api.md` says what differs.
"""
