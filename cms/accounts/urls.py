"""Addresses of accounts: allauth's, and ours."""

from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from allauth.socialaccount import urls as sign_in_service_urls
from allauth.socialaccount.providers.openid_connect import urls as openid_connect_urls
from allauth.usersessions import urls as session_urls
from django.urls import include, path

from cms.notifications import views as notifications

from . import views

urlpatterns = [
    path("", views.account, name="account"),
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("login/code/confirm/", views.SignInCodeView.as_view(), name="account_confirm_login_code"),
    path("data/", views.data, name="account_data"),
    path("delete/", views.delete, name="account_delete"),
    path("invitation/<str:key>/", views.accept_invitation, name="accept_invitation"),
    path("notifications/", notifications.preferences, name="notification_preferences"),
    path("unsubscribe/<str:token>/", notifications.unsubscribe, name="unsubscribe"),
    path("second-factor/", include(mfa_urls)),
    path("sessions/", include(session_urls)),
    path("services/", include(sign_in_service_urls)),
    path("oidc/<str:provider_id>/login/", views.staff_sign_in, name="staff_sign_in"),
    path("", include(openid_connect_urls)),
    path("", include(account_urls)),
]
