// Every address of the pages in one table: which screen it shows.
import type { ComponentChildren } from 'preact';
import { page, t } from '../../shared/page.ts';
import { maySignIn } from './flow.ts';
import { query, usePath } from './router.tsx';
import { VerificationCode } from './screens/code.tsx';
import { Consent } from './screens/consent.tsx';
import { Continue } from './screens/continue.tsx';
import { Device, DeviceDone } from './screens/device.tsx';
import { ForgotPassword, ResetPassword } from './screens/forgot.tsx';
import { BindFactor, ChooseBinding, CreatePasskey, Onboarding } from './screens/mfa-binding.tsx';
import { ChooseFactor, VerifyFactor } from './screens/mfa-verification.tsx';
import { ClaimAwaited, NotFound, Suspended, UnknownSession } from './screens/messages.tsx';
import { hasToken, OneTimeToken, OneTimeTokenError, SwitchAccount } from './screens/one-time-token.tsx';
import { Register, RegisterPassword } from './screens/register.tsx';
import { DirectToSocial, SocialLanding, SocialLink } from './screens/social.tsx';
import { Callback, ChooseOrganization, DirectToOrganization, SingleSignOn } from './screens/sso.tsx';
import { SignIn, SignInPassword } from './screens/sign-in.tsx';

const signIn = () => hasToken() ? <OneTimeToken />
  : page.claim === 'awaited' && !maySignIn() ? <ClaimAwaited />
  : query('password_changed') ? <SignIn notice={t('description.password_changed')} /> : <SignIn />;

const screens: [RegExp, (...parts: string[]) => ComponentChildren][] = [
  [/^\/(?:sign-in|identifier-sign-in)?$/, signIn],
  [/^\/single-sign-on(?:\/email)?$/, () => <SingleSignOn />],
  [/^\/single-sign-on\/connectors$/, () => <ChooseOrganization />],
  [/^\/direct\/sso\/([\w-]+)$/, (_, id = '') => <DirectToOrganization id={id} />],
  [/^\/direct\/social\/([\w-]+)$/, (_, target = '') => <DirectToSocial target={target} />],
  [/^\/callback\/(?:social\/)?([\w-]+)$/, (_, id = '') => <Callback id={id} />],
  [/^\/social\/link\/([\w-]+)$/, (_, id = '') => <SocialLink id={id} />],
  [/^\/social\/landing\/([\w-]+)$/, (_, id = '') => <SocialLanding id={id} />],
  [/^\/direct\//, signIn],
  [/^\/sign-in\/password$/, () => <SignInPassword />],
  [/^\/(?:register|identifier-register)$/, () => <Register />],
  [/^\/register\/password$/, () => <RegisterPassword />],
  [/^\/(?:forgot-password|reset-password)$/, () => <ForgotPassword />],
  [/^\/forgot-password\/reset$/, () => <ResetPassword />],
  [/^\/(?:sign-in|register|forgot-password|continue)\/verification-code$/, () => <VerificationCode />],
  [/^\/continue\/([\w-]+)$/, (_, method = '') => <Continue method={method} key={method} />],
  [/^\/mfa-onboarding$/, () => <Onboarding />],
  [/^\/mfa-binding$/, () => <ChooseBinding />],
  [/^\/mfa-binding\/(\w+)$/, (_, factor = '') => <BindFactor factor={factor} key={factor} />],
  [/^\/mfa-verification$/, () => <ChooseFactor />],
  [/^\/mfa-verification\/(\w+)$/, (_, factor = '') => <VerifyFactor factor={factor} key={factor} />],
  [/^\/create-passkey$/, () => <CreatePasskey />],
  [/^\/consent$/, () => <Consent />],
  [/^\/one-time-token$/, () => <OneTimeToken />],
  [/^\/one-time-token\/error$/, () => <OneTimeTokenError />],
  [/^\/switch-account$/, () => <SwitchAccount />],
  [/^\/device$/, () => <Device />],
  [/^\/device\/success$/, () => <DeviceDone />],
  [/^\/unknown-session$/, () => <UnknownSession />],
  [/^\/account-suspended$/, () => <Suspended />],
];

export function App() {
  const path = usePath();
  for (const [pattern, show] of screens) {
    const parts = pattern.exec(path);
    if (parts) return <>{show(...parts)}</>;
  }
  return <NotFound />;
}
