// What the Console knows by itself of domains, and of the link in the mail of an invitation.
import { expect, test } from 'vitest';
import { isFreeMail } from '../src/organizations/free-mail.ts';
import { filledLink, linkFault } from '../src/organizations/details/invitation-link.tsx';

test.each(['gmail.com', ' GMail.com. ', 'yahoo.com', 'yahoo.co.uk', '163.com'])('anybody gets an address at %j', (domain) => expect(isFreeMail(domain)).toBe(true));
test.each(['acme.example', 'mail.gmail.com', 'yahoo', 'yahoo.acme.com', 'notgmail.com', ''])('an address at %j is not for everybody', (domain) => expect(isFreeMail(domain)).toBe(false));

const filling = { organizationId: 'x1', invitee: ' ada+b@a.example ' };

test('what differs from one invitation to the next is filled into its link as a part of an address', () => {
  expect(filledLink(' https://app.example/{organizationId}?to={invitee}#{invitee} ', filling)).toBe('https://app.example/x1?to=ada%2Bb%40a.example#ada%2Bb%40a.example');
  expect(filledLink('https://{organizationId}.app.example', filling)).toBe('https://x1.app.example');
});

test('a link is one of the web, and has nothing in braces that nobody fills in', () => {
  expect(linkFault('https://{organizationId}.app.example', filling)).toBe(undefined);
  expect(linkFault('', filling)).toBe(undefined);
  expect(linkFault('https://app.example/{id}', filling)).toMatch(/^\{id\}/);
  for (const wrong of ['javascript:alert(1)', 'app.example', 'javascript:{invitee}']) expect(linkFault(wrong, filling)).toMatch(/web address/);
});
