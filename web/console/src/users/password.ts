// A password for somebody else: easily read aloud, without letters that look like others.
const kinds = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '-_!+%@'] as const;
const all = kinds.join('');
const length = 16;

/** Below `n`, every number as likely as any other. */
function random(n: number): number {
  const most = Math.floor(256 / n) * n, byte = new Uint8Array(1);
  do crypto.getRandomValues(byte); while (byte[0]! >= most);
  return byte[0]! % n;
}

const one = (of: string) => of[random(of.length)]!;

/** One of each kind, at places that nobody can tell; 95 bits in all. */
export function generatePassword(): string {
  const letters = [...kinds.map(one), ...Array.from({ length: length - kinds.length }, () => one(all))];
  for (let i = letters.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [letters[i], letters[j]] = [letters[j]!, letters[i]!];
  }
  return letters.join('');
}
