// What the screens are made of: a card, and what all pages share.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Logo } from '../../shared/look.tsx';
import { type Branding, page, t } from '../../shared/page.ts';
import { Check, Icon, SafeLink, useActionBy, useFocusing } from '../../shared/ui.tsx';
import { step } from './flow.ts';
import { back } from './router.tsx';

export * from '../../shared/ui.tsx';

/** A card with its title, which the focus goes to: so a screen reader says where one is after each step. */
export function Screen({ title, description, branding, canGoBack = false, children }: { title: string; description?: ComponentChildren;
  branding?: Branding | undefined; canGoBack?: boolean; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusing(() => {
    document.title = title;
    if (!document.activeElement || document.activeElement === document.body) heading.current?.focus();
  }, [title]);
  const { supportEmail, supportWebsiteUrl } = page.experience;
  return (
    <div class="page">
      <main class="card">
        {canGoBack && <button type="button" class="back" aria-label={t('action.back')} onClick={back}>
          <Icon path="M15 5l-7 7 7 7" /></button>}
        {!canGoBack && <Logo of={branding} />}
        <h1 class="title" tabIndex={-1} ref={heading}>{title}</h1>
        {description && <p class="description">{description}</p>}
        {children}
      </main>
      {(supportEmail || supportWebsiteUrl) && <footer class="footer">
        {supportEmail && <a href={`mailto:${supportEmail}`}>{supportEmail}</a>}
        {supportWebsiteUrl && <SafeLink to={supportWebsiteUrl}>{host(supportWebsiteUrl)}</SafeLink>}
      </footer>}
    </div>
  );
}

const host = (address: string) => { try { return new URL(address).host; } catch { return address; } };

/** One thing that a button does; a refusal that leads to another screen goes there. */
export const useAction = () => useActionBy(step);

interface Terms { termsOfUseUrl?: string | null; privacyPolicyUrl?: string | null }

/** The links to the terms of the tenant or of an application; nothing where it has none. */
export function TermLinks({ of: { termsOfUseUrl, privacyPolicyUrl } = page.experience }: { of?: Terms }) {
  return (
    <>
      {termsOfUseUrl && <SafeLink to={termsOfUseUrl}>{t('description.terms_of_use')}</SafeLink>}
      {termsOfUseUrl && privacyPolicyUrl && <span aria-hidden="true"> · </span>}
      {privacyPolicyUrl && <SafeLink to={privacyPolicyUrl}>{t('description.privacy_policy')}</SafeLink>}
    </>
  );
}

/** Whether the person must tick that they agree, and the box for it. */
export function useTerms(where: 'signIn' | 'register') {
  const { termsOfUseUrl, privacyPolicyUrl, agreeToTermsPolicy } = page.experience;
  const hasTerms = Boolean(termsOfUseUrl || privacyPolicyUrl);
  const isAsked = hasTerms &&
    (agreeToTermsPolicy === 'Manual' || (agreeToTermsPolicy === 'ManualRegistrationOnly' && where === 'register'));
  const [agreed, setAgreed] = useState(false);
  const [fault, setFault] = useState(false);
  return {
    box: isAsked ? (
      <div class="field">
        <Check name="terms" checked={agreed} onChecked={(checked) => { setAgreed(checked); setFault(false); }}>
          {t('description.terms')} <TermLinks /></Check>
        {fault && <p class="error" role="alert">{t('error.terms_required')}</p>}
      </div>) : null,
    footer: hasTerms && !isAsked ? <p class="links"><TermLinks /></p> : null,
    check(): boolean { setFault(isAsked && !agreed); return !isAsked || agreed; },
  };
}
