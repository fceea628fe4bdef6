from django.urls import path

from claims import buyer

app_name = "my_claims"
urlpatterns = [
    path("orders/<int:order_id>/cancel/", buyer.request_cancel, name="cancel"),
    path("claims/<int:claim_id>/take-back/", buyer.take_back, name="take_back"),
]
