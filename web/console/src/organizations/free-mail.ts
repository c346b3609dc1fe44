// Which domains are of mail services where anybody gets an address: the server's own list, by which it warns too.
import list from '../../../../src/organizations/free_mail.def?raw';

const listed = new Set([...list.matchAll(/^D\("([^"]+)"\)$/gm)].map(([, domain]) => domain));

/** What a star of the list stands for: com, and of two labels co.uk, com.br. The server knows all of them. */
const isEnding = (labels: readonly string[]): boolean => labels.length === 1 || labels.length === 2 && labels[0]!.length <= 3;

export function isFreeMail(domain: string): boolean {
  const name = domain.trim().toLowerCase().replace(/\.$/, ''), [first, ...ending] = name.split('.');
  return listed.has(name) || listed.has(`${first}.*`) && isEnding(ending);
}
