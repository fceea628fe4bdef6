from django.urls import path

from messaging import buyer, seller

app_name = "messaging"
urlpatterns = [
    path("inbox/", seller.inbox, name="inbox"),
    path("inbox/<int:item_id>/", seller.notice, name="notice"),
    path("my/qpost/", buyer.inbox, name="qpost"),
    path("my/qpost/<int:item_id>/", buyer.notice, name="qpost_notice"),
]
