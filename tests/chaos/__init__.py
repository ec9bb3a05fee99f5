"""The long fault-injection run: real processes are killed while reminders go out, and nobody may be missed.

    make chaos                     at least 200 random kills; KILLS=… for another number, SEED=… to draw the same again
    python -m tests.chaos.run      the same without looking after the packages first

PostgreSQL, Redis, two Celery workers with two children each, two beats and a mail server that misbehaves, each our own.
`mailserver` misbehaves, `processes` are started and killed, `people` are owed reminders, `run` draws what happens next
and `verdict` counts at the end. A short run of it is a test (test_chaos.py).
"""
