"""Registry: reminders: who is to get one, what it says, the outbox it lies in, and the record.

First the message is written, under a name derived from what it is; then it is sent, if a mail
server is set; then it is recorded, under an idempotency key derived from the same. So whatever
stops a run, the next one does what is left, and nothing is recorded that was not written.
"""
