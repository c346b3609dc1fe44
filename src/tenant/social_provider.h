/*
 * social_provider.h - the kinds of connectors by which people sign in with accounts of their own: two protocols, which
 * any number of connectors speak, and providers that everybody knows, of which there is one connector each.
 *
 * They are rows of factory.h. How a provider is spoken to stands in the row's sso_provider, as that of an enterprise
 * provider does, and the same protocols speak to both (sso/protocol.h). So that they find one form of configuration,
 * `prepare` of a provider fills in what it knows itself: addresses, an issuer, a mapping.
 */
#ifndef TENANT_SOCIAL_PROVIDER_H
#define TENANT_SOCIAL_PROVIDER_H

#include "tenant/factory.h"

#define SOCIAL_TARGET_GOOGLE "google"

extern const struct factory social_factories[];
extern const size_t social_factory_count;

#endif
