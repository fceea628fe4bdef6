from django.urls import path

from orders.products import seller

app_name = "products"
urlpatterns = [
    path("", seller.listing, name="list"),
    path("file/", seller.take_file, name="import"),
    path("csv/", seller.csv, name="csv"),
]
