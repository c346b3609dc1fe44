/* Lists the route tables of all rooms. */
#include "server/routes.h"

#include "account/account.h"
#include "directory/directory.h"
#include "oidc/consent.h"
#include "oidc/oidc.h"
#include "organizations/domain_proof.h"
#include "organizations/organizations.h"
#include "server/console.h"
#include "server/mounts.h"
#include "signin/experience.h"
#include "signin/mfa.h"
#include "signin/one_time_token.h"
#include "signin/page.h"
#include "signin/session.h"
#include "signin/sso_address.h"
#include "signin/web_authn.h"
#include "sso/signing_key.h"
#include "sso/social.h"
#include "sso/sso.h"
#include "sso/trial.h"
#include "tenant/connector.h"
#include "tenant/experience.h"
#include "tenant/upload.h"

#include "base/banned.h"

/* In the organization family a request that names a missing thing gets 422 (http-conventions.md section 6.4). */
#define FAMILY .reference_status = 422

err_t routes_start(void)
{
	const struct routes tables[] = {
		{ meta_routes, meta_route_count },
		{ organization_routes, organization_route_count, FAMILY },
		{ member_routes, member_route_count, FAMILY },
		{ machine_routes, machine_route_count, FAMILY },
		{ jit_routes, jit_route_count, FAMILY },
		{ domain_proof_routes, domain_proof_route_count },
		{ invitation_routes, invitation_route_count, FAMILY },
		{ template_routes, template_route_count, FAMILY },
		{ consent_routes, consent_route_count },
		{ consent_scope_routes, consent_scope_route_count },
		{ access_routes, access_route_count },
		{ user_routes, user_route_count },
		{ user_detail_routes, user_detail_route_count },
		{ user_identity_routes, user_identity_route_count },
		{ personal_token_routes, personal_token_route_count },
		{ user_factor_routes, user_factor_route_count },
		{ subject_token_routes, subject_token_route_count },
		{ application_routes, application_route_count },
		{ application_secret_routes, application_secret_route_count },
		{ application_look_routes, application_look_route_count },
		{ resource_routes, resource_route_count },
		{ role_routes, role_route_count },
		{ role_holder_routes, role_holder_route_count },
		{ hook_routes, hook_route_count },
		{ hook_trial_routes, hook_trial_route_count },
		{ hook_log_routes, hook_log_route_count },
		{ log_routes, log_route_count },
		{ dashboard_routes, dashboard_route_count },
		{ connector_routes, connector_route_count },
		{ social_link_routes, social_link_route_count },
		{ saml_sign_in_routes, saml_sign_in_route_count },
		{ trial_routes, trial_route_count },
		{ signing_key_routes, signing_key_route_count },
		{ idp_initiated_routes, idp_initiated_route_count },
		{ verification_code_routes, verification_code_route_count },
		{ sentinel_routes, sentinel_route_count },
		{ email_template_routes, email_template_route_count },
		{ phrase_routes, phrase_route_count },
		{ profile_field_routes, profile_field_route_count },
		{ sign_in_experience_routes, sign_in_experience_route_count },
		{ check_password_routes, check_password_route_count },
		{ captcha_routes, captcha_route_count },
		{ console_routes, console_route_count },
		{ upload_routes, upload_route_count },
		{ not_offered_routes, not_offered_route_count },
		{ well_known_routes, well_known_route_count },
		{ account_center_routes, account_center_route_count },
		{ one_time_token_routes, one_time_token_route_count },
		{ session_routes, session_route_count },
		{ experience_routes, experience_route_count },
		{ password_routes, password_route_count },
		{ code_routes, code_route_count },
		{ mfa_code_routes, mfa_code_route_count },
		{ totp_routes, totp_route_count },
		{ backup_code_routes, backup_code_route_count },
		{ magic_link_routes, magic_link_route_count },
		{ new_identity_routes, new_identity_route_count },
		{ identification_routes, identification_route_count },
		{ profile_routes, profile_route_count },
		{ mfa_binding_routes, mfa_binding_route_count },
		{ avatar_routes, avatar_route_count },
		{ submit_routes, submit_route_count },
		{ web_authn_routes, web_authn_route_count },
		{ passkey_routes, passkey_route_count },
		{ passkey_binding_routes, passkey_binding_route_count },
		{ sso_address_routes, sso_address_route_count },
		{ sso_connector_routes, sso_connector_route_count },
		{ sso_sign_in_routes, sso_sign_in_route_count },
		{ social_sign_in_routes, social_sign_in_route_count },
		{ account_routes, account_route_count },
		{ account_password_routes, account_password_route_count },
		{ account_identifier_routes, account_identifier_route_count },
		{ account_factor_routes, account_factor_route_count },
		{ account_session_routes, account_session_route_count },
		{ account_membership_routes, account_membership_route_count },
		{ totp_picture_routes, totp_picture_route_count },
		{ verification_routes, verification_route_count },
		{ code_verification_routes, code_verification_route_count },
		{ social_proof_routes, social_proof_route_count },
		{ passkey_verification_routes, passkey_verification_route_count },
		{ consent_page_routes, consent_page_route_count },
		{ page_routes, page_route_count },
		{ console_page_routes, console_page_route_count },
		{ oidc_routes, oidc_route_count },
		{ oidc_setting_routes, oidc_setting_route_count },
		{ user_session_routes, user_session_route_count },
	};

	mounts_start();
	return route_table(tables, ARRAY_LEN(tables));
}
