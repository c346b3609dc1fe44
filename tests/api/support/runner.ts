// Vitest's runner. A file that fails while it is read runs no hooks: what it had begun ends here.
import { TestRunner, type RunnerTestFile } from 'vitest';
import { endFile } from './begun.ts';

export default class Runner extends TestRunner {
  override async onAfterRunFiles(files: RunnerTestFile[]): Promise<void> {
    super.onAfterRunFiles(files);
    await endFile().catch(console.error);	// the file has failed already
  }
}
