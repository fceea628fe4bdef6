from django.urls import path

from orders import buyer

app_name = "my_orders"
urlpatterns = [path("orders/<int:order_id>/receive/", buyer.receive, name="receive")]
