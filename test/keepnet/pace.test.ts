import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { createPace } from '../../src/keepnet/pace.js';

const forever = new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when it is told to, and a list of who has begun. */
function createWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}

describe('pace', () => {
  it('lets in as many as there are places, then first come first served', async () => {
    const { begun, work, end } = createWork();
    const pace = createPace(2);
    const results = ['a', 'b', 'c', 'd'].map((name) => pace.run(forever, work(name)));
    await settle();
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await settle();
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c']) end(name);
    await settle();
    end('d');
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('hands a place on when work fails', async () => {
    const pace = createPace(1);
    const failed = pace.run(forever, () => Promise.reject(new Error('no')));
    const next = pace.run(forever, async () => 'yes');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
    expect(await pace.run(forever, async () => 'again')).toBe('again');
  });

  it('lets a waiter leave at once, with the reason, and skips it', async () => {
    const { begun, work, end } = createWork();
    const pace = createPace(1);
    const first = pace.run(forever, work('a'));
    const leaver = new AbortController();
    const second = pace.run(leaver.signal, work('b'));
    const third = pace.run(forever, work('c'));
    const reason = new AppError('DEADLINE_EXCEEDED', 'over');
    leaver.abort(reason);
    await expect(second).rejects.toBe(reason);
    end('a');
    await first;
    await settle();
    expect(begun).toEqual(['a', 'c']);
    end('c');
    expect(await third).toBe('c');
  });

  it('does not begin for a signal that has fired, and keeps its places', async () => {
    const pace = createPace(1);
    await expect(pace.run(AbortSignal.abort(), async () => 'never')).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    expect(await pace.run(forever, async () => 'free')).toBe('free');
  });

  it('turns the line away when stopped', async () => {
    const { work, end } = createWork();
    const pace = createPace(1);
    const running = pace.run(forever, work('a'));
    const waiting = pace.run(forever, work('b'));
    pace.stop();
    await expect(waiting).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(pace.run(forever, work('c'))).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    end('a');
    expect(await running).toBe('a');
  });
});
