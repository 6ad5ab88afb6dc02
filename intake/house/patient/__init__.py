"""Gunicorn's worker that waits for clients in one place, so that no thread ever waits for one: `worker.PatientWorker`."""
