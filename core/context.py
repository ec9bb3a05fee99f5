from django.conf import settings
from django.http import HttpRequest


def service(request: HttpRequest) -> dict[str, object]:
    """What every page knows of the service itself."""
    return {"service_name": settings.SERVICE_NAME, "demo": settings.DEMO}
