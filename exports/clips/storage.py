"""Media in object storage, which may be slow or away, but never holds us up for minutes."""

import logging
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from reelballers.errors import Answer, answers

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5
READ_SECONDS = 15  # without a byte moving
TRIES = 2


class ObjectStorage(S3Storage):
    """With deadlines of ours: botocore waits five times a minute, and so would every thread of the web."""

    client_config: Config

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        retries = {"mode": "standard", "total_max_attempts": TRIES}
        ours = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=retries)
        self.client_config = self.client_config.merge(ours)


@answers(BotoCoreError)
@answers(Boto3Error)
@answers(ClientError)
def storage_is_away(error: Exception) -> Answer:
    logger.error("%s: %s", type(error).__name__, error)
    words = "We cannot reach our storage right now; nothing was changed. Please try again in a moment."
    return 503, {"detail": words}, {"Retry-After": "5"}
