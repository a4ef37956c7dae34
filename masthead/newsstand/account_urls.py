"""Addresses of the account. The names without a prefix are those that allauth looks for."""

from django.urls import path

from masthead.newsstand.views.account import addresses, data, doors, gifts, home, security

urlpatterns = [
    path("", home.home, name="account_home"),
    path("login/", doors.sign_in, name="account_login"),
    path("login/", doors.sign_in, name="account_request_login_code"),
    path("signup/", doors.sign_in, {"is_new": True}, name="account_signup"),
    path("login/code/", doors.Code.as_view(), name="account_confirm_login_code"),
    path("login/password/", doors.Password.as_view(), name="account_password_login"),
    path("logout/", doors.SignOut.as_view(), name="account_logout"),
    path("closed/", doors.inactive, name="account_inactive"),
    path("again/", doors.Again.as_view(), name="account_reauthenticate"),
    path("password/", doors.ChangePassword.as_view(), name="account_change_password"),
    path("mail/", doors.Mail.as_view(), name="account_email"),
    path("mail/code/", doors.MailCode.as_view(), name="account_email_verification_sent"),
    path("2fa/", security.Security.as_view(), name="mfa_index"),
    path("2fa/prove/", security.SecondProof.as_view(), name="mfa_authenticate"),
    path("2fa/again/", security.ProveAgain.as_view(), name="mfa_reauthenticate"),
    path(
        "2fa/again/passkey/",
        security.ProveAgainByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/app/", security.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("2fa/app/removal/", security.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("2fa/codes/", security.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("2fa/codes/new/", security.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("2fa/passkeys/", security.Passkeys.as_view(), name="mfa_list_webauthn"),
    path("2fa/passkeys/new/", security.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("2fa/passkeys/login/", security.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path(
        "2fa/passkeys/<int:pk>/removal/",
        security.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("sessions/", home.devices, name="usersessions_list"),
    path("sessions/<int:pk>/", home.end_session, name="account_session"),
    path("addresses/", addresses.all_addresses, name="account_addresses"),
    path("addresses/new/", addresses.new_address, name="account_new_address"),
    path("addresses/<uuid:key>/", addresses.one_address, name="account_address"),
    path("addresses/<uuid:key>/post/", addresses.post_to, name="account_post_to"),
    path("addresses/<uuid:key>/removal/", addresses.retire, name="account_retire_address"),
    path("gifts/", gifts.gifts, name="account_gifts"),
    path("gifts/give/<uuid:article>/", gifts.give, name="account_give"),
    path("gifts/<uuid:key>/removal/", gifts.take_back, name="account_take_back"),
    path("letters/", home.letters, name="account_letters"),
    path("consent/", home.consents, name="account_consent"),
    path("export/", data.export, name="account_export"),
    path("erasure/", data.erase, name="account_erasure"),
]
