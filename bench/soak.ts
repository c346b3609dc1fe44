// Mixed load for minutes, and what memory it leaves. Started by bench/soak.
import { readFileSync } from 'node:fs';
import { send } from '../tests/api/support/client.ts';
import { day } from '../tests/soak/day.ts';

const minutes = Number(process.argv[2]);
const { GUILDHALL_BASE: base = '', GUILDHALL_ID: id = '', GUILDHALL_SECRET: secret = '', GUILDHALL_PID: pid = '' } =
  process.env;
if (!(minutes > 0 && minutes <= 24 * 60) || !base) { console.error('usage: bench/soak [MINUTES], 1 to 1440'); process.exit(2); }

const workers = 16;
const until = Date.now() + minutes * 60_000;
let requests = 0, unexpected = 0;

const call = async (status: number, method: string, path: string, body?: unknown,
  headers: Record<string, string> = {}) => {
  const answer = await send(method, base + path, { body, headers });
  requests++;
  if (answer.status !== status && unexpected++ < 5)
    console.error(`${method} ${path}: ${answer.status}, not ${status}: ${answer.text.slice(0, 200)}`);
  return answer.body;
};
const resident = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

async function work(n: number): Promise<void> {
  while (Date.now() < until) await day(call, { id, secret }, `w${n}x${Math.random().toString(36).slice(2)}`);
}

const start = Date.now();
let warm = 0;
const watch = setInterval(() => {
  const mb = resident();
  if (!warm && Date.now() - start > minutes * 60_000 * 0.2) warm = mb;
  console.log(`${Math.round((Date.now() - start) / 1000)} s, ${requests} requests, ${unexpected} unexpected, ${mb.toFixed(1)} MB`);
}, Math.min(10_000, minutes * 6_000));
await Promise.all(Array.from({ length: workers }, (_, n) => work(n)));
clearInterval(watch);
const end = resident();
const kept = end <= warm * 1.2 + 4;
console.log(`${requests} requests, ${unexpected} unexpected; ${warm.toFixed(1)} MB warm, ${end.toFixed(1)} MB at the end${kept ? '' : ': it grew'}`);
process.exit(unexpected || !kept ? 1 : 0);
