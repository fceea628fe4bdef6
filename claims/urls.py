from django.urls import path

from claims import notes, seller

app_name = "claims"
urlpatterns = [
    path("", seller.listing, name="list"),
    path("note/", notes.note, name="note"),
    path("<int:claim_id>/", seller.page, name="page"),
    path("<int:claim_id>/reject/", seller.reject, name="reject"),
]
