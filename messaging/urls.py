from django.urls import path

from messaging import buyer, inquiries, notes, seller
from messaging.attachments import pages
from messaging.push import pages as push

app_name = "messaging"
urlpatterns = [
    path("inbox/", seller.inbox, name="inbox"),
    path("inbox/<int:item_id>/", seller.notice, name="notice"),
    path("notes/new/", notes.note, name="note"),
    path("notes/check/", notes.check, name="check"),
    path("notes/<uuid:sending>/", notes.sent, name="sent"),
    path("notes/<uuid:sending>/again/", notes.again, name="send_again"),
    path("inquiries/", inquiries.listing, {"tab": "customers"}, name="inquiries"),
    path("inquiries/by-customer/", inquiries.grouped, {"by": "buyer"}, name="by_customer"),
    path("inquiries/by-product/", inquiries.grouped, {"by": "product"}, name="by_product"),
    path("inquiries/operator/", inquiries.listing, {"tab": "operator"}, name="letters"),
    path("inquiries/own/", inquiries.listing, {"tab": "own"}, name="own_inquiries"),
    path("inquiries/new/", inquiries.inquire, name="inquire"),
    path("inquiries/order/<int:order_id>/", inquiries.talk, name="talk"),
    path("inquiries/<int:thread_id>/", inquiries.thread, name="thread"),
    path("inquiries/<int:thread_id>/answer/", inquiries.answer, name="answer"),
    path("inquiries/<int:thread_id>/take-up/", inquiries.take_up, name="take_up"),
    path("inquiries/<int:thread_id>/close/", inquiries.close, name="close"),
    path("files/<int:attachment_id>/", pages.file, name="file"),
    path("my/files/<int:attachment_id>/", pages.my_file, name="my_file"),
    path("my/orders/<int:order_id>/write/", buyer.write, name="write"),
    path("my/orders/<int:order_id>/inquire/", buyer.inquire, name="help"),
    path("my/messages/", buyer.threads, name="my_threads"),
    path("my/messages/<int:thread_id>/", buyer.thread, name="my_thread"),
    path("devices/", push.devices, name="devices"),
    path("devices/add/", push.add, name="add_device"),
    path("devices/remove/", push.remove, name="remove_device"),
    path("devices/worker.js", push.worker, name="push_worker"),
    path("my/qpost/", buyer.inbox, name="qpost"),
    path("my/qpost/<int:item_id>/", buyer.notice, name="qpost_notice"),
]
