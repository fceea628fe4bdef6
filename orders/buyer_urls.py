from django.urls import path

from orders.money import buyer

app_name = "my_balance"
urlpatterns = [
    path("balance/", buyer.page, name="page"),
    path("balance/payout/", buyer.ask_for_payout, name="ask_for_payout"),
]
