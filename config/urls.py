from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from actionplans.views.plans import start
from core import views as core
from core.gallery import gallery

urlpatterns = [
    path("", start, name="start"),
    path("", include("actionplans.urls")),
    path("accounts/email/", RedirectView.as_view(pattern_name="start"), name="account_email"),  # set by administrators
    path("accounts/", include("allauth.account.urls")),
    path("accessibility/", core.accessibility, name="accessibility"),
    path("brand.css", core.brand_css, name="brand-css"),
    path("healthz", core.healthz, name="healthz"),
    path("readyz", core.readyz, name="readyz"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/mail/", core.demo_mail, name="demo-mail"))
if settings.DEBUG:
    urlpatterns.append(path("gallery/", gallery, name="gallery"))

handler500 = "core.views.server_error"
