// What mails say: their kinds, the places that the server fills in, and texts to begin with.
import { later } from '../locales/later.ts';
import type { Config } from './fields.ts';

export interface MailText { subject: string; content: string; contentType: 'text/html' | 'text/plain' }
/** One of those that a connector has itself; there may be kinds of which we know nothing. */
export interface OwnText extends MailText { usageType: string }

/** As the API names them; the general one stands in for all others. */
export const mailTypes = ['Generic', 'SignIn', 'Register', 'ForgotPassword', 'OrganizationInvitation', 'UserPermissionValidation', 'BindNewIdentifier', 'MfaVerification', 'BindMfa'] as const;

export const typeName = (type: string): string => (later.connectors.texts.types as Record<string, { name: string }>)[type]?.name ?? type;

const placesOfCodes = { code: '000000', 'application.name': 'Acme Shop' };
const placesOfInvitations = { link: 'https://app.example.com/join', 'organization.name': 'Acme', 'inviter.name': 'Ada Lovelace', 'inviter.primaryEmail': 'ada@example.com' };

/** What the server fills in, each with a value for the preview. */
export const placesOf = (type: string): Record<string, string> =>
  type === 'OrganizationInvitation' ? placesOfInvitations : type === 'Generic' ? { ...placesOfCodes, ...placesOfInvitations } : placesOfCodes;

const escaped = (text: string) => text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** As the server does: a place that has no value is nothing, and in HTML a value is text. */
export const filledIn = (text: string, places: Record<string, string>, isHtml: boolean): string =>
  text.replace(/\{\{[ \t]*([\w.]{1,127})[ \t]*\}\}/g, (_, path: string) => isHtml ? escaped(places[path] ?? '') : places[path] ?? '');

const paragraph = (text: string) => `<p style="margin: 0 0 16px; font: 16px/24px sans-serif; color: #14161a">${text}</p>`;
const code = '<p style="margin: 0 0 16px; font: 600 28px/40px monospace; letter-spacing: 4px; color: #14161a">{{code}}</p>';
const button = (text: string) => `<p style="margin: 0 0 16px"><a href="{{link}}" style="display: inline-block; padding: 12px 20px; border-radius: 6px; background: #3b5bdb; color: #ffffff; font: 600 16px/24px sans-serif; text-decoration: none">${text}</a></p>`;

/** A text to begin with, in the administrator's language. */
export function firstText(type: string): MailText {
  const words = later.connectors.texts.first, of = (words.of as Record<string, { subject: string; text: string }>)[type] ?? words.of.Generic;
  const isInvitation = type === 'OrganizationInvitation';
  const parts = [paragraph(of.text), ...(isInvitation ? [button(words.accept)] : [code]), paragraph(isInvitation ? words.unwanted : words.unasked)];
  return { subject: of.subject, contentType: 'text/html', content: parts.join('\n') };
}

/** What a new connector for mails begins with. */
export const firstTexts = (): OwnText[] => mailTypes.map((usageType) => ({ usageType, ...firstText(usageType) }));

/** Those of a connector; what is no text is not shown. */
export function ownTexts({ templates }: Config): OwnText[] {
  return (Array.isArray(templates) ? templates as (Partial<OwnText> | null)[] : []).filter((one) => typeof one?.usageType === 'string')
    .map((one) => one ?? {}).map(({ usageType = '', subject = '', content = '', contentType }) => ({ usageType, subject, content, contentType: contentType === 'text/plain' ? contentType : 'text/html' }));
}
