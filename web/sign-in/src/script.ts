const loading = new Map<string, Promise<void>>();

/** Loads the script of a service once; the policy of the page has its host (signin/page.c). Refused: it did not come. */
export function loadScript(address: string): Promise<void> {
  const begun = loading.get(address) ?? new Promise<void>((done, fail) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => done();
    script.onerror = () => { loading.delete(address); fail(new Error(address)); };
    document.head.append(script);
  });
  loading.set(address, begun);
  return begun;
}
