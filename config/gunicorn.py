"""How the web server runs, under `make demo` and in a container alike. Read by gunicorn itself."""

import os

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = 4
preload_app = False  # typst hangs in a process that was forked after using it
max_requests, max_requests_jitter = 2000, 200  # typst keeps what it set: a worker that made many papers starts anew
timeout = 60  # seconds; a large paper takes a few
graceful_timeout = 10
# A query that nobody waits for any longer must not keep the database from all others. Without figures on its tables, as
# just after a restore, PostgreSQL may choose a way that takes minutes.
raw_env = [f"STATEMENT_TIMEOUT={os.environ.get('STATEMENT_TIMEOUT') or timeout // 2}"]
accesslog = "-"
control_socket_disable = True  # nothing is steered through a socket, and a container's file system is read-only
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # heartbeats, off the disk
