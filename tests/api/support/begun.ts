// What the file has begun, and how it ends. Vitest loads this once for the file and once for its runner: they share the list.
type End = () => unknown;

const ofFile = ((globalThis as { guildhallBegun?: End[] }).guildhallBegun ??= []);

export const begin = (end: End): unknown => ofFile.push(end);

/** The last one begun is the first to end. All are tried; then the first error is thrown. */
export async function endFile(): Promise<void> {
  const errors: unknown[] = [];
  for (const end of ofFile.splice(0).reverse()) {
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length) throw errors[0];
}
