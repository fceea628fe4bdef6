from django.urls import path

from orders import seller

app_name = "orders"
urlpatterns = [
    path("", seller.listing, name="list"),
    path("import/", seller.take_file, name="import"),
    path("<int:order_id>/", seller.page, name="page"),
    path("<int:order_id>/plan/", seller.plan, name="plan"),
    path("<int:order_id>/dispatch/", seller.dispatch, name="dispatch"),
]
