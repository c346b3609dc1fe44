// A DNS server on a loopback port that says what a test wants: over UDP, and over TCP where it does not fit.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { atEnd, freePort } from './owned.ts';

/** Texts are given in their pieces, each of at most 255 bytes. */
export type Zone = { texts?: string[][]; alias?: string; code?: number; silent?: boolean; truncated?: boolean;
  /** Bytes in place of an answer, given the question. */
  raw?: (question: Buffer) => Buffer };

export interface DnsServer {
  address: string;
  /** What is said of a name; of one that is not here: there is none. */
  zones: Map<string, Zone>;
  /** The names that were asked for, with how. */
  asked: { name: string; type: number; over: 'udp' | 'tcp' }[];
}

const TXT = 16, CNAME = 5, NXDOMAIN = 3;
const name = (text: string): Buffer => Buffer.concat([...text.split('.').map((label) =>
  Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]);
const record = (owner: string, type: number, data: Buffer): Buffer => {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(0, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([name(owner), head, data]);
};

function readQuestion(bytes: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let n = bytes.readUInt8(at); n > 0; n = bytes.readUInt8(at)) {
    labels.push(bytes.subarray(at + 1, at + 1 + n).toString());
    at += n + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: bytes.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(question: Buffer, zones: Map<string, Zone>, over: 'udp' | 'tcp'): Buffer | undefined {
  const asked = readQuestion(question), records: Buffer[] = [];
  let owner = asked.name, zone = zones.get(owner), code = zone ? zone.code ?? 0 : NXDOMAIN;
  if (zone?.silent) return undefined;
  if (zone?.raw) return zone.raw(question);
  const cut = zone?.truncated === true && over === 'udp';
  for (; zone?.alias; owner = zone.alias, zone = zones.get(owner), code = zone ? 0 : NXDOMAIN)
    records.push(record(owner, CNAME, name(zone.alias)));
  for (const text of zone?.texts ?? [])
    records.push(record(owner, TXT, Buffer.concat(text.map((piece) =>
      Buffer.concat([Buffer.from([Buffer.byteLength(piece)]), Buffer.from(piece)])))));
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (cut ? 0x0200 : 0) | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(cut ? 0 : records.length, 6);
  return Buffer.concat([head, question.subarray(12, asked.end), ...cut ? [] : records]);
}

export async function dnsServer(): Promise<DnsServer> {
  const port = await freePort(), zones = new Map<string, Zone>(), asked: DnsServer['asked'] = [];
  const hear = (question: Buffer, over: 'udp' | 'tcp'): Buffer | undefined => {
    const { name: of, type } = readQuestion(question);
    asked.push({ name: of, type, over });
    return answerTo(question, zones, over);
  };
  const udp = createSocket('udp4');
  udp.on('message', (question, from) => {
    const answer = hear(question, 'udp');
    if (answer) udp.send(answer, from.port, from.address);
  });
  const tcp = createServer((socket) => socket.on('error', () => undefined).on('data', (bytes) => {
    const answer = hear(bytes.subarray(2), 'tcp');
    if (!answer) return;
    const size = Buffer.alloc(2);
    size.writeUInt16BE(answer.length);
    socket.write(Buffer.concat([size, answer]));
  }));
  await new Promise<void>((ready) => udp.bind(port, '127.0.0.1', ready));
  await new Promise<void>((ready) => tcp.listen(port, '127.0.0.1', ready));
  atEnd(() => { udp.close(); tcp.close(); });
  return { address: `127.0.0.1:${port}`, zones, asked };
}
