/** Waits for what becomes true soon, without guessing how soon: looks again and again, and gives up after five seconds. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endsAtMs = performance.now() + 5_000;
  while (!(await isTrue())) {
    if (performance.now() > endsAtMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
