"""Pages of the service itself."""

import sys
from datetime import UTC
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.health import reach_broker, reach_database


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database and broker reachable; 503 names what is not."""
    problems = [name for name, reach in (("database", reach_database), ("broker", reach_broker)) if not reach()]
    status = 503 if problems else 200
    return JsonResponse({"status": "not ready" if problems else "ok", "unreachable": problems}, status=status)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def brand_css(request: HttpRequest) -> HttpResponse:
    """The colour of the body that runs the service, as a setting."""
    return HttpResponse(f":root{{--brand-colour:{settings.BRAND_COLOUR}}}", content_type="text/css; charset=utf-8")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "core/accessibility.html")


@login_not_required
@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Under DEMO=1: the messages sent, newest first, as a person would read them."""
    if not settings.DEMO or not settings.MAIL_DIR:
        raise Http404
    files = sorted(Path(settings.MAIL_DIR).glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files[:50]]
    return render(request, "core/demo_mail.html", {"mails": [_readable(message) for message in messages]})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """The page of last resort. A database that cannot be reached is said in one sentence (503)."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(None, "503.html", status=503)
    return render(None, "500.html", status=500)


def _readable(message: EmailMessage) -> dict[str, str]:
    body = message.get_body(("plain",))
    sent_at = message["Date"].datetime.replace(tzinfo=UTC) if message["Date"] else None  # “-0000”: UTC, zone unknown
    return {
        "subject": message["Subject"] or "",
        "to": message["To"] or "",
        "date": date_format(localtime(sent_at), "j F Y, H:i") if sent_at else "",
        "text": body.get_content() if body else "",
    }
