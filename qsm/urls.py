"""The site map: every address on one page."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from messaging.push.pages import with_its_device
from orders import invitation_pages
from qsm import home, members, my
from qsm.accounts.choices import choose_language, choose_shop
from qsm.events.health import healthz

# Operators log in like everybody: with the same limits, and with their second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Whoever logs out, by either way, is notified at this browser no longer.
log_out = with_its_device(account.logout)
admin.site.logout = with_its_device(admin.site.logout)  # type: ignore[assignment,method-assign]

# Of allauth's pages those that people need here: an address is changed by an operator, an account made by invitation.
account_urls = [
    path("login/", account.login, name="account_login"),
    path("logout/", log_out, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
urlpatterns = [
    path("", home.main_page, name="home"),
    path("orders/", include("orders.urls")),
    path("claims/", include("claims.urls")),
    path("products/", include("orders.products.urls")),
    path("", include("messaging.urls")),
    path("announcements/", include("messaging.announcements.urls")),
    path("members/", members.listing, name="members"),
    path("members/invite/", members.invite, name="member_invite"),
    path("members/<int:member_id>/role/", members.change_role, name="member_role"),
    path("members/<int:member_id>/remove/", members.remove, name="member_remove"),
    path("members/invitations/<int:invitation_id>/withdraw/", members.withdraw, name="invitation_withdraw"),
    path("join/<str:token>/", members.join, name="join"),
    path("welcome/<str:token>/", invitation_pages.welcome, name="welcome"),
    path("my/", my.my_page, name="my"),
    path("my/", include("orders.my_urls")),
    path("my/", include("claims.buyer_urls")),
    path("my/", include("orders.buyer_urls")),
    path("language/", choose_language, name="language"),
    path("shop/", choose_shop, name="shop"),
    path("accounts/", include(account_urls)),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
