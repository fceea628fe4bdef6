from django.urls import path

from claims import seller

app_name = "claims"
urlpatterns = [
    path("", seller.listing, name="list"),
    path("<int:claim_id>/", seller.page, name="page"),
    path("<int:claim_id>/reject/", seller.reject, name="reject"),
]
