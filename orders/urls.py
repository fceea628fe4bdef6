from django.urls import path

from orders import file_downloads, file_pages, invitation_pages, seller, seller_grid, seller_work, shop_settings

app_name = "orders"
urlpatterns = [
    path("", seller.listing, name="list"),
    path("settings/", shop_settings.page, name="settings"),
    path("grid.<str:kind>", seller_grid.grid_file, name="grid_file"),
    path("options/", seller_grid.options, name="options"),
    path("work/<str:name>/", seller_work.work, name="work"),
    path("export/", file_downloads.export, name="export"),
    path("import/", file_pages.upload_orders, name="import"),
    path("import/tracking/", file_pages.upload_tracking, name="upload_tracking"),
    path("import/ship-dates/", file_pages.upload_ship_dates, name="upload_ship_dates"),
    path("import/<int:file_id>/", file_pages.page, name="file"),
    path("import/<int:file_id>/take/", file_pages.take, name="file_take"),
    path("import/<int:file_id>/discard/", file_pages.throw_away, name="file_discard"),
    path("import/<int:file_id>/lines.csv", file_pages.lines, name="file_lines"),
    path("<int:order_id>/", seller.page, name="page"),
    path("<int:order_id>/history/", seller.history, name="history"),
    path("<int:order_id>/plan/", seller.plan, name="plan"),
    path("<int:order_id>/dispatch/", seller.dispatch, name="dispatch"),
    path("<int:order_id>/invite/", invitation_pages.invite, name="invite"),
    path("<int:order_id>/correct/", seller.correct, name="correct"),
    path("<int:order_id>/readdress/", seller.readdress, name="readdress"),
    path("<int:order_id>/hand-over/", seller.hand_over, name="hand_over"),
    path("<int:order_id>/provide/", seller.provide, name="provide"),
]
