from django.urls import path

from messaging import buyer, inquiries, notes, seller

app_name = "messaging"
urlpatterns = [
    path("inbox/", seller.inbox, name="inbox"),
    path("inbox/<int:item_id>/", seller.notice, name="notice"),
    path("notes/new/", notes.note, name="note"),
    path("notes/<uuid:sending>/", notes.sent, name="sent"),
    path("inquire/", inquiries.inquire, name="inquire"),
    path("inquiries/<int:thread_id>/", inquiries.thread, name="thread"),
    path("my/orders/<int:order_id>/write/", buyer.write, name="write"),
    path("my/messages/<int:thread_id>/", buyer.my_thread, name="my_thread"),
    path("my/qpost/", buyer.inbox, name="qpost"),
    path("my/qpost/<int:item_id>/", buyer.notice, name="qpost_notice"),
]
