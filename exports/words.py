"""What a visitor reads when an export ends badly through no fault of theirs."""

OUR_FAULT = "Something went wrong on our side; your credits are back."
TOO_LATE = "The export took too long; your credits are back."
