"""The one address that the tests of grids need."""

from django.urls import path

urlpatterns = [path("things/<int:pk>/", lambda request, pk: None, name="thing")]
