// An authenticator in software, with one passkey: it answers as a browser does, or otherwise where a test bends it.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

const head = (kind: number, n: number): Buffer =>
  n < 24 ? Buffer.from([kind << 5 | n])
    : n < 256 ? Buffer.from([kind << 5 | 24, n]) : Buffer.from([kind << 5 | 25, n >> 8, n & 255]);

type Cbor = number | string | Buffer | Map<number | string, Cbor>;

/** CBOR, as much of it as an authenticator writes. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])]);
}

const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();
const base64url = (bytes: Buffer): string => bytes.toString('base64url');
const bytes = (text = ''): Buffer => Buffer.from(text, 'base64url');

/** What it says otherwise than it should. */
export interface Bend {
  type?: string; challenge?: string; origin?: string; rpId?: string; flags?: number; crossOrigin?: boolean;
  format?: 'none' | 'packed' | 'fido-u2f'; spoil?: boolean; counter?: number; handle?: string | null; id?: string;
  /** Changes the attestation object. */
  damage?: (attestation: Buffer) => Buffer;
}

const makers = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};
export type Algorithm = keyof typeof makers;
const numbers = { ES256: -7, RS256: -257, EdDSA: -8 };

export class Authenticator {
  readonly credential = randomBytes(24);
  readonly id = base64url(this.credential);
  counter = 0;
  #handle: string | undefined;
  readonly #origin: string;
  readonly #algorithm: Algorithm;
  readonly #keys: { privateKey: KeyObject; publicKey: KeyObject };

  constructor(base: string, algorithm: Algorithm = 'ES256') {
    this.#origin = new URL(base).origin;
    this.#algorithm = algorithm;
    this.#keys = makers[algorithm]();
  }

  #key(): Buffer {
    const jwk = this.#keys.publicKey.export({ format: 'jwk' });
    const parts: [number, Cbor][] = { ES256: [[1, 2], [3, -7], [-1, 1], [-2, bytes(jwk.x)], [-3, bytes(jwk.y)]],
      RS256: [[1, 3], [3, -257], [-1, bytes(jwk.n)], [-2, bytes(jwk.e)]],
      EdDSA: [[1, 1], [3, -8], [-1, 6], [-2, bytes(jwk.x)]] }[this.#algorithm] as [number, Cbor][];
    return cbor(new Map(parts));
  }

  #authData(rpId: string, flags: number, counter: number): Buffer {
    const last = Buffer.alloc(5);
    last.writeUInt8(flags);
    last.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(rpId), last]);
  }

  #clientData(type: string, challenge: string, bend: Bend): Buffer {
    return Buffer.from(JSON.stringify({ type: bend.type ?? type, challenge: bend.challenge ?? challenge,
      origin: bend.origin ?? this.#origin, crossOrigin: bend.crossOrigin ?? false }));
  }

  #sign(authData: Buffer, clientData: Buffer, spoil = false): Buffer {
    const signature = sign(this.#algorithm === 'EdDSA' ? null : 'sha256',
      Buffer.concat([authData, sha256(clientData)]), this.#keys.privateKey);
    if (spoil) signature[signature.length - 1]! ^= 1;
    return signature;
  }

  #payload(bend: Bend, response: object) {
    const id = bend.id ?? this.id;
    return { id, rawId: id, type: 'WebAuthn', clientExtensionResults: {}, response };
  }

  /** Answers `registrationOptions`. */
  create({ challenge, user, rp }: any, bend: Bend = {}) {
    this.#handle = user.id;
    const clientData = this.#clientData('webauthn.create', challenge, bend);
    const authData = Buffer.concat([this.#authData(bend.rpId ?? rp.id, bend.flags ?? 0x45, this.counter),
      Buffer.alloc(16), Buffer.from([0, this.credential.length]), this.credential, this.#key()]);
    const statement = new Map<string, Cbor>(bend.format === 'packed'
      ? [['alg', numbers[this.#algorithm]], ['sig', this.#sign(authData, clientData, bend.spoil)]] : []);
    const attestation = cbor(new Map<string, Cbor>([['fmt', bend.format ?? 'none'], ['attStmt', statement],
      ['authData', authData]]));
    return this.#payload(bend, { clientDataJSON: base64url(clientData), transports: ['internal', 'hybrid'],
      attestationObject: base64url(bend.damage?.(attestation) ?? attestation) });
  }

  /** Answers `authenticationOptions`. */
  get({ challenge, rpId }: any, bend: Bend = {}) {
    this.counter = bend.counter ?? this.counter + 1;
    const clientData = this.#clientData('webauthn.get', challenge, bend);
    const authData = this.#authData(bend.rpId ?? rpId, bend.flags ?? 0x05, this.counter);
    return this.#payload(bend, { clientDataJSON: base64url(clientData), authenticatorData: base64url(authData),
      signature: base64url(this.#sign(authData, clientData, bend.spoil)),
      userHandle: bend.handle === undefined ? this.#handle : bend.handle });
  }
}
