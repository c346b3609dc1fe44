// JSON that people type: where it stops being JSON, and why.
export interface JsonFault { line: number; why: string }

class Reader {
  at = 0;
  readonly text: string;
  constructor(text: string) { this.text = text; }
  fail(why: string): never { throw Object.assign(new Error(why), { at: this.at }); }
  blanks(): void { while (/\s/.test(this.text[this.at] ?? '')) this.at++; }
  take(sign: string): boolean {
    this.blanks();
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }
  string(): void {
    const found = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    found.lastIndex = this.at;
    if (!found.test(this.text)) this.fail(this.text[this.at] === '"' ? 'this text has no end' : 'a name in double quotes is missing');
    this.at = found.lastIndex;
  }
  member(): void { this.blanks(); this.string(); if (!this.take(':')) this.fail('a colon is missing'); this.value(); }
  many(end: string, one: () => void): void {
    if (this.take(end)) return;
    do one(); while (this.take(','));
    if (!this.take(end)) this.fail(`a comma or ${end} is missing`);
  }
  value(): void {
    if (this.take('{')) return this.many('}', () => this.member());
    if (this.take('[')) return this.many(']', () => this.value());
    this.blanks();
    if (this.text[this.at] === '"') return this.string();
    const found = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
    found.lastIndex = this.at;
    if (!found.test(this.text)) this.fail('a value is missing');
    this.at = found.lastIndex;
  }
}

/** The first fault, with its line; undefined: it is JSON. The browsers' own messages name a line in no two of them alike. */
export function jsonFault(text: string): JsonFault | undefined {
  const reader = new Reader(text);
  try {
    reader.value();
    reader.blanks();
    if (reader.at < text.length) reader.fail('nothing may follow');
    return undefined;
  } catch (error) {
    const at = (error as { at?: number }).at ?? 0;
    return { line: text.slice(0, at).split('\n').length, why: (error as Error).message };
  }
}

export const asText = (value: unknown): string => JSON.stringify(value ?? {}, null, 2);
