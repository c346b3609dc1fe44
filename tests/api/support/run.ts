// Vitest's global setup: a temporary folder for the whole run. tests/support/whole.sh removes it, and ends what has it in
// its environment, when this process ends in any way; where the run is below that script already, there is one.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const whole = fileURLToPath(new URL('../../support/whole.sh', import.meta.url));

export default async function setup(): Promise<void> {
  if (process.env['GUILDHALL_WHOLE']) return;
  // The command ends when our end of its input closes. Ctrl-C must not reach it before its time: it is detached.
  const keeper = spawn(whole, ['sh', '-c', 'echo "$TMPDIR"; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  for await (const line of createInterface({ input: keeper.stdout })) {
    process.env['TMPDIR'] = line;
    break;
  }
  for (const held of [keeper, keeper.stdin, keeper.stdout] as unknown as { unref(): void }[]) held.unref();
}
