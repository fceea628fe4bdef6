from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "qsm.accounts"
    label = "accounts"
