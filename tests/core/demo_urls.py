"""The addresses as they are under DEMO=1."""

from django.urls import path

from config.urls import urlpatterns as usual
from core.views import demo_mail

urlpatterns = [*usual, path("demo/mail/", demo_mail, name="demo-mail")]
