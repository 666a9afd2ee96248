"""The wire's words: stages, error codes and close codes, each with its meaning."""

from enum import IntEnum, StrEnum


class Stage(StrEnum):
    """Where a session stands, as `status` says it."""

    LISTENING = "listening"
    PAUSED = "paused"
    WAITING_FOR_QUESTION = "waiting_for_question"
    ANALYZING = "analyzing"
    INSTANT_QUERY = "instant_query"
    QUERYING_RAG = "querying_rag"
    INTERRUPTING = "interrupting"
    IDLE = "idle"
    CLOSED = "closed"


class ErrorCode(StrEnum):
    """What an `error` may carry in `code`."""

    INVALID_JSON = "INVALID_JSON"
    INVALID_MESSAGE = "INVALID_MESSAGE"
    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    UNKNOWN_ACTION = "UNKNOWN_ACTION"
    NO_FINAL_ASR = "NO_FINAL_ASR"
    EMPTY_QUESTION = "EMPTY_QUESTION"
    RAG_ERROR = "RAG_ERROR"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    SERVER_ERROR = "SERVER_ERROR"
    MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE"
    SESSION_FORBIDDEN = "SESSION_FORBIDDEN"
    SESSION_NOT_FOUND = "SESSION_NOT_FOUND"
    SESSION_BUSY = "SESSION_BUSY"
    BATCH_TASK_NOT_FOUND = "BATCH_TASK_NOT_FOUND"
    BATCH_TASK_FAILED = "BATCH_TASK_FAILED"
    BATCH_QUEUE_FULL = "BATCH_QUEUE_FULL"


class CloseCode(IntEnum):
    """With which code the server closes a socket."""

    NORMAL = 1000
    MESSAGE_TOO_LARGE = 1009
    SERVER_ERROR = 1011
    GOING_AWAY = 1012
    TRY_AGAIN_LATER = 1013
    SLOW_CLIENT = 4008


STAGE_MEANINGS = {
    Stage.LISTENING: "Connected or resumed; nothing to answer yet.",
    Stage.PAUSED: "Chunks are acknowledged and otherwise ignored until `resume`.",
    Stage.WAITING_FOR_QUESTION: "A final was heard that asks nothing, or nothing that is answered now: see its `note`.",
    Stage.ANALYZING: "A question was noticed; it is answered now or when the running answer has ended.",
    Stage.INSTANT_QUERY: "A question was asked with `instant_query`.",
    Stage.QUERYING_RAG: "The question is with the provider; its `answer` frames follow.",
    Stage.INTERRUPTING: "The running answer is being cancelled; no further frame of it follows.",
    Stage.IDLE: "The answer has ended or was cancelled.",
    Stage.CLOSED: "The session has ended; the socket closes.",
}

ERROR_MEANINGS = {
    ErrorCode.INVALID_JSON: "The frame is not a JSON object in UTF-8.",
    ErrorCode.INVALID_MESSAGE: "`type` or a required field is missing, or a field has the wrong type or shape.",
    ErrorCode.UNSUPPORTED_TYPE: "The `type` is not known.",
    ErrorCode.UNKNOWN_ACTION: "The `action` is not known.",
    ErrorCode.NO_FINAL_ASR: "`instant_query` came before anything final was heard.",
    ErrorCode.EMPTY_QUESTION: "The text of a final or a typed question is blank.",
    ErrorCode.RAG_ERROR: "No provider could answer the question, or not to its end.",
    ErrorCode.SERVICE_UNAVAILABLE: "No provider is configured or known yet, the database does not answer, or all "
    "sockets that may be are taken.",
    ErrorCode.SERVER_ERROR: "Something unforeseen; the log names the cause under the same `details.error_id`.",
    ErrorCode.MESSAGE_TOO_LARGE: "The text, or the whole frame, is over its limit, which `details.limit` gives.",
    ErrorCode.SESSION_FORBIDDEN: "The session was begun over another connection, to which it belongs, also once "
    "that is lost. Go on in a session of your own, and send again there what has no `ack`.",
    ErrorCode.SESSION_NOT_FOUND: "No session of that id can be gone on with over HTTP.",
    ErrorCode.SESSION_BUSY: "Another question of the session is still being answered over HTTP.",
    ErrorCode.BATCH_TASK_NOT_FOUND: "There is no batch of the `details.task_id`, or not any more.",
    ErrorCode.BATCH_TASK_FAILED: "The watched batch has ended, and none of its questions could be answered.",
    ErrorCode.BATCH_QUEUE_FULL: "The socket watches as many batches as it may, which `details.limit` gives.",
}

CLOSE_MEANINGS = {
    CloseCode.NORMAL: "The client sent `stop`, or an operator ended the session.",
    CloseCode.MESSAGE_TOO_LARGE: "A frame was over the limit (`WS_MAX_MESSAGE_BYTES`).",
    CloseCode.SERVER_ERROR: "The session could not be opened or went wrong; connect again later.",
    CloseCode.GOING_AWAY: "The server is stopping or restarting; connect again.",
    CloseCode.TRY_AGAIN_LATER: "The server holds as many sockets as it may (`MAX_SOCKETS`).",
    CloseCode.SLOW_CLIENT: "The client does not read what it is sent.",
}
