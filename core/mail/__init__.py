"""Messages by e-mail: put into the outbox with the change that wants them, sent by a worker."""
