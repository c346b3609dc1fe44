// A process that answers whatever it is asked, at once. How long that takes shows how busy the machine is.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_, answer) => { answer.writeHead(204).end(); });
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.on('end', () => process.exit()).resume();
