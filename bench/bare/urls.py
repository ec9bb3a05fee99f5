from django.urls import path

from bench.bare import views

urlpatterns = [
    path("late/<slug:partnership>/", views.late, name="late"),
    path("plans/<slug:plan>/", views.dashboard, name="plan"),
    path("plans/<slug:plan>/<str:ref>/", views.action, name="action"),
    path("plans/<slug:plan>/<str:ref>/update/", views.update, name="update"),
    path("actions.csv", views.actions_csv, name="csv"),
]
