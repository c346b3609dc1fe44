// Accounts that people have elsewhere: the buttons that lead there, and whose account here it is.
import { Mark } from '../../../shared/look.tsx';
import { type SocialConnector, socialName, t } from '../../../shared/page.ts';
import { mayRegister } from '../flow.ts';
import { createIt, goDirectly, goToSocial, linkIt, open, socialOf, socials } from '../social.ts';
import { Alert, Button, Screen, useAction, useTerms } from '../ui.tsx';
import { useOnce } from './elsewhere.tsx';
import { SignIn } from './sign-in.tsx';

type Terms = ReturnType<typeof useTerms>;

/** A button for each provider. Where terms are to be agreed to, they are first. */
export function SocialButtons({ action, terms }: { action: ReturnType<typeof useAction>; terms: Terms }) {
  return <>{socials().map((one) => (
    <Button key={one.id} kind="secondary" busy={action.busy}
      onClick={() => { if (terms.check()) void action.run(() => goToSocial(one.id, terms.box !== null)); }}>
      <Mark logo={one.logo} darkLogo={one.logoDark ?? one.logo} />{t('sso.go_on', { name: socialName(one) })}</Button>))}</>;
}

/** The application has said where its people sign in. */
const Going = ({ to }: { to: SocialConnector }) => useOnce(() => goDirectly(to), t('social.failed'));

export function DirectToSocial({ target }: { target: string }) {
  const to = socials().find((one) => one.target === target);
  return to ? <Going to={to} /> : <SignIn />;
}

/** The same, where somebody knows the provider by the id of its connector. */
export function SocialLanding({ id }: { id: string }) {
  const to = socialOf(id);
  return to ? <Going to={to} /> : <SignIn />;
}

/** There is an account with the same address, or one is to be made and terms are to be agreed to. */
export function SocialLink({ id }: { id: string }) {
  const kept = open.read(), to = socialOf(id);
  const action = useAction(), terms = useTerms('register');
  if (!kept || kept.id !== id || !to) return <SignIn />;
  const { related, verificationId } = kept, name = socialName(to);
  const create = () => { if (terms.check()) void action.run(() => createIt(verificationId)); };
  return (
    <Screen title={related ? t('social.link_title') : t('description.create_account')}
      description={related && t('social.link_hint', { value: related, name })}>
      <Alert text={action.error?.message} />
      <div class="actions">
        {related && <Button busy={action.busy} onClick={() => void action.run(() => linkIt(verificationId))}>{t('social.link', { name })}</Button>}
        {mayRegister() && related && terms.box && <p class="divider">{t('description.or')}</p>}
        {mayRegister() && terms.box}
        {mayRegister() && <Button kind={related ? 'secondary' : 'primary'} busy={action.busy} onClick={create}>
          {related ? t('social.create') : t('action.create_account')}</Button>}
      </div>
      {terms.footer}
    </Screen>
  );
}
