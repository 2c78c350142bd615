"""The worker's state machine: dispatch, follow, close, clean up. Web code imports none of it."""
