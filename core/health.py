"""Whether what the service stands on can be reached."""

from django.conf import settings
from django.db import connection
from django.db.utils import InterfaceError, OperationalError
from kombu import Connection


def reach_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return False
    return True


def reach_broker() -> bool:
    """Whether the queue answers, tried once for two seconds."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    broker = Connection(settings.CELERY_BROKER_URL, transport_options=options, connect_timeout=2)
    try:
        broker.ensure_connection(max_retries=1, timeout=2)
    except (OSError, *broker.connection_errors):
        return False
    finally:
        broker.release()
    return True
