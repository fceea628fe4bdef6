"""The product's addresses, and under bench/ what they are compared with."""

from django.urls import include, path

from tests.bench import naive, pages

urlpatterns = [
    path("bench/static", pages.static),
    path("bench/anonymous", pages.anonymous),
    path("bench/frame", pages.frame),
    path("bench/orders", pages.order_rows),
    path("bench/claims", pages.claim_rows),
    path("bench/status", pages.status),
    path("bench/order_counters", pages.order_counters),
    path("bench/naive/orders", naive.orders),
    path("bench/naive/claims", naive.claims),
    path("bench/naive/counters", naive.counters),
    path("", include("qsm.urls")),
]
