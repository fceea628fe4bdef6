from django.urls import path, register_converter
from django.urls.converters import StringConverter

from claims import notes, seller, standing, ticked


class FileForm(StringConverter):
    """The form of an exported file."""

    regex = "xlsx|csv"


register_converter(FileForm, "file_form")
app_name = "claims"
urlpatterns = [
    path("", seller.listing, name="list"),
    path("note/", notes.note, name="note"),
    path("language/", seller.language, name="language"),
    path("<int:claim_id>/", seller.page, name="page"),
    path("<int:claim_id>/approve/", seller.approve, name="approve"),
    path("<int:claim_id>/reject/", seller.reject, name="reject"),
    path("ticked/approve/", ticked.approve_many, name="approve_many"),
    path("ticked/reject/", ticked.reject_many, name="reject_many"),
    path("orders/cancel/", ticked.cancel_orders, name="cancel_orders"),
    path("orders/refund/", ticked.refund_orders, name="refund_orders"),
    path("claims.<file_form:kind>", seller.export, name="export"),
    path("penalties/", seller.penalties, name="penalties"),
    path("standing/", standing.page, name="standing"),
]
