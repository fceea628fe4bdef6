from django.urls import path

from messaging.announcements import seller

app_name = "announcements"
urlpatterns = [
    path("", seller.listing, name="list"),
    path("<int:announcement_id>/", seller.page, name="page"),
]
